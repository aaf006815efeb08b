// SPDX-License-Identifier: Apache-2.0
// The whole window, driven as a person would: what opens, what is shown, what is remembered.
#include "gated_source.h"
#include "stack_images.h"
#include "theme/page_tabs.h"
#include "window/drop_hint.h"
#include "window/error_banner.h"
#include "window/recent_menu.h"
#include "window/welcome_page.h"
#include "window_fixture.h"

#include <QDropEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMimeData>
#include <QPushButton>
#include <QScopeGuard>
#include <QSplitter>

using namespace strata;
using namespace strata::test;
using namespace strata::ui;

namespace {

/// Bytes of which the part at `mark` can be read only while the gate is open.
class HeldSource : public ByteSource
{
public:
    HeldSource(Bytes bytes, std::string_view mark, Gate& gate)
        : m_mark(toText(bytes).find(mark))
        , m_bytes(memorySource(std::move(bytes)))
        , m_gate(gate)
    {
    }

    std::uint64_t size() const override { return m_bytes->size(); }
    Result<std::size_t> readAt(std::uint64_t offset, std::span<std::byte> into) const override
    {
        if (offset <= m_mark && m_mark < offset + into.size()) {
            m_gate.pass();
        }
        return m_bytes->readAt(offset, into);
    }

private:
    std::uint64_t m_mark;
    SharedSource m_bytes;
    Gate& m_gate;
};

} // namespace

class TestMainWindow : public QObject
{
    Q_OBJECT

public:
    using Application = QApplication;

private Q_SLOTS:
    void init() { QSettings().clear(); }

    void welcomesAndOpensTheSample()
    {
        WindowFixture f;
        QVERIFY(f.shown);
        QVERIFY(f.window.findChild<WelcomePage*>()->isVisible());
        QCOMPARE(f.window.windowTitle(), QStringLiteral("Stratascope"));
        f.click("welcomeSample");
        QVERIFY(f.ready());
        QVERIFY(!f.window.findChild<WelcomePage*>()->isVisible());
        QVERIFY(f.window.windowTitle().endsWith(QStringLiteral("— Stratascope")));
        QVERIFY(f.window.windowTitle().contains(QStringLiteral("linux/")));
        QVERIFY(f.status().contains(QStringLiteral("nothing unpacked")));
        QVERIFY(f.window.recent().files().isEmpty());
    }

    void showsTheOriginOfAPath()
    {
        WindowFixture f;
        f.window.openFile(f.article());
        QVERIFY(f.ready());
        f.view().expand(f.at("/etc"));
        const auto passwd = f.at("/etc/passwd");
        QTest::mouseClick(f.view().viewport(), Qt::LeftButton, {},
                          f.view().visualRect(passwd).center());
        QCOMPARE(f.session().currentNode(), *f.session().tree()->find("/etc/passwd"));
        QVERIFY(passwd.siblingAtColumn(TreeModel::Origin)
                    .data(Qt::AccessibleTextRole)
                    .toString()
                    .startsWith(QStringLiteral("layer 2")));
    }

    void switchesScopesByClickAndKey()
    {
        WindowFixture f;
        f.window.openFile(f.article());
        QVERIFY(f.ready());
        f.session().setCurrentLayer(1);
        QCOMPARE(f.session().scope(), Scope::UpToLayer);
        auto* only = f.window.findChild<QAbstractButton*>(QStringLiteral("scopeOnly"));
        QCOMPARE(only->text(), QStringLiteral("Only layer 1"));
        QTest::mouseClick(only, Qt::LeftButton);
        QCOMPARE(f.session().scope(), Scope::OnlyLayer);
        QVERIFY(f.settle());
        QVERIFY(!f.at("/etc/passwd").isValid());
        QVERIFY(f.at("/usr/bin/emacs").isValid());
        QTest::keyClick(&f.window, Qt::Key_Up, Qt::ControlModifier);
        QCOMPARE(f.session().currentLayer(), std::optional<LayerNo>(2));
        QTest::keyClick(&f.window, Qt::Key_1, Qt::ControlModifier);
        QCOMPARE(f.session().scope(), Scope::WholeImage);
        QVERIFY(f.window.findChild<QAbstractButton*>(QStringLiteral("scopeWhole"))->isChecked());
    }

