// SPDX-License-Identifier: Apache-2.0
#include "inspector/details_page.h"
#include "inspector_fixture.h"
#include "text/capability_text.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QPushButton>
#include <QTableWidget>

using namespace strata;
using namespace strata::test;
using ui::Inspector;

class DetailsPageTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup();
    void detailsTellEverything();
    void eStargzFilesSayWhatTheyAreFor();
    void windowsLayersSayWhereTheirRootIs();
    void detailsRowsAreCopied();
    void hardlinksKnowEachOther();
    void contentSumOnRequest();
    void manyAndLargeAttributesStayInBounds();
    void capabilitiesAreDecoded();
    void foldersAreCalledSo();
    void veryManyAttributesAreCut();

private:
    void open(const ImageBuilder& image) { QVERIFY(m_fixture->openDecided(image)); }
    void select(const std::string& path) { QVERIFY2(m_fixture->select(path), path.c_str()); }
    QString text() const { return m_fixture->text(); }

    std::unique_ptr<InspectorFixture> m_fixture;
    Inspector* m_inspector = nullptr;
};

void DetailsPageTest::init()
{
    m_fixture = std::make_unique<InspectorFixture>();
    m_inspector = &m_fixture->inspector;
    QVERIFY(m_fixture->show());
}

void DetailsPageTest::cleanup()
{
    m_inspector = nullptr;
    m_fixture.reset();
}

void DetailsPageTest::detailsTellEverything()
{
    const auto image =
        ImageBuilder().layer(TarBuilder()
                                 .xattr("user.note", "hello")
                                 .file("f", "content", {.mode = 04755, .uid = 33, .gid = 34})
                                 .charDevice("dev/null", 1, 3)
                                 .symlink("l", "../f"),
                             "RUN make f");
    open(image);
    m_inspector->showTab(Inspector::Tab::Details);
    select("/f");
    const auto& details = *m_inspector->details();
    QCOMPARE(details.value(QStringLiteral("Path")), QStringLiteral("/f"));
    QCOMPARE(details.value(QStringLiteral("Size")), QStringLiteral("7 bytes"));
    QCOMPARE(details.value(QStringLiteral("Mode")), QStringLiteral("4755  -rwsr-xr-x"));
    QCOMPARE(details.value(QStringLiteral("Owner")), QStringLiteral("33:34"));
    QCOMPARE(details.value(QStringLiteral("user.note")), QStringLiteral("hello"));
    QCOMPARE(details.value(QStringLiteral("Diff ID")), QString::fromStdString(image.diffId(0)));
    QCOMPARE(details.value(QStringLiteral("Chain ID")), QString::fromStdString(image.diffId(0)));
    QCOMPARE(details.value(QStringLiteral("Layer digest")),
             QString::fromStdString(image.layerDigest(0)));
    QCOMPARE(details.value(QStringLiteral("Instruction")), QStringLiteral("RUN make f"));
    QVERIFY(details.value(QStringLiteral("Place in the tar")).startsWith(QStringLiteral("byte ")));
    select("/dev/null");
    QCOMPARE(details.value(QStringLiteral("Device")), QStringLiteral("major 1, minor 3"));
    select("/l");
    QCOMPARE(details.value(QStringLiteral("Link target")), QStringLiteral("../f"));
    select("/dev");
    QVERIFY(details.value(QStringLiteral("Listed")).contains(QStringLiteral("implied")));
}

void DetailsPageTest::eStargzFilesSayWhatTheyAreFor()
{
    open(ImageBuilder().layer(TarBuilder().file(".prefetch.landmark", "1").file("f", "1")));
    m_inspector->showTab(Inspector::Tab::Details);
    select("/.prefetch.landmark");
    const auto& details = *m_inspector->details();
    QCOMPARE(details.value(QStringLiteral("Made for")),
             QStringLiteral("eStargz: loading the layer bit by bit"));
    select("/f");
    QCOMPARE(details.value(QStringLiteral("Made for")), QString());
}

void DetailsPageTest::windowsLayersSayWhereTheirRootIs()
{
    const auto tar = TarBuilder()
                         .dir("Files")
                         .file("Files/license.txt", "1")
                         .dir("Hives")
                         .file("Hives/Software_Delta", "regf");
    const auto root = [this] {
        return m_inspector->details()->value(QStringLiteral("Root of the layer"));
    };
    open(ImageBuilder().platform("windows", "amd64").layer(tar));
    m_inspector->showTab(Inspector::Tab::Details);
    select("/license.txt");
    QCOMPARE(root(), QStringLiteral("Files/, as in Windows layers"));
    select("/Hives/Software_Delta");
    QCOMPARE(m_inspector->details()->value(QStringLiteral("Registry hive")),
             QStringLiteral("HKEY_LOCAL_MACHINE\\SOFTWARE"));
    open(ImageBuilder().platform("linux", "amd64").layer(tar));
    select("/Files/license.txt");
    QCOMPARE(root(), QString());
}

