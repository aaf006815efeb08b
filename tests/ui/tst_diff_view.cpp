// SPDX-License-Identifier: Apache-2.0
#include "base/limits.h"
#include "inspector/diff_page.h"
#include "inspector/diff_view.h"
#include "inspector/message_view.h"
#include "session_fixture.h"

#include <QAbstractItemModelTester>
#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QLabel>
#include <QListView>
#include <QScrollArea>
#include <QScrollBar>
#include <QToolButton>

using namespace strata;
using namespace strata::test;
using ui::DiffModel;

namespace {

std::string numbered(int lines, int changed = -1)
{
    std::string out;
    for (int i = 1; i <= lines; ++i) {
        out += (i == changed ? "changed " : "line ") + std::to_string(i) + "\n";
    }
    return out;
}

} // namespace

class DiffViewTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup();
    void textChangesStandWithLineNumbers();
    void keysGoFromChangeToChange();
    void unchangedLinesFoldAndUnfold();
    void tooManyLinesToUnfoldKeepTheChanges();
    void veryManyChangedLinesAreNotShown();
    void metadataIsATable();
    void binaryIdenticalAndMissingAreSaid();
    void anyTwoVersionsCanBeChosen();
    void deletedCopiesCanBeCompared();
    void linesAreCopiedAsTheyAre();
    void hostileTextIsShownPlain();

private:
    void use(const ImageBuilder& image, const char* path)
    {
        QVERIFY(m_fixture->open(image));
        QTRY_VERIFY(m_fixture->session.tree()->undecidedCount() == 0);
        const auto* tree = m_fixture->session.tree();
        const auto node = tree->find(path);
        QVERIFY(node);
        const auto index = ui::versionOfScope(*tree, *node, Scope::WholeImage, {});
        m_version = {m_fixture->session.opened(), *node,
                     ui::topOfScope(*tree, Scope::WholeImage, {}), index};
        m_page->setVersion(m_version);
        QTRY_VERIFY(!m_page->view()->busy());
    }
    /// "1 1   text", "- 2   - old", "⋯ …".
    QStringList rows() const
    {
        QStringList out;
        const auto* model = list()->model();
        for (int row = 0; row < model->rowCount(); ++row) {
            const auto index = model->index(row, 0);
            if (index.data(DiffModel::FoldedRole).toUInt() > 0) {
                out << QStringLiteral("⋯ ") + index.data(DiffModel::TextRole).toString();
                continue;
            }
            const auto kind = index.data(DiffModel::KindRole).toInt();
            out << QStringLiteral("%1 %2 %3%4")
                       .arg(index.data(DiffModel::OldLineRole).toUInt())
                       .arg(index.data(DiffModel::NewLineRole).toUInt())
                       .arg(QStringLiteral(" +-").at(kind))
                       .arg(index.data(DiffModel::TextRole).toString());
        }
        return out;
    }
    QListView* list() const { return m_page->view()->findChild<QListView*>(); }
    ui::MessageView* message() const { return m_page->view()->findChild<ui::MessageView*>(); }
    /// "mode: 0644 → 0755".
    QStringList table() const
    {
        QStringList out;
        for (const auto* label : m_page->view()->findChildren<QLabel*>()) {
            if (!label->accessibleName().isEmpty() && label->isVisibleTo(m_page.get())) {
                out << label->accessibleName() + QStringLiteral(": ") + label->text();
            }
        }
        return out;
    }

    std::unique_ptr<SessionFixture> m_fixture;
    std::unique_ptr<ui::DiffPage> m_page;
    ui::InspectedVersion m_version;
};

void DiffViewTest::init()
{
    m_fixture = std::make_unique<SessionFixture>();
    m_page = std::make_unique<ui::DiffPage>();
    m_page->resize(420, 500);
    m_page->show();
    QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
}

void DiffViewTest::cleanup()
{
    m_page.reset();
    m_version = {};
    m_fixture.reset();
}