    void filtersFromTheKeyboard()
    {
        WindowFixture f;
        f.window.openFile(f.article());
        QVERIFY(f.ready());
        QTest::keyClick(&f.window, Qt::Key_F, Qt::ControlModifier);
        auto* field = f.window.findChild<QLineEdit*>(QStringLiteral("filterField"));
        QTRY_VERIFY(field->hasFocus());
        QTest::keyClicks(field, QStringLiteral("emacs"));
        QTRY_VERIFY(
            f.window.findChild<StatusLine*>()->countText().endsWith(QStringLiteral("1 shown")));
        QTest::keyClick(field, Qt::Key_Escape);
        QTRY_VERIFY(
            !f.window.findChild<StatusLine*>()->countText().endsWith(QStringLiteral("1 shown")));
    }

    void remembersRecentImages()
    {
        QString article;
        {
            WindowFixture f;
            article = f.article();
            f.folder.setAutoRemove(false);
            f.window.openFile(article);
            QVERIFY(f.ready());
            QCOMPARE(f.window.recent().files(), QStringList{article});
            f.window.close();
        }
        WindowFixture f;
        QCOMPARE(f.window.recent().files(), QStringList{article});
        auto* menu = f.window.findChild<RecentMenu*>();
        QVERIFY(menu->actions().front()->isEnabled());
        menu->actions().front()->trigger();
        QVERIFY(f.ready());
        QVERIFY(QFile::remove(article));
        Q_EMIT menu->aboutToShow();
        QVERIFY(!menu->actions().front()->isEnabled()); // gone: greyed
        f.window.recent().clear();
        QVERIFY(QSettings().value(QStringLiteral("recentImages")).toStringList().isEmpty());
        QDir(QFileInfo(article).path()).removeRecursively();
    }

    void opensWhatIsDropped()
    {
        WindowFixture f;
        QMimeData mime;
        mime.setUrls({QUrl::fromLocalFile(f.article())});
        QDragEnterEvent enter(QPoint(50, 50), Qt::CopyAction, &mime, Qt::LeftButton, {});
        QApplication::sendEvent(&f.window, &enter);
        QVERIFY(enter.isAccepted());
        QVERIFY(f.window.findChild<DropHint*>()->isVisible());
        QDropEvent drop(QPointF(50, 50), Qt::CopyAction, &mime, Qt::LeftButton, {});
        QApplication::sendEvent(&f.window, &drop);
        QVERIFY(!f.window.findChild<DropHint*>()->isVisible());
        QVERIFY(f.ready());
        QCOMPARE(f.session().title(), QStringLiteral("article.tar"));
    }

