// SPDX-License-Identifier: Apache-2.0
#include "instructions/dockerfile_edit.h"
#include "instructions/dockerfile_gutter.h"
#include "instructions/instructions_page.h"
#include "session_fixture.h"
#include "shown_texts.h"
#include "stack_images.h"

#include <QApplication>
#include <QClipboard>
#include <QMenu>
#include <QTextBlock>
#include <QTextLayout>
#include <QTimer>
#include <QToolTip>

using namespace strata;
using namespace strata::test;
using namespace strata::ui;
using namespace Qt::StringLiterals;

namespace {

struct PageFixture : SessionFixture
{
    InstructionsPage page{session};

    PageFixture() { page.resize(640, 480); }
    DockerfileEdit& edit() { return *page.edit(); }
    Worker& worker() { return *page.findChild<Worker*>(); }
    /// Shows the page and waits for what it shows.
    bool show()
    {
        page.show();
        edit().setFocus();
        return QTest::qWaitForWindowExposed(&page) && settle();
    }
    bool settle()
    {
        return QTest::qWaitFor([this] { return !worker().busy(); });
    }
    int lineWith(const QString& text)
    {
        for (auto block = edit().document()->begin(); block.isValid(); block = block.next()) {
            if (block.text().contains(text)) {
                return block.blockNumber();
            }
        }
        return -1;
    }
    QPoint pointOf(int line)
    {
        return edit().cursorRect(QTextCursor(edit().document()->findBlockByNumber(line))).center() +
               QPoint(4, 0);
    }
    void click(int line)
    {
        QTest::mouseClick(edit().viewport(), Qt::LeftButton, {}, pointOf(line));
    }
    QStringList texts() const { return shownTexts(page); }
};

} // namespace

class TestInstructionsPage : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void showsTheDockerfile();
    void clickSelectsTheLayer();
    void gutterSelectsTheLayer();
    void cursorKeysSelect();
    void lineWithoutLayerKeepsTheSelection();
    void followsSession();
    void selectingTextDoesNot();
    void copiesPlainText();
    void tooltipSaysWhatTheStepDid();
    void absentLayersSaySo();
    void withoutHistory();
    void openedAnew();
    void endlessLine();
    void endlessHistory();
    void darkAndLight();
    void rebuiltByAWorker();
    void droppedWhenClosed();
    void colouredInSlices_data();
    void colouredInSlices();
    void codeRunsFromLeftToRight();
    void oneBlockALine();
};

void TestInstructionsPage::showsTheDockerfile()
{
    PageFixture f;
    QVERIFY(f.open(articleImage()));
    QVERIFY(f.edit().toPlainText().isEmpty()); // not before it is seen
    QVERIFY(f.show());
    QVERIFY(f.lineWith(u"FROM debian:13"_s) >= 0);
    const int emacs = f.lineWith(u"RUN apt-get update"_s);
    QVERIFY(emacs > f.lineWith(u"FROM debian:13"_s));
    QCOMPARE(f.edit().lines()[static_cast<std::size_t>(emacs)].layer, std::optional<LayerNo>(1));
    QVERIFY(f.edit().startsStep(emacs));
    // Highlighted: the keyword has a format of its own.
    QTRY_VERIFY(!f.edit().document()->findBlockByNumber(emacs).layout()->formats().isEmpty());
}

void TestInstructionsPage::clickSelectsTheLayer()
{
    PageFixture f;
    QVERIFY(f.open(articleImage()));
    QVERIFY(f.show());
    f.click(f.lineWith(u"apache2"_s));
    QCOMPARE(f.session.currentLayer(), std::optional<LayerNo>(2));
    QCOMPARE(f.session.scope(), Scope::UpToLayer);
    // Deselected elsewhere, then clicked where the cursor stands already.
    f.session.setCurrentLayer(std::nullopt);
    QTest::qWait(QApplication::doubleClickInterval() + 20);
    f.click(f.lineWith(u"apache2"_s));
    QCOMPARE(f.session.currentLayer(), std::optional<LayerNo>(2));
}

