// SPDX-License-Identifier: Apache-2.0
#include "overlay_fixture.h"

#include "export/container_file.h"
#include "export/container_layer.h"

#include <QTemporaryDir>
#include <QtTest>

#include <filesystem>
#include <functional>

using namespace strata;
using namespace strata::test;
using namespace std::string_literals;

namespace {

namespace fs = std::filesystem;
using Act = std::function<void(Container&)>;

/// Its own layer read back into another container on the same image.
Result<Container> restored(const Bytes& tar)
{
    auto container = usual();
    const auto stream = plainStream(memorySource(tar));
    return container.restore(*stream, {}).transform([&] { return std::move(container); });
}

Bytes layerOf(const Container& container)
{
    Bytes tar;
    const auto written = writeContainerLayer(container,
                                             [&](std::span<const std::byte> bytes) {
                                                 tar.insert(tar.end(), bytes.begin(), bytes.end());
                                                 return Status();
                                             },
                                             {});
    return written ? tar : Bytes();
}

} // namespace

Q_DECLARE_METATYPE(Act)
Q_DECLARE_METATYPE(strata::test::TarBuilder)

/// Containers that come back from their layer, and from a file.
class TestOverlayRestore : public QObject
{
    Q_OBJECT

private slots:
    void comesBack_data();
    void comesBack();
    void isOneStepToUndo();
    void refusesWhatNoContainerWrites_data();
    void refusesWhatNoContainerWrites();
    void namesOfOneFileStayOne();
    void filesSayWhatTheyStandOn();
    void otherFilesAreRefused();
    void nothingRemainsOfAFailure();

private:
    QTemporaryDir m_folder;
};

void TestOverlayRestore::comesBack_data()
{
    QTest::addColumn<Act>("act");
    const auto row = [](const char* name, const Act& act) { QTest::newRow(name) << act; };
    row("nothing", [](Container&) {});
    row("made", [](Container& c) {
        c.makeDirectory("/a", 0711);
        c.replace("/a/b", bytesOf("text"));
        c.create("/a/empty");
        c.symlink("b", "/a/l");
        c.makeNode("/a/p", FileType::Fifo);
        c.makeNode("/a/c", FileType::CharDevice, 0600, 5, 7);
    });
    row("changed", [](Container& c) {
        c.append("/etc/motd", bytesOf(", world"));
        c.changeMode("/etc/new", 04755);
        c.changeOwner("/etc/sub", 7, 8);
        c.setXattr("/etc/motd", "user.a", "\0b"s);
    });
    row("deleted", [](Container& c) {
        c.unlink("/etc/motd");
        c.removeTree("/etc/sub");
        c.unlink("/link");
    });
    row("a folder anew", [](Container& c) {
        c.removeTree("/etc");
        c.makeDirectory("/etc");
        c.replace("/etc/gone", bytesOf("back"));
    });
    row("something else in its place", [](Container& c) {
        c.unlink("/one");
        c.makeDirectory("/one");
        c.removeTree("/etc");
        c.replace("/etc", bytesOf("a file"));
    });
    row("moved", [](Container& c) { c.move("/etc", "/else"); });
    row("more than is held in memory", [](Container& c) {
        c.replace("/big", bytesOf(std::string(ContentStore::inMemory + 5, 'x')));
    });
}

void TestOverlayRestore::comesBack()
{
    QFETCH(Act, act);
    auto container = usual();
    act(container);
    const auto back = restored(layerOf(container));
    VERIFY_OK(back);
    QCOMPARE(upperText(*back), upperText(container));
    QCOMPARE(membersText(*back), membersText(container));
    QCOMPARE(dockerDiffText(*back), dockerDiffText(container));
    for (const char* path : {"/etc/motd", "/etc/new", "/etc/gone", "/a/b", "/etc", "/big"}) {
        QCOMPARE(readText(*back, path), readText(container, path));
    }
    QCOMPARE(layerOf(*back), layerOf(container));
}

void TestOverlayRestore::isOneStepToUndo()
{
    auto container = usual();
    const auto before = mergedText(container);
    container.unlink("/etc/motd");
    container.create("/fresh");
    auto back = restored(layerOf(container));
    VERIFY_OK(back);
    QCOMPARE(back->undoSteps(), 1U);
    QVERIFY(back->undo());
    QCOMPARE(mergedText(*back), before);
    QVERIFY(back->redo());
    QVERIFY(mergedText(*back).contains("/fresh"));
}