    void saysWhyAFileDoesNotOpen()
    {
        WindowFixture f;
        const QString name = f.folder.filePath(QStringLiteral("photo.tar"));
        QFile file(name);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QByteArray(2048, 'x'));
        file.close();
        f.window.openFile(name);
        auto* banner = f.window.findChild<ErrorBanner*>();
        QTRY_VERIFY(banner->isVisible());
        QVERIFY(banner->text().contains(QStringLiteral("photo.tar")));
        QVERIFY(banner->text().contains(QStringLiteral("docker save"))); // what would open
        QVERIFY(f.window.findChild<WelcomePage*>()->isVisible());
        // An image takes its place; "Try again" opens it.
        ArchiveBuilder(ArchiveForm::Oci).image(articleImage()).writeFile(name.toStdString());
        f.click("errorRetry");
        QVERIFY(f.ready());
        QVERIFY(!banner->isVisible());
    }

    void cancelsLoading()
    {
        WindowFixture f;
        TarBuilder tar;
        for (int i = 0; i < 20'000; ++i) {
            tar.file("usr/d" + std::to_string(i / 100) + "/f" + std::to_string(i));
        }
        connect(&f.session(), &ImageSession::archiveReady, &f.window, [&f] {
            // Whatever the worker has done by now has not been delivered.
            f.click("cancelOpening");
        });
        f.window.openFile(f.write(
            "many.tar", ArchiveBuilder(ArchiveForm::Rootfs).image(ImageBuilder().layer(tar))));
        QTRY_COMPARE(f.session().state(), ImageSession::State::Failed);
        QCOMPARE(f.session().error().code, ErrorCode::Cancelled);
        QVERIFY(f.window.findChild<ErrorBanner*>()->text().contains(QStringLiteral("cancelled")));
        QVERIFY(!f.window.findChild<QPushButton*>(QStringLiteral("cancelOpening"))->isVisible());
    }

    void listsProblemsWithTheirLayers()
    {
        WindowFixture f;
        const QString name = f.folder.filePath(QStringLiteral("image.tar"));
        ArchiveBuilder(ArchiveForm::Oci)
            .image(ImageBuilder()
                       .layer(TarBuilder().file("a", "1"), "COPY a /")
                       .layer(TarBuilder().file("b", "1").file("../../c", "2"), "COPY b /"))
            .writeFile(name.toStdString());
        f.window.openFile(name);
        QVERIFY(f.ready());
        auto* tabs = f.window.findChild<PageTabs*>(QStringLiteral("pageTabs"));
        QVERIFY(tabs->tabData(Workspace::Problems).toInt() >= 1);
        f.window.workspace()->showPage(Workspace::Problems);
        auto* list = f.window.findChild<QAbstractItemView*>(QStringLiteral("problemList"));
        QVERIFY(list->isVisible());
        const auto first = list->model()->index(0, 0);
        QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, list->visualRect(first).center());
        QCOMPARE(f.session().currentLayer(), std::optional<LayerNo>(1));
    }

    void aMismatchIsListedBeforeAllIsChecked()
    {
        const auto image = ImageBuilder()
                               .layer(TarBuilder().file("a", std::string(100'000, 'a')))
                               .layer(TarBuilder().file("b", "held here"));
        Gate gate;
        WindowFixture f;
        const auto release = qScopeGuard([&gate] { gate.open(); });
        connect(&f.session(), &ImageSession::imageReady, &f.window, [&gate] { gate.shut(); });
        f.session().openSource(
            std::make_shared<HeldSource>(withAlteredLayer(image, 0).bytes(), "held here", gate),
            QStringLiteral("held"));
        QVERIFY(f.ready());
        QTRY_COMPARE(gate.waiting(), 1); // at the second layer
        auto* tabs = f.window.findChild<PageTabs*>(QStringLiteral("pageTabs"));
        QTRY_VERIFY(tabs->tabData(Workspace::Problems).toInt() >= 1);
        QVERIFY(f.session().checking());
        gate.open();
        QTRY_VERIFY(!f.session().checking());
        QVERIFY(!gate.gaveUp());
    }

    void remembersItsShape()
    {
        QList<int> sizes;
        QSize size;
        {
            WindowFixture f;
            f.window.resize(1111, 777);
            f.window.openFile(f.article());
            QVERIFY(f.ready());
            auto* columns = f.window.findChild<QSplitter*>(QStringLiteral("columns"));
            columns->setSizes({250, 500, 351});
            QTest::qWait(20);
            sizes = columns->sizes();
            size = f.window.size();
            QTest::keyClick(&f.window, Qt::Key_H, Qt::ControlModifier); // show removed
            f.window.workspace()->showPage(Workspace::Problems);
            f.window.close();
        }
        MainWindow window;
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        QCOMPARE(window.size(), size);
        QCOMPARE(window.workspace()->currentPage(), int(Workspace::Problems));
        window.openSample();
        QTRY_COMPARE(window.session().state(), ImageSession::State::Ready);
        QTest::qWait(50);
        QCOMPARE(window.findChild<QSplitter*>(QStringLiteral("columns"))->sizes(), sizes);
        QVERIFY(window.findChild<QAbstractButton*>(QStringLiteral("showRemoved"))->isChecked());
    }
};

int main(int argc, char* argv[])
{
    return runWindowTest<TestMainWindow>(argc, argv);
}

#include "tst_main_window.moc"