void TestInstructionsPage::gutterSelectsTheLayer()
{
    PageFixture f;
    QVERIFY(f.open(articleImage()));
    QVERIFY(f.show());
    auto* gutter = f.page.findChild<DockerfileGutter*>();
    const int line = f.lineWith(u"emacs"_s);
    QTest::mouseClick(gutter, Qt::LeftButton, {}, {10, f.pointOf(line).y()});
    QCOMPARE(f.session.currentLayer(), std::optional<LayerNo>(1));
    QCOMPARE(f.edit().currentLine(), line);
}

void TestInstructionsPage::cursorKeysSelect()
{
    PageFixture f;
    QVERIFY(f.open(articleImage()));
    QVERIFY(f.show());
    f.click(f.lineWith(u"emacs"_s));
    QCOMPARE(f.session.currentLayer(), std::optional<LayerNo>(1));
    QTest::keyClick(&f.edit(), Qt::Key_Down);
    QCOMPARE(f.session.currentLayer(), std::optional<LayerNo>(2));
    QTest::keyClick(&f.edit(), Qt::Key_Home, Qt::ControlModifier);
    QCOMPARE(f.session.currentLayer(), std::optional<LayerNo>(0));
}

void TestInstructionsPage::lineWithoutLayerKeepsTheSelection()
{
    PageFixture f;
    QVERIFY(f.open(articleImage()));
    QVERIFY(f.show());
    f.click(f.lineWith(u"emacs"_s));
    f.click(f.lineWith(u"EXPOSE"_s));
    QCOMPARE(f.session.currentLayer(), std::optional<LayerNo>(1));
    QVERIFY(f.texts().join(u'\n').contains(u"No layer: this step changes only"_s));
}

void TestInstructionsPage::followsSession()
{
    PageFixture f;
    ImageBuilder image;
    for (int i = 0; i < 100; ++i) {
        image.layer(TarBuilder().file("f" + std::to_string(i), "x"),
                    "RUN touch f" + std::to_string(i));
    }
    QVERIFY(f.open(image));
    QVERIFY(f.show());
    f.session.setCurrentLayer(90);
    const int line = f.lineWith(u"RUN touch f90"_s);
    QCOMPARE(f.edit().currentLine(), line);
    QVERIFY(f.edit().viewport()->rect().contains(f.pointOf(line)));
    QCOMPARE(f.session.currentLayer(), std::optional<LayerNo>(90));
}

void TestInstructionsPage::selectingTextDoesNot()
{
    PageFixture f;
    QVERIFY(f.open(articleImage()));
    QVERIFY(f.show());
    f.click(f.lineWith(u"emacs"_s));
    QTest::keyClick(&f.edit(), Qt::Key_Down, Qt::ShiftModifier);
    QVERIFY(f.edit().textCursor().hasSelection());
    QCOMPARE(f.session.currentLayer(), std::optional<LayerNo>(1));
    QTest::keyClick(&f.edit(), Qt::Key_A, Qt::ControlModifier);
    QCOMPARE(f.session.currentLayer(), std::optional<LayerNo>(1));
}

void TestInstructionsPage::copiesPlainText()
{
    PageFixture f;
    QVERIFY(f.open(articleImage()));
    QVERIFY(f.show());
    QTest::keyClick(&f.edit(), Qt::Key_A, Qt::ControlModifier);
    QTest::keyClick(&f.edit(), Qt::Key_C, Qt::ControlModifier);
    QCOMPARE(QApplication::clipboard()->text(), f.edit().toPlainText());
    QVERIFY(!QApplication::clipboard()->text().contains(u"no layer"_s));
    f.edit().copyAll();
    QCOMPARE(QApplication::clipboard()->text(), f.edit().toPlainText() + u'\n');
}

void TestInstructionsPage::tooltipSaysWhatTheStepDid()
{
    PageFixture f;
    QVERIFY(f.open(articleImage()));
    QVERIFY(f.show());
    const int line = f.lineWith(u"apache2"_s);
    QCOMPARE(f.page.lineHelp(line), u"Makes layer 2 · 10 kB · 2 added, 1 modified, 1 removed"_s);
    const auto at = f.pointOf(line);
    QHelpEvent help(QEvent::ToolTip, at, f.edit().viewport()->mapToGlobal(at));
    QApplication::sendEvent(f.edit().viewport(), &help);
    QVERIFY(QToolTip::text().contains(u"Makes layer 2"_s));
    QToolTip::hideText();
}

