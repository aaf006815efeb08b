// SPDX-License-Identifier: Apache-2.0
#include "inspector/details_page.h"
#include "inspector/folder_summary.h"
#include "inspector/inspector_header.h"
#include "inspector/message_view.h"
#include "inspector/path_label.h"
#include "inspector/timeline_page.h"
#include "inspector_fixture.h"
#include "models/timeline_model.h"
#include "models/version_state.h"
#include "tree/projection.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QListView>
#include <QPushButton>
#include <QTabBar>

using namespace strata;
using namespace strata::test;
using ui::Inspector;

class InspectorTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup();
    void nothingSelectedSaysWhatToDo();
    void headerNamesPathAndOrigin();
    void theScopeDecidesTheVersion();
    void aChosenVersionIsNamedAndOpens();
    void keysOpenAndCompare();
    void aLayerThatDidNothingOpensNothing();
    void theTabIsKept();
    void thePathIsCopied();
    void savesACopy();
    void aSecondCopyDoesNotStopTheFirst();
    void folderSizesAreTheTrees();
    void longInstructionsAreCut();
    void hostileNamesStayPlainAndNarrow();
    void deletedAndAbsentAreFine();
    void changesResolvedKeepsTheChoice();
    void closingEmptiesIt();
    void closingLetsGoOfTheImage();
    void everythingCanBeReachedAndIsNamed();

private:
    void open(const ImageBuilder& image) { QVERIFY(m_fixture->openDecided(image)); }
    void select(const std::string& path) { QVERIFY2(m_fixture->select(path), path.c_str()); }
    QModelIndex rowOfLayer(LayerNo layer) const
    {
        return qobject_cast<ui::TimelineModel*>(list()->model())->indexOfLayer(layer);
    }
    void click(LayerNo layer)
    {
        QTest::mouseClick(list()->viewport(), Qt::LeftButton, {},
                          list()->visualRect(rowOfLayer(layer)).center());
    }
    QListView* list() const { return m_inspector->timeline()->list(); }
    QString text() const { return m_fixture->text(); }

    std::unique_ptr<InspectorFixture> m_fixture;
    Inspector* m_inspector = nullptr;
};

void InspectorTest::init()
{
    m_fixture = std::make_unique<InspectorFixture>();
    m_inspector = &m_fixture->inspector;
    QVERIFY(m_fixture->show());
}

void InspectorTest::cleanup()
{
    m_inspector = nullptr;
    m_fixture.reset();
}

void InspectorTest::nothingSelectedSaysWhatToDo()
{
    open(articleImage());
    auto* message = m_inspector->findChild<ui::MessageView*>();
    QVERIFY(message->isVisible());
    QCOMPARE(message->title(), QStringLiteral("Select a file to see which layers touched it"));
    QVERIFY(!m_inspector->version());
}

void InspectorTest::headerNamesPathAndOrigin()
{
    open(articleImage());
    select("/etc/passwd");
    QCOMPARE(m_inspector->header()->path(), QStringLiteral("/etc/passwd"));
    const auto origin = m_inspector->header()->originText();
    QVERIFY2(origin.startsWith(QStringLiteral("origin: layer 2, RUN")), qPrintable(origin));
    QVERIFY2(origin.endsWith(QStringLiteral("apache2 · 14 B · 0644 0:0")), qPrintable(origin));
    QVERIFY(m_inspector->header()->bannerText().isEmpty());
    QCOMPARE(list()->model()->rowCount(), 3);
    QCOMPARE(list()->currentIndex(), rowOfLayer(2));
}

void InspectorTest::theScopeDecidesTheVersion()
{
    open(articleImage());
    select("/etc/passwd");
    m_fixture->session.setCurrentLayer(1);
    QCOMPARE(m_inspector->version().version()->layer, 0);
    QVERIFY(m_inspector->header()->originText().startsWith(QStringLiteral("origin: layer 0")));
    m_fixture->session.setCurrentLayer({});
    QCOMPARE(m_inspector->version().version()->layer, 2);
    select("/etc/motd");
    QVERIFY(m_inspector->version().removed());
    QVERIFY(m_inspector->header()->originText().startsWith(QStringLiteral("deleted by: layer 2")));
    m_fixture->session.setCurrentLayer(0);
    QVERIFY(!m_inspector->version().removed());
    select("/usr/bin/emacs"); // of layer 1, above what is looked at
    QVERIFY(m_inspector->header()->bannerText().contains(QStringLiteral("above")));
}

