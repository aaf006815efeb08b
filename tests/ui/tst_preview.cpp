// SPDX-License-Identifier: Apache-2.0
#include "gated_source.h"
#include "inspector/file_preview.h"
#include "inspector/folder_view.h"
#include "inspector/hex_view.h"
#include "inspector/link_target.h"
#include "inspector/message_view.h"
#include "inspector/picture_view.h"
#include "inspector/preview_page.h"
#include "inspector/text_view.h"
#include "session_fixture.h"

#include <QBuffer>
#include <QLabel>
#include <QPushButton>
#include <QTextBlock>
#include <QTextLayout>
#include <QToolButton>

using namespace strata;
using namespace strata::test;

namespace {

std::string png(int width, int height)
{
    QImage image(width, height, QImage::Format_ARGB32);
    image.fill(Qt::red);
    QByteArray bytes;
    QBuffer buffer(&bytes);
    image.save(&buffer, "PNG");
    return bytes.toStdString();
}

std::uint32_t crc32(std::string_view bytes)
{
    std::uint32_t crc = 0xffffffffU;
    for (const char c : bytes) {
        crc ^= static_cast<unsigned char>(c);
        for (int bit = 0; bit < 8; ++bit) {
            crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? 0xedb88320U : 0U);
        }
    }
    return ~crc;
}

} // namespace

class PreviewTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup();
    void textIsHighlightedByName();
    void scriptsAreKnownByTheirFirstLine();
    void longTextIsCutUntilAsked();
    void encodingsAreNoted();
    void controlsAreMadeVisible();
    void whatHidesIsMadeVisible();
    void veryManyLinesAreCut();
    void picturesAreScaledAndMeasured();
    void hugePicturesAreNotDecoded();
    void bytesAreShownAsHexAndAnyFileMayBe();
    void linksLeadSomewhereOrNowhere();
    void namesInSentencesStayAsTheyAre();
    void foldersAreSummed();
    void aCoveredFolderIsShownAsOfItsLayer();
    void hardLinksAreCountedOnce();
    void hexShowsAllOfALargeFile();
    void aWayDeepIntoALayerIsGivenUpAtOnce();
    void devicesAreExplained();
    void removalsOfferTheHiddenCopy();
    void errorsStandInPlace();
    void quickSelectionShowsTheLastOnly();

private:
    void open(const ImageBuilder& image) { QVERIFY(m_fixture->open(image)); }
    void show(const std::string& path, std::optional<std::size_t> version = {})
    {
        const auto* tree = m_fixture->session.tree();
        const auto node = tree->find(path);
        QVERIFY2(node, path.c_str());
        const auto index =
            version ? version : ui::versionOfScope(*tree, *node, Scope::WholeImage, {});
        m_page->setVersion({m_fixture->session.opened(), *node,
                            ui::topOfScope(*tree, Scope::WholeImage, {}), index});
        QTRY_VERIFY(!m_page->busy());
    }
    template <typename T> T* visible() const
    {
        auto* widget = m_page->findChild<T*>();
        return widget && widget->isVisible() ? widget : nullptr;
    }
    QPushButton* button() const { return m_page->findChild<ui::MessageView*>()->button(); }

    std::unique_ptr<SessionFixture> m_fixture;
    std::unique_ptr<ui::PreviewPage> m_page;
};

void PreviewTest::init()
{
    m_fixture = std::make_unique<SessionFixture>();
    m_page = std::make_unique<ui::PreviewPage>();
    m_page->resize(420, 500);
    m_page->show();
    QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
}

void PreviewTest::cleanup()
{
    m_page.reset();
    m_fixture.reset();
}

void PreviewTest::textIsHighlightedByName()
{
    open(ImageBuilder().layer(TarBuilder().file("setup.py", "def main():\n    return 'x'\n")));
    show("/setup.py");
    auto* text = visible<ui::TextView>();
    QVERIFY(text);
    QVERIFY(text->isReadOnly());
    QCOMPARE(text->toPlainText(), QStringLiteral("def main():\n    return 'x'\n"));
    QCOMPARE(text->language(), QStringLiteral("Python"));
    QTRY_VERIFY(!text->document()->firstBlock().layout()->formats().isEmpty());
}

void PreviewTest::scriptsAreKnownByTheirFirstLine()
{
    open(ImageBuilder().layer(
        TarBuilder().file("usr/bin/tool", "#!/bin/bash\nif true; then :; fi\n")));
    show("/usr/bin/tool");
    QVERIFY(visible<ui::TextView>());
    QVERIFY2(!visible<ui::TextView>()->language().isEmpty(), "no language for a shell script");
}

