// SPDX-License-Identifier: Apache-2.0
#include "overlay_fixture.h"

#include "archive_builder.h"

#include <QTemporaryDir>
#include <QtTest>

#include <csignal>
#include <filesystem>

#include <sys/resource.h>

using namespace strata;
using namespace strata::test;
using namespace std::string_literals;

/// Contents of files in a container: read, written, and where their bytes lie.
class TestOverlayContent : public QObject
{
    Q_OBJECT

private slots:
    void readingLooksFromTheTopDown();
    void writingCopiesUpFirst();
    void replacingCopiesNothing();
    void editingAndTruncating();
    void openingCopiesUpEvenWithoutBytes();
    void errors();
    void sizesHaveAnEnd();
    void largeContentsLieInAFile();
    void manyPiecesStayOneContent();
    void aLongHistoryStaysSmall();
    void scrapsOfTheImageStayFew();
    void whatWasOpenedStaysAsItWas();
    void anImageThatCannotBeRead();
    void aFullDisk();
    void stopping();
};

void TestOverlayContent::readingLooksFromTheTopDown()
{
    const auto container = usual();
    QCOMPARE(traceText(container.read("/link").trace),
             "read /link\n"
             "  look for /link: container miss, layer 1 miss, layer 0 hit, on to etc/motd\n"
             "  look for /etc/motd: container miss, layer 1 miss, layer 0 hit\n"s);
    QCOMPARE(readText(container, "/link"), "hello"s);
    const auto trace = container.read("/etc/new").trace;
    QCOMPARE(trace.lookups.back().hit()->layer, std::optional<LayerNo>(1));
    QVERIFY(trace.effects.empty());
}

void TestOverlayContent::writingCopiesUpFirst()
{
    auto container = usual();
    const auto trace = container.append("/etc/motd", bytesOf("!\n"));
    QCOMPARE(traceText(trace), "append /etc/motd\n"
                               "  look for /etc/motd: container miss, layer 1 miss, layer 0 hit\n"
                               "  copied up /etc, a directory, from layer 1\n"
                               "  copied up /etc/motd, 5 bytes from layer 0\n"
                               "  wrote 2 bytes to /etc/motd\n"s);
    QCOMPARE(trace.bytesCopiedUp(), std::uint64_t{5});
    QCOMPARE(readText(container, "/etc/motd"), "hello!\n"s);
    QCOMPARE(readText(Container(container.sharedImage()), "/etc/motd"), "hello"s);
    QCOMPARE(container.details(*container.find("/etc/motd")).mtime, containerTime.seconds);
    QCOMPARE(container.size().bytes, std::uint64_t{7});
}

void TestOverlayContent::replacingCopiesNothing()
{
    auto container = usual();
    const auto trace = container.replace("/etc/new", bytesOf("other"));
    QCOMPARE(traceText(trace), "replace /etc/new\n"
                               "  look for /etc/new: container miss, layer 1 hit\n"
                               "  copied up /etc, a directory, from layer 1\n"
                               "  copied up /etc/new, 0 bytes from layer 1\n"
                               "  set the size of /etc/new to 0 bytes\n"
                               "  wrote 5 bytes to /etc/new\n"s);
    QCOMPARE(upperText(container), "dir /etc 0755\nfile /etc/new 5 0600 5:0\n"s);
    QCOMPARE(resultOf(container.replace("/made", bytesOf(""))), "done"s);
    QCOMPARE(readText(container, "/made"), ""s);
}

void TestOverlayContent::editingAndTruncating()
{
    auto container = usual();
    QCOMPARE(resultOf(container.edit("/etc/motd", 1, bytesOf("EL"))), "done"s);
    QCOMPARE(readText(container, "/etc/motd"), "hELlo"s);
    QCOMPARE(resultOf(container.edit("/etc/motd", 7, bytesOf("x"))), "done"s);
    QCOMPARE(readText(container, "/etc/motd"), "hELlo\0\0x"s);
    QCOMPARE(resultOf(container.truncate("/etc/motd", 3)), "done"s);
    QCOMPARE(readText(container, "/etc/motd"), "hEL"s);
    QCOMPARE(resultOf(container.truncate("/etc/motd", 5)), "done"s);
    QCOMPARE(readText(container, "/etc/motd"), "hEL\0\0"s);
    QCOMPARE(traceText(container.truncate("/one", 1)),
             "truncate /one\n"
             "  look for /one: container miss, layer 1 miss, layer 0 hit\n"
             "  copied up /one, 2 bytes from layer 0\n"
             "  set the size of /one to 1 byte\n"s);
}

void TestOverlayContent::openingCopiesUpEvenWithoutBytes()
{
    auto container = usual();
    QCOMPARE(traceText(container.append("/one", bytesOf(""))),
             "append /one\n"
             "  look for /one: container miss, layer 1 miss, layer 0 hit\n"
             "  copied up /one, 2 bytes from layer 0\n"s);
    QCOMPARE(container.details(*container.find("/one")).mtime, defaultMtime);
}