void TestInstructionsPage::absentLayersSaySo()
{
    PageFixture f;
    QVERIFY(f.open(f.write(incompleteArchive())));
    QVERIFY(f.show());
    QCOMPARE(f.page.lineHelp(f.lineWith(u"gone"_s)), u"Makes layer 1 · not in this archive"_s);
}

void TestInstructionsPage::withoutHistory()
{
    PageFixture f;
    QVERIFY(f.show());
    QVERIFY(f.texts().join(u'\n').contains(u"Open an image"_s));
    ImageBuilder image;
    image.layer(TarBuilder().file("a", "1")).noHistory();
    QVERIFY(f.open(image));
    QVERIFY(f.settle());
    QVERIFY(f.texts().join(u'\n').contains(u"records no history"_s));
    QVERIFY(!f.edit().isVisible());
}

void TestInstructionsPage::openedAnew()
{
    PageFixture f;
    QVERIFY(f.show());
    QVERIFY(f.open(articleImage()));
    QVERIFY(f.settle());
    QVERIFY(f.lineWith(u"apache2"_s) >= 0);
    ImageBuilder other;
    other.layer(TarBuilder().file("a", "1"), "RUN <b>other</b>");
    QVERIFY(f.open(other));
    QVERIFY(f.settle());
    QCOMPARE(f.lineWith(u"apache2"_s), -1);
    QVERIFY(f.lineWith(u"RUN <b>other</b>"_s) >= 0);
    f.session.close();
    QVERIFY(!f.edit().isVisible());
}