void InspectorTest::aChosenVersionIsNamedAndOpens()
{
    open(articleImage());
    select("/etc/passwd");
    click(0);
    QCOMPARE(m_inspector->version().version()->layer, 0);
    QCOMPARE(m_inspector->header()->bannerText(),
             QStringLiteral("Layer 0's copy — covered by layer 2"));
    m_inspector->showTab(Inspector::Tab::Preview);
    QTRY_COMPARE(text(), QStringLiteral("root\n"));
    for (auto* button : m_inspector->header()->findChildren<QPushButton*>()) {
        QTest::mouseClick(button, Qt::LeftButton);
    }
    QTRY_COMPARE(text(), QStringLiteral("root\nwww-data\n"));
    QVERIFY(m_inspector->header()->bannerText().isEmpty());
    m_inspector->showTab(Inspector::Tab::Timeline);
    click(1); // not touched: nothing to choose
    QCOMPARE(m_inspector->version().version()->layer, 2);
    click(0);
    select("/etc"); // another path starts over
    QVERIFY(m_inspector->header()->bannerText().isEmpty());
}

void InspectorTest::keysOpenAndCompare()
{
    open(articleImage());
    select("/etc/passwd");
    list()->setFocus();
    QTest::keyClick(list(), Qt::Key_D);
    QCOMPARE(m_inspector->tab(), Inspector::Tab::Diff);
    m_inspector->showTab(Inspector::Tab::Timeline);
    list()->setFocus();
    QTest::keyClick(list(), Qt::Key_Down);
    QTest::keyClick(list(), Qt::Key_Down);
    QTest::keyClick(list(), Qt::Key_Return);
    QCOMPARE(m_inspector->tab(), Inspector::Tab::Preview);
    QTRY_COMPARE(text(), QStringLiteral("root\n"));
}

void InspectorTest::aLayerThatDidNothingOpensNothing()
{
    open(articleImage());
    select("/etc/passwd");
    click(1);
    QTest::mouseDClick(list()->viewport(), Qt::LeftButton, {},
                       list()->visualRect(rowOfLayer(1)).center());
    QCOMPARE(m_inspector->tab(), Inspector::Tab::Timeline);
    list()->setFocus();
    list()->setCurrentIndex(rowOfLayer(1));
    QTest::keyClick(list(), Qt::Key_Return);
    QTest::keyClick(list(), Qt::Key_D);
    QCOMPARE(m_inspector->tab(), Inspector::Tab::Timeline);
    click(2);
    QTest::mouseDClick(list()->viewport(), Qt::LeftButton, {},
                       list()->visualRect(rowOfLayer(2)).center());
    QCOMPARE(m_inspector->tab(), Inspector::Tab::Preview);
}

void InspectorTest::theTabIsKept()
{
    open(articleImage());
    select("/etc/passwd");
    auto* bar = m_inspector->findChild<QTabBar*>();
    bar->setFocus();
    QTest::keyClick(bar, Qt::Key_Right);
    QCOMPARE(m_inspector->tab(), Inspector::Tab::Preview);
    select("/usr/sbin/apache2");
    QCOMPARE(m_inspector->tab(), Inspector::Tab::Preview);
    QTRY_COMPARE(text().size(), 10'000 + 2); // broken into lines of 4,000
}

void InspectorTest::thePathIsCopied()
{
    open(articleImage());
    select("/etc/passwd");
    list()->setFocus();
    QTest::keySequence(list(), QKeySequence::Copy);
    QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("/etc/passwd"));
    auto* path = m_inspector->findChild<ui::PathLabel*>();
    path->setFocus(Qt::TabFocusReason);
    QCOMPARE(path->selectedText(), QStringLiteral("/etc/passwd"));
}