void TestOverlayContent::errors()
{
    auto container = usual();
    QCOMPARE(resultOf(container.append("/etc", bytesOf("x"))), "EISDIR"s);
    QCOMPARE(resultOf(container.edit("/none", 0, bytesOf("x"))), "ENOENT"s);
    QCOMPARE(resultOf(container.append("/none/x", bytesOf("x"))), "ENOENT"s);
    QCOMPARE(resultOf(container.append("/one/x", bytesOf("x"))), "ENOTDIR"s);
    QCOMPARE(resultOf(container.append("/one/", bytesOf("x"))), "EISDIR"s);
    QCOMPARE(resultOf(container.truncate("/etc", 0)), "EISDIR"s);
    QCOMPARE(resultOf(container.create("/one")), "EEXIST"s);
    QCOMPARE(readText(container, "/etc"), "EISDIR"s);
    container.makeNode("/pipe", FileType::Fifo);
    QCOMPARE(resultOf(container.append("/pipe", bytesOf("x"))), "ENXIO"s);
    QCOMPARE(resultOf(container.truncate("/pipe", 0)), "EINVAL"s);
    QCOMPARE(upperText(container), "fifo /pipe 0644\n"s);
}

void TestOverlayContent::sizesHaveAnEnd()
{
    auto container = usual();
    const auto most = FileContent::maxSize;
    QCOMPARE(resultOf(container.truncate("/one", most)), "done"s);
    QCOMPARE(container.details(*container.find("/one")).size, most);
    QCOMPARE(resultOf(container.truncate("/one", most + 1)), "EINVAL"s);
    QCOMPARE(resultOf(container.append("/one", bytesOf("x"))), "EFBIG"s);
    QCOMPARE(resultOf(container.edit("/two", most, bytesOf("x"))), "EFBIG"s);
    QCOMPARE(resultOf(container.edit("/two", most + 1, bytesOf("x"))), "EINVAL"s);
    QCOMPARE(upperText(container), "file /one " + std::to_string(most) + " 0644\n");
}

void TestOverlayContent::largeContentsLieInAFile()
{
    ContentStore store;
    const Bytes small(ContentStore::inMemory, std::byte{1});
    QVERIFY(ContentStore::isInMemory(**store.keep(small)));
    QCOMPARE(store.fileBytes(), std::uint64_t{0});
    const Bytes large = noise(ContentStore::inMemory + 1);
    const auto kept = store.keep(large);
    QVERIFY(!ContentStore::isInMemory(**kept));
    QCOMPARE(store.fileBytes(), large.size());
    QCOMPARE(readAll(**kept, large.size()).value(), large);
    const auto stream = plainStream(sourceOf(large));
    const auto streamed = store.keep(*stream);
    QVERIFY(!ContentStore::isInMemory(**streamed));
    QCOMPARE(readAll(**streamed, large.size()).value(), large);
    // Much that is small is much as well.
    std::uint64_t memory = 0;
    for (int i = 0; i < 64; ++i) {
        const auto source = store.keep(small);
        memory += ContentStore::isInMemory(**source) ? small.size() : 0;
    }
    QVERIFY(memory <= ContentStore::allInMemory);
}

void TestOverlayContent::manyPiecesStayOneContent()
{
    auto container = usual();
    std::string wanted = "hello";
    for (int i = 0; i < 1000; ++i) {
        const auto text = std::to_string(i) + ",";
        container.append("/etc/motd", bytesOf(text));
        wanted += text;
    }
    for (std::size_t i = 0; i < 600; i += 2) {
        container.edit("/etc/motd", i, bytesOf("#"));
        wanted[i] = '#';
    }
    QCOMPARE(readText(container, "/etc/motd"), wanted);
    while (container.undoSteps() > 1) {
        container.undo();
    }
    QCOMPARE(readText(container, "/etc/motd"), "hello0,"s);
}

// Each step keeps what the content was before it, so pieces are what a history is made of.
void TestOverlayContent::aLongHistoryStaysSmall()
{
    auto container = usual();
    std::size_t most = 0;
    const auto pieces = [&container](std::string_view path) {
        return container.upper().inode(container.find(path)->upper).content.pieceCount();
    };
    for (int i = 0; i < 5000; ++i) {
        container.append("/log", bytesOf("x"));
        most = std::max(most, pieces("/log"));
    }
    QVERIFY2(most <= 32, std::to_string(most).c_str());
    QCOMPARE(readText(container, "/log"), std::string(5000, 'x'));
    // Much at once goes to the file, and comes together there as well.
    const std::string large(ContentStore::inMemory + 1, 'l');
    for (int i = 0; i < 40; ++i) {
        container.append("/large", bytesOf(large));
        most = std::max(most, pieces("/large"));
    }
    QVERIFY2(most <= 32, std::to_string(most).c_str());
    QCOMPARE(readText(container, "/large").size(), 40 * large.size());
    while (container.undoSteps() > 3) {
        container.undo();
    }
    QCOMPARE(readText(container, "/log"), "xxx"s);
}