void PreviewTest::longTextIsCutUntilAsked()
{
    std::string text;
    while (text.size() < 3'000'000) {
        text += "a line of some length, numbered " + std::to_string(text.size()) + "\n";
    }
    open(ImageBuilder().layer(TarBuilder().file("big.log", text)));
    show("/big.log");
    auto* view = visible<ui::TextView>();
    QVERIFY(view);
    QTRY_VERIFY(view->complete());
    QVERIFY(view->document()->characterCount() <= (1 << 20) + 1);
    QPushButton* all = nullptr;
    for (auto* candidate : m_page->findChildren<QPushButton*>()) {
        if (candidate->isVisible()) {
            all = candidate;
        }
    }
    QVERIFY(all);
    QCOMPARE(all->text(), QStringLiteral("Show all (3.0 MB)"));
    QTest::mouseClick(all, Qt::LeftButton);
    QTRY_COMPARE(view->document()->characterCount(), static_cast<int>(text.size()) + 1);
    QVERIFY(!all->isVisible());
}

void PreviewTest::encodingsAreNoted()
{
    QString note;
    QCOMPARE(ui::decodeText("caf\xe9\n", false, &note), QStringLiteral("café\n"));
    QVERIFY(note.contains(QStringLiteral("Latin-1")));
    QCOMPARE(ui::decodeText(std::string_view("\xff\xfeh\0i\0", 6), false, &note),
             QStringLiteral("hi"));
    QVERIFY(note.contains(QStringLiteral("UTF-16")));
    QCOMPARE(ui::decodeText("caf\xc3", true, &note), QStringLiteral("caf"));
    QVERIFY(note.isEmpty());
    QCOMPARE(ui::decodeText("a\r\nb\r\n", false, &note), QStringLiteral("a\nb\n"));
    QVERIFY(note.isEmpty());
}