void DetailsPageTest::detailsRowsAreCopied()
{
    open(articleImage());
    m_inspector->showTab(Inspector::Tab::Details);
    select("/etc/passwd");
    auto* table = m_inspector->details()->table();
    table->setFocus();
    table->selectRow(1);
    QTest::keySequence(table, QKeySequence::Copy);
    QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("/etc/passwd"));
    table->selectAll();
    QTest::keySequence(table, QKeySequence::Copy);
    QVERIFY(QGuiApplication::clipboard()->text().contains(QStringLiteral("Path\t/etc/passwd")));
}

void DetailsPageTest::hardlinksKnowEachOther()
{
    open(ImageBuilder()
             .layer(TarBuilder().file("bin/perl", "perl").hardlink("bin/perl5", "bin/perl"))
             .layer(TarBuilder().hardlink("bin/lower", "bin/perl")));
    m_inspector->showTab(Inspector::Tab::Details);
    const auto& details = *m_inspector->details();
    select("/bin/perl");
    QTRY_COMPARE(details.value(QStringLiteral("Other names")), QStringLiteral("/bin/perl5"));
    select("/bin/perl5");
    QCOMPARE(details.value(QStringLiteral("Hard link")),
             QStringLiteral("stored as a link to /bin/perl"));
    QTRY_COMPARE(details.value(QStringLiteral("Other names")), QStringLiteral("/bin/perl"));
    select("/bin/lower");
    QCOMPARE(details.value(QStringLiteral("Hard link")),
             QStringLiteral("stored as a link to /bin/perl"));
    QVERIFY(
        details.value(QStringLiteral("Place in the tar")).startsWith(QStringLiteral("layer 0")));
    m_inspector->showTab(Inspector::Tab::Preview);
    QTRY_COMPARE(text(), QStringLiteral("perl"));
}

void DetailsPageTest::contentSumOnRequest()
{
    open(articleImage());
    m_inspector->showTab(Inspector::Tab::Details);
    select("/etc/passwd");
    auto* table = m_inspector->details()->table();
    auto* button = table->findChild<QPushButton*>();
    QVERIFY(button);
    QTest::mouseClick(button, Qt::LeftButton);
    QTRY_COMPARE(m_inspector->details()->value(QStringLiteral("Content SHA-256")),
                 QString::fromStdString(sha256Text(toBytes("root\nwww-data\n"))));
}

void DetailsPageTest::manyAndLargeAttributesStayInBounds()
{
    TarBuilder upper;
    for (int i = 0; i < 40; ++i) {
        upper.xattr("user.n" + std::to_string(i), std::string(20'000, 'v'));
    }
    upper.xattr("user.raw", std::string("\0\1\xff", 3)).file("f", "x");
    open(ImageBuilder().layer(TarBuilder().file("f", "x")).layer(upper));
    select("/f");
    m_inspector->showTab(Inspector::Tab::Diff);
    QVERIFY2(m_inspector->minimumSizeHint().height() < 600,
             qPrintable(QString::number(m_inspector->minimumSizeHint().height())));
    m_inspector->showTab(Inspector::Tab::Details);
    QCOMPARE(m_inspector->details()->value(QStringLiteral("user.raw")), QStringLiteral("00 01 ff"));
    QVERIFY(m_inspector->details()
                ->value(QStringLiteral("user.n7"))
                .endsWith(QStringLiteral("(20,000 bytes in all)")));
}

void DetailsPageTest::capabilitiesAreDecoded()
{
    QCOMPARE(ui::capabilityText(std::string_view("\1\0\0\2\0\x20\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 20)),
             QStringLiteral("cap_net_raw=ep"));
    QCOMPARE(ui::capabilityText("nonsense"), QString());
}

void DetailsPageTest::foldersAreCalledSo()
{
    open(articleImage());
    m_inspector->showTab(Inspector::Tab::Details);
    const auto heading = [this] { return m_inspector->details()->table()->item(0, 0)->text(); };
    select("/etc");
    QCOMPARE(heading(), QStringLiteral("Folder"));
    select("/etc/passwd");
    QCOMPARE(heading(), QStringLiteral("File"));
    select("/etc/motd");
    QCOMPARE(heading(), QStringLiteral("Deleted path"));
    QCOMPARE(m_inspector->details()->value(QStringLiteral("Type")),
             QStringLiteral("removal (by a whiteout)"));
}

void DetailsPageTest::veryManyAttributesAreCut()
{
    TarBuilder tar;
    for (int i = 0; i < 1'000; ++i) {
        tar.xattr("user.n" + std::to_string(1'000 + i), "v");
    }
    open(ImageBuilder().layer(tar.file("f", "x")));
    m_inspector->showTab(Inspector::Tab::Details);
    select("/f");
    const auto* table = m_inspector->details()->table();
    int listed = 0;
    for (int row = 0; row < table->rowCount(); ++row) {
        listed += table->item(row, 0)->text().startsWith(QStringLiteral("user.n")) ? 1 : 0;
    }
    QCOMPARE(listed, 200);
    QCOMPARE(m_inspector->details()->value(QStringLiteral("More attributes")),
             QStringLiteral("and 800 more"));
}

QTEST_MAIN(DetailsPageTest)
#include "tst_details_page.moc"