void TestOverlayContent::scrapsOfTheImageStayFew()
{
    TarBuilder layer;
    layer.file("f", std::string(8000, 'a')).file("hole", "b");
    auto container = containerOn(opened(ImageBuilder().layer(layer)));
    std::string wanted(8000, 'a');
    std::size_t most = 0;
    for (std::size_t i = 0; i < 4000; ++i) {
        container.edit("/f", 2 * i, bytesOf("#"));
        wanted[2 * i] = '#';
        const auto& content = container.upper().inode(container.find("/f")->upper).content;
        most = std::max(most, content.pieceCount());
    }
    QVERIFY2(most <= FileContent::mostPieces, std::to_string(most).c_str());
    QCOMPARE(readText(container, "/f"), wanted);
    // Nobody's disk is filled with zeros that a file merely claims.
    container.truncate("/hole", FileContent::maxSize);
    for (std::uint64_t i = 0; i < 600; ++i) {
        QVERIFY(container.edit("/hole", i << 40U, bytesOf("#")).done());
    }
    QCOMPARE(container.details(*container.find("/hole")).size, FileContent::maxSize);
}

void TestOverlayContent::whatWasOpenedStaysAsItWas()
{
    OpenedFile opened;
    {
        auto container = usual();
        container.append("/etc/motd", bytesOf("!"));
        opened = container.read("/etc/motd");
        container.replace("/etc/motd", bytesOf("other"));
        container.unlink("/etc/motd");
    }
    QCOMPARE(drain(*opened.content), "hello!"s);
}

/// An archive that is cut after it was opened: EIO, and the container as it was.
void TestOverlayContent::anImageThatCannotBeRead()
{
    QTemporaryDir folder;
    const std::filesystem::path path = folder.filePath("image.tar").toStdString();
    TarBuilder layer;
    layer.file("big", toText(noise(300'000))).file("z", "z");
    ArchiveBuilder(ArchiveForm::Oci).image(ImageBuilder().layer(layer)).writeFile(path);
    const auto archive = ImageArchive::open(path, {});
    VERIFY_OK(archive);
    auto container = containerOn(test::load(*archive));
    QCOMPARE(resultOf(container.changeMode("/big", 0600)), "done"s);
    std::filesystem::resize_file(path, 1000);
    const auto opened = container.read("/z");
    QCOMPARE(resultOf(opened.trace), "EIO"s);
    QVERIFY(!opened.trace.reason.empty());
    QVERIFY(opened.content == nullptr);
    QCOMPARE(upperText(container), "file /big 300000 0600\n"s);
    QVERIFY(container.undo());
    QCOMPARE(upperText(container), ""s);
}

/// No file may grow as large as what is written: ENOSPC, and the container as it was.
void TestOverlayContent::aFullDisk()
{
    rlimit before{};
    QCOMPARE(::getrlimit(RLIMIT_FSIZE, &before), 0);
    const auto handler = std::signal(SIGXFSZ, SIG_IGN);
    auto container = usual();
    const Bytes large = noise(ContentStore::inMemory * 3);
    const rlimit small{.rlim_cur = ContentStore::inMemory, .rlim_max = before.rlim_max};
    QCOMPARE(::setrlimit(RLIMIT_FSIZE, &small), 0);
    const auto atOnce = container.replace("/etc/motd", large);
    const auto stream = plainStream(sourceOf(large));
    const auto streamed = container.replace("/made", *stream);
    QCOMPARE(::setrlimit(RLIMIT_FSIZE, &before), 0);
    std::signal(SIGXFSZ, handler);
    for (const auto* trace : {&atOnce, &streamed}) {
        QCOMPARE(resultOf(*trace), "ENOSPC"s);
        QVERIFY(trace->reason.starts_with("/"));
        QVERIFY(trace->effects.empty());
    }
    QCOMPARE(upperText(container), ""s);
    QCOMPARE(resultOf(container.replace("/etc/motd", large)), "done"s);
    QCOMPARE(readText(container, "/etc/motd"), toText(large));
}

void TestOverlayContent::stopping()
{
    auto container = usual();
    std::stop_source stop;
    stop.request_stop();
    const Job job{.stop = stop.get_token(), .progress = {}};
    const auto stream = plainStream(sourceOf("text"));
    QCOMPARE(resultOf(container.replace("/one", *stream, job)), "EINTR"s);
    QCOMPARE(upperText(container), ""s);
    QCOMPARE(container.undoSteps(), std::size_t{0});
}

QTEST_GUILESS_MAIN(TestOverlayContent)
#include "tst_overlay_content.moc"