void TestInstructionsPage::endlessLine()
{
    PageFixture f;
    ImageBuilder image;
    image.layer(TarBuilder().file("a", "1"), "RUN echo " + std::string(200'000, 'x'));
    QVERIFY(f.open(image));
    QVERIFY(f.show());
    QVERIFY(f.edit().toPlainText().size() < 20'000);
    f.edit().copyAll(); // whole all the same
    QVERIFY(QApplication::clipboard()->text().size() > 200'000);
    const auto whole = QApplication::clipboard()->text().chopped(1);
    f.edit().selectAll();
    f.edit().copy();
    QCOMPARE(QApplication::clipboard()->text(), whole);
    auto cursor = f.edit().textCursor(); // of a part, what is seen
    cursor.setPosition(0);
    cursor.setPosition(8, QTextCursor::KeepAnchor);
    f.edit().setTextCursor(cursor);
    f.edit().copy();
    QCOMPARE(QApplication::clipboard()->text(), whole.left(8));
}

void TestInstructionsPage::endlessHistory()
{
    PageFixture f;
    ImageBuilder image;
    std::string script = "RUN cat <<EOF > /x";
    for (int i = 0; i < 200'000; ++i) {
        script += "\nline";
    }
    image.layer(TarBuilder().file("a", "1"), script + "\nEOF")
        .layer(TarBuilder().file("b", "1"), "RUN the-last-one");
    QVERIFY(f.open(image));
    QVERIFY(f.show());
    QVERIFY(f.edit().lines().size() > 200'000);
    QVERIFY(f.edit().document()->blockCount() < 60'000);
    QVERIFY(f.texts().join(u'\n').contains(u"Copy Whole Dockerfile"_s));
    f.session.setCurrentLayer(1); // made by a line that is not shown
    QVERIFY(f.edit().currentLine() < f.edit().document()->blockCount());
    f.edit().copyAll();
    QVERIFY(QApplication::clipboard()->text().endsWith(u"RUN the-last-one\n"_s));
}

void TestInstructionsPage::darkAndLight()
{
    PageFixture f;
    QVERIFY(f.open(articleImage()));
    QVERIFY(f.show());
    QPalette dark = f.page.palette();
    dark.setColor(QPalette::Base, QColor(20, 22, 26));
    dark.setColor(QPalette::Text, Qt::white);
    f.page.setPalette(dark);
    const auto image = f.page.grab().toImage();
    QVERIFY(image.pixelColor(image.width() / 2, image.height() / 2).lightness() < 60);
}

void TestInstructionsPage::rebuiltByAWorker()
{
    PageFixture f;
    QVERIFY(f.open(articleImage()));
    QSignalSpy started(&f.worker(), &Worker::started);
    f.page.show();
    // Nothing has been rebuilt when show() returns, and it comes only with the worker's result.
    QCOMPARE(started.count(), 1);
    QVERIFY(f.worker().busy());
    QVERIFY(f.edit().lines().empty());
    QVERIFY(f.edit().document()->isEmpty());
    QVERIFY(f.settle());
    QVERIFY(f.lineWith(u"apache2"_s) >= 0);
}

void TestInstructionsPage::droppedWhenClosed()
{
    PageFixture f;
    QVERIFY(f.open(articleImage()));
    f.page.show();
    QVERIFY(f.worker().busy());
    f.session.close();
    QVERIFY(!f.worker().busy());
    QTest::qWait(50); // for a result that must not come
    QVERIFY(f.edit().document()->isEmpty());
    QVERIFY(f.texts().join(u'\n').contains(u"Open an image"_s));
}

void TestInstructionsPage::colouredInSlices_data()
{
    QTest::addColumn<QString>("instruction");
    QTest::addColumn<int>("steps");
    QTest::addColumn<int>("lines");
    QTest::newRow("3,000 steps") << u"RUN touch \"$f\" && chown 0:0 \"$f\""_s << 3000 << 3000;
    QString script = u"RUN cat <<EOF > /x"_s;
    constexpr int lines = 20'000; // about a megabyte
    for (int i = 0; i < lines; ++i) {
        script += u"\nif [ \"$a\" = b ]; then echo 'text of a script'; fi"_s;
    }
    QTest::newRow("one of a megabyte") << script + u"\nEOF"_s << 1 << lines + 2;
}

void TestInstructionsPage::colouredInSlices()
{
    QFETCH(const QString, instruction);
    QFETCH(const int, steps);
    QFETCH(const int, lines);
    PageFixture f;
    ImageBuilder image;
    for (int i = 0; i < steps; ++i) {
        image.step(instruction.toStdString());
    }
    QVERIFY(f.open(image));
    QVERIFY(f.show());
    const auto* document = f.edit().document();
    QCOMPARE(document->blockCount(), lines);
    QVERIFY(f.edit().highlighting());
    QVERIFY(document->lastBlock().previous().layout()->formats().isEmpty());
    // The window lives between the slices.
    int beats = 0;
    QTimer heart;
    heart.setInterval(0);
    connect(&heart, &QTimer::timeout, &f.page, [&] { ++beats; });
    heart.start();
    QTRY_VERIFY_WITH_TIMEOUT(!f.edit().highlighting(), 60'000);
    QVERIFY(beats > 1);
    QVERIFY(!document->firstBlock().layout()->formats().isEmpty());
}

void TestInstructionsPage::codeRunsFromLeftToRight()
{
    PageFixture f;
    f.page.setLayoutDirection(Qt::RightToLeft);
    QVERIFY(f.open(articleImage()));
    QVERIFY(f.show());
    QCOMPARE(f.edit().layoutDirection(), Qt::LeftToRight);
    QVERIFY(f.page.findChild<DockerfileGutter*>()->geometry().left() <
            f.edit().viewport()->geometry().left());
}

void TestInstructionsPage::oneBlockALine()
{
    PageFixture f;
    ImageBuilder image;
    image.step("ENV A=\r\nB=\xe2\x80\xa8 C=\xe2\x80\xa9 D=\x0b E=\xef\xb7\x90")
        .step("CMD [\"sh\"]");
    QVERIFY(f.open(image));
    QVERIFY(f.show());
    QCOMPARE(std::size_t(f.edit().document()->blockCount()), f.edit().lines().size());
}

QTEST_MAIN(TestInstructionsPage)
#include "tst_instructions_page.moc"