void TestOverlayRestore::refusesWhatNoContainerWrites_data()
{
    QTest::addColumn<TarBuilder>("tar");
    const auto row = [](const char* name, const TarBuilder& tar) { QTest::newRow(name) << tar; };
    row("without its folder", TarBuilder().file("new/file", "x"));
    row("below a file", TarBuilder().file("f", "x").file("f/below", "y"));
    row("out of the root", TarBuilder().file("../f", "x"));
    row("twice", TarBuilder().file("f", "x").file("f", "y"));
    row("a link to nothing", TarBuilder().hardlink("l", "none"));
    row("a link to a folder", TarBuilder().dir("d").hardlink("l", "d"));
    row("all hidden", TarBuilder().file(".wh..wh..opq"));
    row("a long name", TarBuilder().file(std::string(256, 'n'), "x"));
}

void TestOverlayRestore::refusesWhatNoContainerWrites()
{
    QFETCH(TarBuilder, tar);
    auto container = usual();
    const auto before = mergedText(container);
    const auto stream = plainStream(memorySource(tar.bytes()));
    const auto status = container.restore(*stream, {});
    QVERIFY(!status);
    QCOMPARE(status.error().code, ErrorCode::Malformed);
    QCOMPARE(mergedText(container), before);
    QCOMPARE(container.undoSteps(), 0U);
}

void TestOverlayRestore::namesOfOneFileStayOne()
{
    auto container = usual();
    container.replace("/x", bytesOf("1"));
    container.link("/x", "/y");
    auto back = restored(layerOf(container));
    VERIFY_OK(back);
    back->append("/y", bytesOf("2"));
    QCOMPARE(readText(*back, "/x"), "12"s);
}

void TestOverlayRestore::filesSayWhatTheyStandOn()
{
    auto container = usual();
    container.replace("/x", bytesOf("1"));
    const fs::path path = m_folder.filePath("web.container").toStdString();
    VERIFY_OK(saveContainer(container, "web", path, {}));
    const auto saved = openContainerFile(path, {});
    VERIFY_OK(saved);
    QCOMPARE(saved->name, "web"s);
    QVERIFY(saved->standsOn(container.image().image()));
    const auto other = opened(ImageBuilder().layer(TarBuilder().file("a", "1")));
    QVERIFY(!saved->standsOn(other->image()));
    auto back = usual();
    const auto stream = plainStream(saved->layer);
    VERIFY_OK(back.restore(*stream, {}));
    QCOMPARE(mergedText(back), mergedText(container));
}

void TestOverlayRestore::otherFilesAreRefused()
{
    const fs::path path = m_folder.filePath("other").toStdString();
    const auto refused = [&](const Bytes& bytes) {
        QFile file(QString::fromStdString(path.string()));
        if (!file.open(QIODevice::WriteOnly)) {
            return ErrorCode::Io;
        }
        file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<qint64>(bytes.size()));
        file.close();
        const auto opened = openContainerFile(path, {});
        return opened ? ErrorCode::Cancelled : opened.error().code;
    };
    QCOMPARE(refused(TarBuilder().file("a", "1").bytes()), ErrorCode::NotAnImage);
    QCOMPARE(refused(TarBuilder().file("container.json", "{").file("layer.tar", "").bytes()),
             ErrorCode::NotAnImage);
    QCOMPARE(refused(TarBuilder()
                         .file("container.json", R"({"kind":"container","version":2,"image":{}})")
                         .file("layer.tar", "")
                         .bytes()),
             ErrorCode::Unsupported);
    QCOMPARE(refused(Bytes(2000, std::byte{'x'})), ErrorCode::NotAnImage);
    QVERIFY(!openContainerFile(path.string() + "-none", {}));
}

void TestOverlayRestore::nothingRemainsOfAFailure()
{
    QTemporaryDir folder;
    auto container = usual();
    container.replace("/x", bytesOf("1"));
    std::stop_source stop;
    stop.request_stop();
    const auto status =
        saveContainer(container, "web", folder.filePath("web.container").toStdString(),
                      {.stop = stop.get_token(), .progress = {}});
    QVERIFY(!status);
    QVERIFY(QDir(folder.path()).isEmpty(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot));
    QVERIFY(!saveContainer(container, "web", folder.filePath("none/web").toStdString(), {}));
}

QTEST_GUILESS_MAIN(TestOverlayRestore)
#include "tst_overlay_restore.moc"