void PreviewTest::controlsAreMadeVisible()
{
    QString note;
    const auto text = ui::decodeText("a\xe2\x80\xae"
                                     "b\x1b[2J\n",
                                     false, &note);
    QVERIFY(!text.contains(QChar(0x202e)));
    QVERIFY(!text.contains(QChar(0x1b)));
    QVERIFY(!note.isEmpty());
    const auto lines = ui::decodeText(std::string(10'000, 'x'), false, &note).split(u'\n');
    QCOMPARE(lines.size(), 3);
    QVERIFY(note.contains(QStringLiteral("broken")));
}

void PreviewTest::whatHidesIsMadeVisible()
{
    // Zero width, soft hyphen, C1, a tag character; two that would begin a line of the view.
    for (const char32_t hidden :
         {0x200bU, 0x200dU, 0x2060U, 0xfeffU, 0xadU, 0x85U, 0x61cU, 0xe0041U, 0xfdd0U, 0xfdd1U}) {
        QString note;
        const auto character = QStringView(QChar::fromUcs4(hidden)).toString();
        const auto text =
            ui::decodeText((QStringLiteral("a") + character + u'b').toStdString(), false, &note);
        QVERIFY2(!text.contains(character), qPrintable(text));
        QVERIFY2(text.contains(QString::number(hidden, 16)), qPrintable(text));
        QVERIFY(note.contains(QStringLiteral("symbols")));
    }
    QString note;
    QCOMPARE(ui::decodeText("\xf0\x9f\x98\x80", false, &note), QStringLiteral("😀"));
    QVERIFY(note.isEmpty());
}

void PreviewTest::veryManyLinesAreCut()
{
    open(ImageBuilder().layer(TarBuilder().file("lines", std::string(1'000'000, '\n'))));
    show("/lines");
    auto* view = visible<ui::TextView>();
    QVERIFY(view);
    QTRY_VERIFY(view->complete());
    QCOMPARE(view->blockCount(), int{ui::PreviewLimits::lines} + 1);
    const auto labels = m_page->findChildren<QLabel*>();
    QVERIFY(std::ranges::any_of(labels, [](const QLabel* label) {
        return label->isVisible() && label->text().startsWith(QStringLiteral("The first 300 kB"));
    }));
}

void PreviewTest::picturesAreScaledAndMeasured()
{
    open(ImageBuilder().layer(TarBuilder().file("logo.png", png(640, 20))));
    show("/logo.png");
    auto* picture = visible<ui::PictureView>();
    QVERIFY(picture);
    QCOMPARE(picture->caption(), QStringLiteral("PNG · 640 × 20 pixels"));
    const auto shown = picture->grab().toImage();
    QRect painted;
    for (int i = 0; i < shown.width() * shown.height(); ++i) {
        const QPoint at(i % shown.width(), i / shown.width());
        painted |= shown.pixelColor(at) == Qt::red ? QRect(at, QSize(1, 1)) : QRect();
    }
    QVERIFY(painted.width() > 300 && painted.width() < picture->width());
    QVERIFY(qAbs(painted.width() - 32 * painted.height()) <= 32);
}

void PreviewTest::hugePicturesAreNotDecoded()
{
    // A header that promises 60,000 by 60,000 pixels: 14 GB of them.
    auto bomb = png(16, 16);
    bomb.replace(16, 8, std::string("\x00\x00\xea\x60\x00\x00\xea\x60", 8));
    const auto sum = crc32(std::string_view(bomb).substr(12, 17));
    for (std::size_t i = 0; i < 4; ++i) {
        bomb[29 + i] = static_cast<char>(sum >> (24 - 8 * i));
    }
    QString why;
    QVERIFY(ui::decodePicture(bomb, QStringLiteral("image/png"), &why).image.isNull());
    QVERIFY2(why.contains(QStringLiteral("60000")), qPrintable(why));
    open(ImageBuilder().layer(TarBuilder().file("bomb.png", bomb)));
    show("/bomb.png");
    QVERIFY(visible<ui::HexView>());
}

void PreviewTest::bytesAreShownAsHexAndAnyFileMayBe()
{
    open(ImageBuilder().layer(TarBuilder()
                                  .file("a.bin", std::string("\x7f"
                                                             "ELF\0\0\0",
                                                             7))
                                  .file("t.txt", "text\n")
                                  .file("empty")));
    show("/a.bin");
    QVERIFY(visible<ui::HexView>());
    QCOMPARE(visible<ui::HexView>()->byteCount(), 7);
    show("/t.txt");
    QVERIFY(visible<ui::TextView>());
    for (auto* mode : m_page->findChildren<QToolButton*>()) {
        if (mode->text() == QStringLiteral("Hex")) {
            QVERIFY(mode->isVisible());
            QTest::mouseClick(mode, Qt::LeftButton);
        }
    }
    QTRY_VERIFY(visible<ui::HexView>());
    show("/empty");
    QVERIFY(visible<ui::MessageView>());
    QCOMPARE(visible<ui::MessageView>()->title(), QStringLiteral("An empty file"));
    show("/t.txt");
    QVERIFY(visible<ui::TextView>());
}

void PreviewTest::linksLeadSomewhereOrNowhere()
{
    open(ImageBuilder().layer(TarBuilder()
                                  .symlink("bin", "usr/bin")
                                  .file("usr/bin/sh", "x")
                                  .symlink("etc/up", "../../../../bin/sh")
                                  .symlink("etc/dangling", "/nowhere")
                                  .symlink("etc/circle", "circle")
                                  .symlink("etc/deep", std::string(4096, 'n'))));
    const auto& tree = *m_fixture->session.tree();
    const auto etc = *tree.find("/etc");
    using ui::LastPart;
    QCOMPARE(ui::resolveTarget(tree, etc, "../../../../bin/sh", 0, LastPart::Follow),
             tree.find("/usr/bin/sh"));
    QVERIFY(!ui::resolveTarget(tree, etc, "circle", 0, LastPart::Follow));
    QVERIFY(!ui::resolveTarget(tree, etc, "/usr/bin/sh/x", 0, LastPart::Follow));

    QSignalSpy asked(m_page.get(), &ui::PreviewPage::nodeRequested);
    show("/etc/up");
    QVERIFY(visible<ui::MessageView>()->body().contains(QStringLiteral("/usr/bin/sh")));
    QTest::mouseClick(button(), Qt::LeftButton);
    QCOMPARE(asked.count(), 1);
    QCOMPARE(asked[0][0].value<NodeId>(), *tree.find("/usr/bin/sh"));
    for (const auto* path : {"/etc/dangling", "/etc/deep"}) {
        show(path);
        QVERIFY(visible<ui::MessageView>()->body().contains(QStringLiteral("nowhere")));
        QVERIFY(!button()->isVisible());
    }
    QVERIFY(m_page->width() <= 420);
}

void PreviewTest::foldersAreSummed()
{
    open(ImageBuilder()
             .layer(TarBuilder().file("d/a", "12345").file("d/gone", "123"), "FROM base")
             .layer(TarBuilder().file("d/sub/b", "12").whiteout("d/gone"), "RUN x"));
    show("/d");
    auto* folder = m_page->findChild<ui::FolderView*>();
    QVERIFY(folder->isVisible());
    const auto lines = folder->text().split(u'\n');
    QCOMPARE(lines[0], QStringLiteral("2 items inside"));
    QCOMPARE(lines[1], QStringLiteral("2 files, 1 folder below · 7 B"));
    QVERIFY(lines[2].startsWith(QStringLiteral("layer 0")));
    QVERIFY(lines[2].contains(QStringLiteral("5 B")));
    show("/");
    QVERIFY(folder->isVisible());
}

void PreviewTest::namesInSentencesStayAsTheyAre()
{
    open(ImageBuilder().layer(
        TarBuilder().file("foo_1%3a2%1.deb", "x").symlink("l", "foo_1%3a2%1.deb")));
    show("/l");
    QVERIFY2(visible<ui::MessageView>()->body().contains(
                 QStringLiteral("/foo_1%3a2%1.deb: a file from layer 0.")),
             qPrintable(visible<ui::MessageView>()->body()));
}

void PreviewTest::aCoveredFolderIsShownAsOfItsLayer()
{
    open(ImageBuilder()
             .layer(TarBuilder().dir("apt").file("apt/a", "12345").symlink("link", "apt/a"))
             .layer(TarBuilder().file("other", "x"))
             .layer(TarBuilder().whiteout("apt").symlink("link", "/nowhere")));
    auto* folder = m_page->findChild<ui::FolderView*>();
    show("/apt", 0);
    QVERIFY(folder->isVisible());
    QVERIFY2(folder->text().contains(QStringLiteral("1 file below · 5 B")),
             qPrintable(folder->text()));
    QVERIFY(folder->text().contains(QStringLiteral("As of layer 0")));
    show("/link", 0);
    QVERIFY(visible<ui::MessageView>()->body().contains(QStringLiteral("/apt/a")));
    show("/");
    QVERIFY(!folder->text().contains(QStringLiteral("As of layer")));
}

void PreviewTest::hardLinksAreCountedOnce()
{
    open(ImageBuilder()
             .layer(TarBuilder()
                        .file("d/perl", "12345")
                        .hardlink("d/perl5", "d/perl")
                        .hardlink("d/sub/perl5.40", "d/perl")
                        .file("e/alone", "123")
                        .hardlink("f/only-name-here", "e/alone")
                        .file("g/covered", "1234567")
                        .hardlink("g/kept", "g/covered"),
                    "FROM base")
             .layer(TarBuilder().file("g/covered", "new"), "RUN x"));
    auto* folder = m_page->findChild<ui::FolderView*>();
    show("/d");
    auto lines = folder->text().split(u'\n');
    QCOMPARE(lines[1], QStringLiteral("3 files, 1 folder below · 5 B"));
    QCOMPARE(lines[2], QStringLiteral("2 of the files are hard links to another one here; that "
                                      "content is counted once."));
    QVERIFY2(lines[3].contains(QStringLiteral("5 B")), qPrintable(lines[3]));
    show("/f"); // the first name is elsewhere: here it counts
    QCOMPARE(folder->text().split(u'\n')[1], QStringLiteral("1 file below · 3 B"));
    show("/g"); // one name goes on with the old content
    QCOMPARE(folder->text().split(u'\n')[1], QStringLiteral("2 files below · 10 B"));
    show("/");
    QVERIFY(folder->text().contains(QStringLiteral("7 files")));
    QVERIFY(folder->text().contains(QStringLiteral("· 18 B")));
}

void PreviewTest::hexShowsAllOfALargeFile()
{
    std::string bytes(20U << 20U, '\0');
    bytes.back() = '\x7f';
    open(ImageBuilder().layer(TarBuilder().file("large.bin", bytes), {}, Compression::Gzip));
    show("/large.bin");
    auto* hex = visible<ui::HexView>();
    QVERIFY(hex);
    QCOMPARE(hex->byteCount(), qint64{20} << 20);
    QVERIFY(hex->bytes().bytesHeld() <= 1U << 20U);
    hex->setFocus();
    QTest::keyClick(hex, Qt::Key_End, Qt::ControlModifier);
    QTRY_COMPARE(hex->bytes().at(hex->position()), std::optional(std::byte{0x7f}));
    // What cannot be read is said below it.
    QFile(m_fixture->directory.filePath(QStringLiteral("image.tar"))).resize(4096);
    hex->select(8 << 20, (8 << 20) + 1);
    const auto said = [this] {
        const auto labels = m_page->findChildren<QLabel*>();
        return std::ranges::any_of(labels, [](const QLabel* label) {
            return label->isVisible() && label->text().startsWith(QStringLiteral("The rest"));
        });
    };
    QTRY_VERIFY(said());
}

void PreviewTest::aWayDeepIntoALayerIsGivenUpAtOnce()
{
    std::string noise(32U << 20U, '\0');
    std::uint32_t state = 1;
    for (auto& c : noise) {
        state = state * 1664525U + 1013904223U;
        c = static_cast<char>(state >> 24U);
    }
    const auto image = ImageBuilder().layer(
        TarBuilder().file("a-noise", noise).file("z-deep", "deep"), {}, Compression::Gzip);
    Gate gate;
    auto& session = m_fixture->session;
    session.openSource(
        std::make_shared<GatedSource>(ArchiveBuilder(ArchiveForm::Oci).image(image).bytes(), gate),
        QStringLiteral("deep"));
    QTRY_COMPARE(session.state(), ui::ImageSession::State::Ready);
    QTRY_VERIFY(!session.checking());
    auto before = gate.visits();
    show("/z-deep");
    const auto whole = gate.visits() - before;
    QVERIFY2(whole > 20, qPrintable(QString::number(whole)));
    gate.shut();
    m_page->setVersion({});
    m_page->setVersion({session.opened(), *session.tree()->find("/z-deep"), 0, 0U});
    QTRY_COMPARE(gate.waiting(), 1);
    m_page->setVersion({});
    before = gate.visits();
    gate.open();
    m_page.reset(); // waits for its worker
    QVERIFY2(gate.visits() - before <= 4, qPrintable(QString::number(gate.visits() - before)));
    QVERIFY(!gate.gaveUp());
}

void PreviewTest::devicesAreExplained()
{
    open(ImageBuilder().layer(TarBuilder().charDevice("dev/null", 1, 3).fifo("p")));
    show("/dev/null");
    QVERIFY(visible<ui::MessageView>()->body().contains(QStringLiteral("1, 3")));
    show("/p");
    QCOMPARE(visible<ui::MessageView>()->title(), QStringLiteral("A named pipe"));
}

void PreviewTest::removalsOfferTheHiddenCopy()
{
    open(ImageBuilder()
             .layer(TarBuilder().file("secret", "password"))
             .layer(TarBuilder().whiteout("secret")));
    QSignalSpy asked(m_page.get(), &ui::PreviewPage::versionRequested);
    show("/secret");
    QVERIFY(visible<ui::MessageView>()->body().contains(QStringLiteral("8 B")));
    QTest::mouseClick(button(), Qt::LeftButton);
    QCOMPARE(asked.count(), 1);
    QCOMPARE(asked[0][0].toULongLong(), 0U);
    show("/secret", 0);
    QCOMPARE(visible<ui::TextView>()->toPlainText(), QStringLiteral("password"));
}

void PreviewTest::errorsStandInPlace()
{
    open(ImageBuilder().layer(TarBuilder().file("f", std::string(100'000, 'x'))));
    QFile(m_fixture->directory.filePath(QStringLiteral("image.tar"))).resize(4096);
    show("/f");
    QVERIFY(visible<ui::MessageView>());
    QCOMPARE(visible<ui::MessageView>()->title(), QStringLiteral("The content cannot be read"));
    QVERIFY(!visible<ui::MessageView>()->body().isEmpty());
}

void PreviewTest::quickSelectionShowsTheLastOnly()
{
    TarBuilder tar;
    for (int i = 0; i < 50; ++i) {
        tar.file("f" + std::to_string(i), "content " + std::to_string(i));
    }
    open(ImageBuilder().layer(tar, {}, Compression::Gzip));
    const auto* tree = m_fixture->session.tree();
    for (int i = 0; i < 50; ++i) {
        m_page->setVersion(
            {m_fixture->session.opened(), *tree->find("/f" + std::to_string(i)), 0, 0});
    }
    QTRY_VERIFY(visible<ui::TextView>());
    QTRY_COMPARE(visible<ui::TextView>()->toPlainText(), QStringLiteral("content 49"));
}

QTEST_MAIN(PreviewTest)
#include "tst_preview.moc"