void DiffViewTest::textChangesStandWithLineNumbers()
{
    use(ImageBuilder()
            .layer(TarBuilder().file("f", "one\ntwo\nthree\n"))
            .layer(TarBuilder().file("f", "one\n2\nthree\nfour")),
        "/f");
    QAbstractItemModelTester tester(list()->model());
    QCOMPARE(rows(), QStringList({QStringLiteral("1 1  one"), QStringLiteral("2 0 -two"),
                                  QStringLiteral("0 2 +2"), QStringLiteral("3 3  three"),
                                  QStringLiteral("0 4 +four")}));
    QVERIFY(list()->isVisible());
    QVERIFY(list()->model()->index(4, 0).data(DiffModel::NoNewlineRole).toBool());
    QVERIFY(table().isEmpty());
}

void DiffViewTest::keysGoFromChangeToChange()
{
    std::string after = numbered(100, 20);
    after.replace(after.find("line 80"), 7, "LINE 80");
    use(ImageBuilder()
            .layer(TarBuilder().file("f", numbered(100)))
            .layer(TarBuilder().file("f", after)),
        "/f");
    list()->setFocus();
    const auto current = [this] {
        return list()->currentIndex().data(DiffModel::TextRole).toString();
    };
    QTest::keyClick(list(), Qt::Key_F7);
    QCOMPARE(current(), QStringLiteral("line 20"));
    QTest::keyClick(list(), Qt::Key_F7);
    QCOMPARE(current(), QStringLiteral("line 80"));
    QTest::keyClick(list(), Qt::Key_F7);
    QCOMPARE(current(), QStringLiteral("line 80"));
    QTest::keyClick(list(), Qt::Key_F7, Qt::ShiftModifier);
    QCOMPARE(current(), QStringLiteral("line 20"));
}

void DiffViewTest::unchangedLinesFoldAndUnfold()
{
    use(ImageBuilder()
            .layer(TarBuilder().file("f", numbered(100)))
            .layer(TarBuilder().file("f", numbered(100, 50))),
        "/f");
    QCOMPARE(rows().first(), QStringLiteral("⋯ 46 unchanged lines"));
    QCOMPARE(rows().last(), QStringLiteral("⋯ 47 unchanged lines"));
    QCOMPARE(rows().size(), 10);
    list()->setFocus();
    list()->setCurrentIndex(list()->model()->index(0, 0));
    QTest::keyClick(list(), Qt::Key_Return);
    QTRY_COMPARE(rows().size(), 101);
}

void DiffViewTest::tooManyLinesToUnfoldKeepTheChanges()
{
    const int lines = static_cast<int>(limits::diffLines) + 10;
    use(ImageBuilder()
            .layer(TarBuilder().file("f", numbered(lines)))
            .layer(TarBuilder().file("f", numbered(lines, 50))),
        "/f");
    QCOMPARE(rows().size(), 10);
    const auto buttons = m_page->view()->findChildren<QToolButton*>();
    const auto all = std::ranges::find(buttons, QStringLiteral("All lines"), &QToolButton::text);
    QVERIFY(all != buttons.end());
    QTest::mouseClick(*all, Qt::LeftButton);
    QTRY_VERIFY(!m_page->view()->busy());
    QVERIFY(list()->isVisible());
    QCOMPARE(rows().size(), 10);
    QVERIFY(!(*all)->isChecked());
    QVERIFY(!(*all)->isEnabled());
}

void DiffViewTest::veryManyChangedLinesAreNotShown()
{
    const auto lines = 8 * limits::diffTextLines;
    use(ImageBuilder()
            .layer(TarBuilder().file("f", std::string(lines, '\n')))
            .layer(TarBuilder().file("f", "x" + std::string(lines, '\n') + "x")),
        "/f");
    QVERIFY2(message()->title().startsWith(QStringLiteral("Too large to compare")),
             qPrintable(message()->title()));
}