void InspectorTest::savesACopy()
{
    open(articleImage());
    select("/etc/passwd");
    click(0);
    const auto target = m_fixture->directory.filePath(QStringLiteral("copy"));
    m_inspector->saveCopyTo(target);
    QTRY_VERIFY(m_inspector->statusText().startsWith(QStringLiteral("Saved 5 B")));
    QCOMPARE(toText(readFile(target.toStdString())), std::string("root\n"));
    m_inspector->saveCopyTo(QStringLiteral("/nowhere/at/all"));
    QTRY_VERIFY(m_inspector->statusText().contains(QStringLiteral("/nowhere/at/all")) &&
                !m_inspector->statusText().startsWith(QStringLiteral("Saving")));
}

void InspectorTest::folderSizesAreTheTrees()
{
    open(ImageBuilder()
             .layer(TarBuilder().file("a/1", "55555").hardlink("b/2", "a/1").hardlink("b/3", "a/1"))
             .layer(TarBuilder().hardlink("b/4", "a/1").file("b/own", "22").whiteout("a/1")));
    const auto image = m_fixture->session.opened();
    const auto projection = project(image->tree, {}, {});
    QVERIFY(projection);
    for (const auto& [path, size] :
         {std::pair("/", 7U), std::pair("/a", 0U), std::pair("/b", 7U)}) {
        const auto node = *image->tree->find(path);
        const auto summary = ui::summarizeFolder({image, node, 1, {}}, {});
        QVERIFY(summary);
        QCOMPARE(summary->bytes, std::uint64_t{size});
        QCOMPARE((*projection)->row(*(*projection)->rowOf(node)).size, std::uint64_t{size});
    }
}

void InspectorTest::longInstructionsAreCut()
{
    Image image;
    image.layers.resize(1);
    image.layers[0].instruction = "RUN make " + std::string(1 << 20, 'x') + " last";
    QCOMPARE(ui::layerInstructionFront(image, 0, 8), QStringLiteral("RUN make …"));
    QVERIFY(!ui::layerInstructionText(image, 0).contains(QStringLiteral("last")));
    image.layers[0].instruction = "RUN make " + std::string(1 << 10, 'x') + " last";
    QVERIFY(ui::layerInstructionText(image, 0).endsWith(QStringLiteral("last")));
    QCOMPARE(ui::layerInstructionFront(image, 1), QString());
}

void InspectorTest::hostileNamesStayPlainAndNarrow()
{
    const std::string hostile = "a\n<h1>x</h1>\xe2\x80\xae"
                                "fdp\xff.txt";
    const std::string deep = [] {
        std::string out;
        for (int i = 0; i < 16; ++i) {
            out += std::string(250, static_cast<char>('a' + i)) + "/";
        }
        return out + "leaf";
    }();
    open(ImageBuilder().layer(TarBuilder().file(hostile, "x").file(deep, "y")));
    for (const auto tab : {Inspector::Tab::Timeline, Inspector::Tab::Preview, Inspector::Tab::Diff,
                           Inspector::Tab::Details}) {
        m_inspector->showTab(tab);
        select("/" + hostile);
        QVERIFY(!m_inspector->header()->path().contains(QChar(0x202e)));
        QVERIFY(!m_inspector->header()->path().contains(u'\n'));
        select("/" + deep);
        QCoreApplication::processEvents();
        QVERIFY(!m_inspector->grab().isNull());
        QVERIFY2(m_inspector->minimumSizeHint().width() <= 360,
                 qPrintable(QString::number(m_inspector->minimumSizeHint().width())));
    }
    select("/" + hostile);
    QVERIFY(m_inspector->details()
                ->value(QStringLiteral("Path as bytes"))
                .contains(QStringLiteral("ff 2e 74 78 74")));
}

void InspectorTest::aSecondCopyDoesNotStopTheFirst()
{
    open(articleImage());
    select("/usr/bin/emacs");
    const auto first = m_fixture->directory.filePath(QStringLiteral("first"));
    const auto second = m_fixture->directory.filePath(QStringLiteral("second"));
    const auto button = [this] {
        for (auto* candidate : m_inspector->timeline()->findChildren<QPushButton*>()) {
            if (candidate->text() == QStringLiteral("Save…")) {
                return candidate;
            }
        }
        return static_cast<QPushButton*>(nullptr);
    };
    QVERIFY(button()->isEnabled());
    m_inspector->saveCopyTo(first);
    QVERIFY(!button()->isEnabled());
    select("/etc/passwd");
    QVERIFY(!button()->isEnabled());
    m_inspector->saveCopyTo(second);
    QTRY_VERIFY(m_inspector->statusText().startsWith(QStringLiteral("Saved")));
    QVERIFY(m_inspector->statusText().endsWith(first));
    QVERIFY(QFile::exists(first));
    QVERIFY(!QFile::exists(second));
    QVERIFY(button()->isEnabled());
}