void DiffViewTest::metadataIsATable()
{
    use(ImageBuilder()
            .layer(TarBuilder().file("f", "x", {.mode = 0755}))
            .layer(TarBuilder()
                       .xattr("user.note", "hi")
                       .file("f", "x", {.mode = 0750, .uid = 33, .gid = 33})),
        "/f");
    QCOMPARE(table(),
             QStringList({QStringLiteral("mode: 0755 → 0750"), QStringLiteral("owner: 0:0 → 33:33"),
                          QStringLiteral("user.note: – → hi")}));
    QCOMPARE(message()->title(), QStringLiteral("The contents are identical"));
    const auto* area = m_page->view()->findChild<QScrollArea*>();
    QCOMPARE(area->verticalScrollBar()->maximum(), 0); // all of it can be seen
}

void DiffViewTest::binaryIdenticalAndMissingAreSaid()
{
    std::string a(420, '\0');
    std::string b(512, '\0');
    b[100] = 'x';
    use(ImageBuilder()
            .layer(TarBuilder().file("bin", a).symlink("l", "one").file("single", "x"))
            .layer(TarBuilder().file("bin", b).symlink("l", "two")),
        "/bin");
    QCOMPARE(message()->title(), QStringLiteral("Binary contents differ: 420 B → 512 B"));
    QVERIFY(message()->body().contains(QStringLiteral("offset 100")));
    const auto* tree = m_fixture->session.tree();
    m_page->setVersion({m_version.image, *tree->find("/l"), 1, 1});
    QTRY_VERIFY(!m_page->view()->busy());
    QCOMPARE(table(), QStringList({QStringLiteral("link target: one → two")}));
    m_page->setVersion({m_version.image, *tree->find("/single"), 1, 0});
    QCOMPARE(message()->title(), QStringLiteral("Nothing to compare with"));
}

void DiffViewTest::anyTwoVersionsCanBeChosen()
{
    use(ImageBuilder()
            .layer(TarBuilder().file("f", "a\n"))
            .layer(TarBuilder().file("f", "b\n"))
            .layer(TarBuilder().file("f", "c\n")),
        "/f");
    const auto lists = m_page->findChildren<QComboBox*>();
    QCOMPARE(lists.size(), 2);
    QCOMPARE(lists[0]->currentIndex(), 1);
    QCOMPARE(lists[1]->currentIndex(), 2);
    QCOMPARE(rows().first(), QStringLiteral("1 0 -b"));
    lists[0]->setFocus();
    QTest::keyClick(lists[0], Qt::Key_Up);
    QTRY_COMPARE(rows().first(), QStringLiteral("1 0 -a"));
    lists[1]->setCurrentIndex(0);
    QCOMPARE(message()->title(), QStringLiteral("The same version twice"));
}

void DiffViewTest::deletedCopiesCanBeCompared()
{
    use(ImageBuilder()
            .layer(TarBuilder().file("f", "a\n"))
            .layer(TarBuilder().file("f", "b\n"))
            .layer(TarBuilder().whiteout("f")),
        "/f");
    QCOMPARE(rows(), QStringList({QStringLiteral("1 0 -a"), QStringLiteral("0 1 +b")}));
}

void DiffViewTest::linesAreCopiedAsTheyAre()
{
    use(ImageBuilder()
            .layer(TarBuilder().file("f", "a\tb\n"))
            .layer(TarBuilder().file("f", "a\tc\n")),
        "/f");
    list()->setFocus();
    list()->selectAll();
    QTest::keySequence(list(), QKeySequence::Copy);
    QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("-a\tb\n+a\tc\n"));
    QCOMPARE(rows().first(), QStringLiteral("1 0 -a       b"));
}

void DiffViewTest::hostileTextIsShownPlain()
{
    use(ImageBuilder()
            .layer(TarBuilder().file("f", "x\n"))
            .layer(TarBuilder().file("f", "<b>\xe2\x80\xae"
                                          "evil\x1b[2J\n" +
                                              std::string(100'000, 'y') + "\n")),
        "/f");
    QVERIFY(!rows()[1].contains(QChar(0x202e)));
    QVERIFY(!rows()[1].contains(QChar(0x1b)));
    QVERIFY(rows()[2].size() < 5000);
    QVERIFY(!m_page->grab().isNull());
}

QTEST_MAIN(DiffViewTest)
#include "tst_diff_view.moc"