void InspectorTest::deletedAndAbsentAreFine()
{
    open(ImageBuilder()
             .foreignLayer(TarBuilder().file("f", "1").bytes())
             .layer(TarBuilder().file("f", "22"))
             .layer(TarBuilder().whiteout("f")));
    select("/f");
    for (const auto tab : {Inspector::Tab::Timeline, Inspector::Tab::Preview, Inspector::Tab::Diff,
                           Inspector::Tab::Details}) {
        m_inspector->showTab(tab);
        QVERIFY(!m_inspector->grab().isNull());
    }
    QVERIFY(m_inspector->version().removed());
    m_inspector->showTab(Inspector::Tab::Preview);
    auto* button = m_inspector->preview()->findChild<ui::MessageView*>()->button();
    QVERIFY(button->isVisible());
    QTest::mouseClick(button, Qt::LeftButton);
    QTRY_COMPARE(text(), QStringLiteral("22"));
    QCOMPARE(m_inspector->header()->bannerText(),
             QStringLiteral("Layer 1's copy — deleted by layer 2"));
    select("/"); // listed by no layer
    QVERIFY(!m_inspector->grab().isNull());
}

void InspectorTest::changesResolvedKeepsTheChoice()
{
    open(articleImage());
    select("/etc/passwd");
    click(0);
    Q_EMIT m_fixture->session.changesResolved();
    QCOMPARE(m_inspector->version().version()->layer, 0);
    QVERIFY(!m_inspector->header()->bannerText().isEmpty());
}

void InspectorTest::closingEmptiesIt()
{
    open(articleImage());
    select("/etc/passwd");
    m_inspector->showTab(Inspector::Tab::Preview);
    m_fixture->session.close();
    QVERIFY(!m_inspector->version());
    QVERIFY(m_inspector->findChild<ui::MessageView*>()->isVisible());
    open(articleImage());
    select("/etc/passwd");
    QTRY_COMPARE(text(), QStringLiteral("root\nwww-data\n"));
}

void InspectorTest::closingLetsGoOfTheImage()
{
    open(articleImage());
    select("/etc/passwd");
    for (const auto tab : {Inspector::Tab::Preview, Inspector::Tab::Diff, Inspector::Tab::Details,
                           Inspector::Tab::Timeline}) {
        m_inspector->showTab(tab);
        QTest::qWait(50);
    }
    QTRY_VERIFY(!m_fixture->session.checking());
    const std::weak_ptr<const MergedTree> tree = m_fixture->session.opened()->tree;
    m_fixture->session.close();
    QTRY_VERIFY(tree.expired()); // the pages out of sight too
}

void InspectorTest::everythingCanBeReachedAndIsNamed()
{
    open(articleImage());
    select("/etc/passwd");
    for (const auto tab : {Inspector::Tab::Timeline, Inspector::Tab::Preview, Inspector::Tab::Diff,
                           Inspector::Tab::Details}) {
        m_inspector->showTab(tab);
        for (const auto* widget : m_inspector->findChildren<QWidget*>()) {
            const auto* button = qobject_cast<const QAbstractButton*>(widget);
            const bool interactive = button || widget->inherits("QAbstractScrollArea") ||
                                     widget->inherits("QComboBox") || widget->inherits("QLineEdit");
            const bool ours = !widget->objectName().startsWith(QStringLiteral("qt_")) &&
                              !qobject_cast<const QTabBar*>(widget->parentWidget()) &&
                              !qobject_cast<const QAbstractItemView*>(widget->parentWidget());
            if (!widget->isVisible() || !interactive || !ours) {
                continue;
            }
            QVERIFY2(widget->focusPolicy() != Qt::NoFocus, widget->metaObject()->className());
            QVERIFY2(!widget->accessibleName().isEmpty() || (button && !button->text().isEmpty()),
                     widget->metaObject()->className());
        }
    }
}

QTEST_MAIN(InspectorTest)
#include "tst_inspector.moc"
