// SPDX-License-Identifier: Apache-2.0
// Ways into an image: the chooser, folders, what is dropped, opening again.
#include "models/image_list_model.h"
#include "text/format.h"
#include "window/drop_hint.h"
#include "window/error_banner.h"
#include "window/recent_menu.h"
#include "window/welcome_page.h"
#include "window_fixture.h"

#include <QAction>
#include <QComboBox>
#include <QDropEvent>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMenuBar>
#include <QMimeData>

#include <algorithm>

using namespace strata;
using namespace strata::test;
using namespace strata::ui;

namespace {

ImageBuilder platformImage(const std::string& architecture)
{
    ImageBuilder image;
    image.name("example.org/tool:1")
        .platform("linux", architecture)
        .layer(TarBuilder().file("both", "x").file("for-" + architecture, architecture),
               "COPY tool /")
        .layer(TarBuilder().file("more", "y"), "COPY more /");
    return image;
}

/// Two platforms, what says how one was built, and something that is no image at all.
ArchiveBuilder manyKinds()
{
    ImageBuilder attestation;
    attestation.name("example.org/tool:1")
        .layer(toBytes(R"({"predicate":1})"))
        .mediaTypeOfLastLayer("application/vnd.in-toto+json")
        .platform("unknown", "unknown")
        .annotation("vnd.docker.reference.type", "attestation-manifest");
    ImageBuilder chart;
    chart.name("example.org/chart:1")
        .layer(toBytes("a chart"))
        .mediaTypeOfLastLayer("application/vnd.example.layer")
        .artifactType("application/vnd.example");
    return ArchiveBuilder(ArchiveForm::Oci)
        .image(platformImage("s390x"))
        .image(platformImage("riscv64"))
        .image(attestation)
        .image(chart);
}

struct Drop
{
    QMimeData mime;

    bool over(MainWindow& window)
    {
        QDragEnterEvent enter(QPoint(50, 50), Qt::CopyAction, &mime, Qt::LeftButton, {});
        QApplication::sendEvent(&window, &enter);
        return enter.isAccepted();
    }
    void on(MainWindow& window)
    {
        QDropEvent drop(QPointF(50, 50), Qt::CopyAction, &mime, Qt::LeftButton, {});
        QApplication::sendEvent(&window, &drop);
    }
};

QAction* action(MainWindow& window, const QString& text)
{
    for (auto* candidate : window.findChildren<QAction*>()) {
        if (candidate->text().remove(u'&') == text) {
            return candidate;
        }
    }
    return nullptr;
}

/// Types into the file dialog that comes up, as a person would.
void answerFileDialog(const QString& text)
{
    QTimer::singleShot(50, qApp, [text] {
        auto* dialog = qobject_cast<QFileDialog*>(QApplication::activeModalWidget());
        if (!dialog) {
            answerFileDialog(text);
            return;
        }
        auto* field = dialog->findChild<QLineEdit*>(QStringLiteral("fileNameEdit"));
        field->setText(text);
        QTest::keyClick(field, Qt::Key_Return);
    });
}

} // namespace

class TestWindowOpening : public QObject
{
    Q_OBJECT
public:
    using Application = QApplication;

private Q_SLOTS:
    void init() { QSettings().clear(); }

    void choosesAPlatformByMouseAndKey()
    {
        WindowFixture f;
        f.window.openFile(f.write("kinds.tar", manyKinds()));
        QVERIFY(f.ready());
        auto* chooser = f.child<QComboBox>("imageChooser");
        QCOMPARE(chooser->count(), 4);
        QVERIFY(chooser->isEnabled());
        QCOMPARE(chooser->currentIndex(), 0);
        QVERIFY(f.at("/for-s390x").isValid());
        f.session().setCurrentLayer(1);
        QTest::mouseClick(chooser, Qt::LeftButton);
        auto* list = chooser->view();
        QTRY_VERIFY(list->isVisible());
        QTest::qWait(QApplication::doubleClickInterval() +
                     100); // the list ignores the opening click
        const auto second = list->visualRect(chooser->model()->index(1, 0)).center();
        QTest::mouseMove(list->viewport(), second);
        QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, second);
        QTRY_COMPARE(f.session().imageIndex(), 1);
        QVERIFY(f.ready());
        QVERIFY(f.at("/for-riscv64").isValid());
        QVERIFY(!f.at("/for-s390x").isValid());
        QVERIFY(f.window.windowTitle().contains(QStringLiteral("linux/riscv64")));
        QVERIFY(!f.session().currentLayer()); // another image, another stack
        chooser->setFocus();
        QTest::keyClick(chooser, Qt::Key_Up);
        QTRY_COMPARE(f.session().imageIndex(), 0);
        QVERIFY(f.ready());
        QVERIFY(f.at("/for-s390x").isValid());
    }

    void artifactsSayWhatTheyAre()
    {
        WindowFixture f;
        f.window.openFile(f.write("kinds.tar", manyKinds()));
        QVERIFY(f.ready());
        auto* chooser = f.child<QComboBox>("imageChooser");
        QVERIFY(chooser->itemText(2).contains(QStringLiteral("attestation")));
        QVERIFY(chooser->itemText(3).contains(QStringLiteral("application/vnd.example")));
        auto* banner = f.window.findChild<ErrorBanner*>();
        for (const int index : {2, 3}) {
            chooser->setFocus();
            QTest::keyClick(chooser, Qt::Key_End);
            if (index == 2) {
                QTest::keyClick(chooser, Qt::Key_Up);
            }
            QTRY_COMPARE(f.session().imageIndex(), index);
            QTRY_COMPARE(f.session().state(), ImageSession::State::Failed);
            QVERIFY(banner->isVisible());
            QVERIFY2(!banner->text().section(u'\n', 1).isEmpty(), qPrintable(banner->text()));
            QVERIFY(banner->text().contains(index == 2 ? QStringLiteral("example.org/tool:1")
                                                       : QStringLiteral("example.org/chart:1")));
            QVERIFY(!f.child("errorRetry")->isVisible()); // it would not help
            QVERIFY(f.window.workspace()->isVisible());   // the chooser is the way back
            QVERIFY(chooser->isVisible() && chooser->isEnabled());
            QTest::keyClick(chooser, Qt::Key_Home);
            QVERIFY(f.ready());
            QVERIFY(!banner->isVisible());
        }
    }

    void aSingleImageIsNoChoice()
    {
        WindowFixture f;
        f.window.openFile(f.article());
        QVERIFY(f.ready());
        auto* chooser = f.child<QComboBox>("imageChooser");
        QVERIFY(!chooser->isEnabled());
        QCOMPARE(chooser->currentText().section(u' ', 0, 0),
                 QStringLiteral("localhost/article:latest"));
    }

    void opensAFolderFromTheMenu()
    {
        WindowFixture f;
        const auto layout = f.folder.filePath(QStringLiteral("layout"));
        ArchiveBuilder(ArchiveForm::Oci).image(articleImage()).writeTo(layout.toStdString());
        auto* open = action(f.window, QStringLiteral("Open folder…"));
        QVERIFY(open);
        answerFileDialog(layout);
        QTest::keyClick(&f.window, Qt::Key_O, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY(f.ready());
        QCOMPARE(f.session().title(), QStringLiteral("layout"));
        QCOMPARE(f.session().archive()->format(), ArchiveFormat::OciLayout);
        QVERIFY(f.status().contains(QStringLiteral("OCI layout")));
        QCOMPARE(f.window.recent().files(), QStringList{layout});
    }

    void opensAFileFromTheMenu()
    {
        WindowFixture f;
        const auto name = f.article();
        answerFileDialog(name);
        QTest::keyClick(&f.window, Qt::Key_O, Qt::ControlModifier);
        QVERIFY(f.ready());
        QCOMPARE(f.session().fileName(), name);
    }

    void opensAFolderThatIsDropped()
    {
        WindowFixture f;
        const auto layout = f.folder.filePath(QStringLiteral("a layout"));
        ArchiveBuilder(ArchiveForm::SkopeoDir).image(articleImage()).writeTo(layout.toStdString());
        Drop drop;
        drop.mime.setUrls({QUrl::fromLocalFile(layout)});
        QVERIFY(drop.over(f.window));
        QVERIFY(f.window.findChild<DropHint*>()->isVisible());
        drop.on(f.window);
        QVERIFY(f.ready());
        QCOMPARE(f.session().archive()->format(), ArchiveFormat::SkopeoDir);
    }

    void wrongThingsAreNotTaken()
    {
        WindowFixture f;
        f.window.openFile(f.article());
        QVERIFY(f.ready());
        Drop words;
        words.mime.setText(QStringLiteral("not a file"));
        QVERIFY(!words.over(f.window));
        Drop web;
        web.mime.setUrls({QUrl(QStringLiteral("https://example.org/image.tar"))});
        QVERIFY(!web.over(f.window));
        QVERIFY(!f.window.findChild<DropHint*>()->isVisible());
        words.on(f.window);
        web.on(f.window);
        QCOMPARE(f.session().title(), QStringLiteral("article.tar"));
        // A folder that is no image is opened and says so.
        Drop folder;
        QTemporaryDir empty;
        folder.mime.setUrls({QUrl::fromLocalFile(empty.path())});
        QVERIFY(folder.over(f.window));
        folder.on(f.window);
        QTRY_COMPARE(f.session().state(), ImageSession::State::Failed);
        QVERIFY(f.window.findChild<ErrorBanner*>()->isVisible());
    }

    void opensTheSameFileAgain()
    {
        WindowFixture f;
        const auto name = f.article();
        f.window.openFile(name);
        f.window.openFile(name); // at once
        QVERIFY(f.ready());
        f.select("/etc/passwd");
        f.window.openFile(name); // a fresh look
        QVERIFY(f.ready());
        QVERIFY(!f.session().currentNode().valid());
        QCOMPARE(f.window.recent().files(), QStringList{name});
    }

    void reloadsWhatHasChangedOnDisk()
    {
        WindowFixture f;
        const auto name = f.write("kinds.tar", manyKinds());
        f.window.openFile(name);
        QVERIFY(f.ready());
        f.session().chooseImage(1);
        QVERIFY(f.ready());
        f.session().setCurrentLayer(1);
        f.session().setScope(Scope::OnlyLayer);
        f.select("/more");
        // The same tag, built anew, among others in another order.
        auto image = platformImage("riscv64");
        image.layer(TarBuilder().file("a-new-file", "new"), "COPY new /");
        f.write("kinds.tar",
                ArchiveBuilder(ArchiveForm::Oci).image(image).image(platformImage("s390x")));
        QTest::keyClick(&f.window, Qt::Key_F5);
        QTRY_COMPARE(f.session().state(), ImageSession::State::Opening);
        QVERIFY(f.ready());
        QCOMPARE(f.session().imageIndex(), 0);
        QVERIFY(f.session().tree()->find("/a-new-file"));
        QCOMPARE(f.session().currentLayer(), std::optional<LayerNo>(1));
        QCOMPARE(f.session().scope(), Scope::OnlyLayer);
        QCOMPARE(f.session().currentNode(), *f.session().tree()->find("/more"));
        QTRY_COMPARE(f.view().currentNode(), f.session().currentNode());
        // Gone: said in place; back again: the same place.
        QVERIFY(QFile::rename(name, name + QStringLiteral(".away")));
        QTest::keyClick(&f.window, Qt::Key_F5);
        QTRY_COMPARE(f.session().state(), ImageSession::State::Failed);
        QVERIFY(f.window.findChild<ErrorBanner*>()->text().contains(QStringLiteral("kinds.tar")));
        QVERIFY(QFile::rename(name + QStringLiteral(".away"), name));
        f.click("errorRetry");
        QVERIFY(f.ready());
        QCOMPARE(f.session().currentNode(), *f.session().tree()->find("/more"));
    }

    void aRecentImageThatIsGoneIsNotOffered()
    {
        WindowFixture f;
        const auto name = f.article();
        f.window.openFile(name);
        QVERIFY(f.ready());
        QVERIFY(QFile::remove(name));
        f.session().close();
        QTRY_VERIFY(f.window.findChild<WelcomePage*>()->isVisible());
        const auto recentRow = [&f]() -> QAbstractButton* {
            for (auto* button :
                 f.window.findChild<WelcomePage*>()->findChildren<QAbstractButton*>()) {
                if (button->isVisible() && button->text() == QStringLiteral("article.tar")) {
                    return button;
                }
            }
            return nullptr;
        };
        QTRY_VERIFY(recentRow());
        QVERIFY(!recentRow()->isEnabled());
        auto* menu = f.window.findChild<RecentMenu*>();
        Q_EMIT menu->aboutToShow();
        QVERIFY(!menu->actions().front()->isEnabled());
    }

    void namesOfFilesAreNoMarkup()
    {
        WindowFixture f;
        const auto name =
            f.write("a<h1>R&D.tar", ArchiveBuilder(ArchiveForm::Oci).image(articleImage()));
        f.window.openFile(name);
        QVERIFY(f.ready());
        const auto* status = f.child<QLabel>("statusText");
        QCOMPARE(status->toolTip(), toolTipText(name));
        f.session().close();
        QTRY_VERIFY(f.window.findChild<WelcomePage*>()->isVisible());
        QCOMPARE(status->toolTip(), QString()); // it is closed
        const auto rows = f.window.findChild<WelcomePage*>()->findChildren<QAbstractButton*>();
        const auto row =
            std::ranges::find(rows, QStringLiteral("a<h1>R&D.tar"), &QAbstractButton::text);
        QVERIFY(row != rows.end());
        QCOMPARE((*row)->toolTip(), toolTipText(name));
    }

    void withoutLayersThereIsNoScopeToChoose()
    {
        WindowFixture f;
        f.window.openFile(f.write(
            "none.tar", ArchiveBuilder(ArchiveForm::Oci).image(ImageBuilder().step("ENV A=1"))));
        QVERIFY(f.ready());
        QTest::keyClick(&f.window, Qt::Key_2, Qt::ControlModifier);
        const auto actions = f.window.findChildren<QAction*>();
        const auto whole =
            std::ranges::find(actions, QKeySequence(Qt::CTRL | Qt::Key_1), &QAction::shortcut);
        const auto upTo =
            std::ranges::find(actions, QKeySequence(Qt::CTRL | Qt::Key_2), &QAction::shortcut);
        QVERIFY(whole != actions.end() && upTo != actions.end());
        QVERIFY((*whole)->isChecked());
        QVERIFY(!(*upTo)->isChecked());
        QVERIFY(!(*upTo)->isEnabled());
    }

    void aLongNameDoesNotWidenTheWindow()
    {
        WindowFixture f;
        const auto least = f.window.minimumSizeHint().width();
        const auto name = f.folder.filePath(QString(240, u'w') + QStringLiteral(".tar"));
        QFile file(name);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QByteArray(2048, 'x'));
        file.close();
        f.window.openFile(name);
        QTRY_VERIFY(f.window.findChild<ErrorBanner*>()->isVisible());
        QVERIFY2(f.window.minimumSizeHint().width() <= std::max(least, 900),
                 qPrintable(QString::number(f.window.minimumSizeHint().width())));
    }

    void anErrorDoesNotResizeTheWindow()
    {
        WindowFixture f;
        f.window.resize(1280, 800);
        const auto name = f.folder.filePath(QStringLiteral("holiday photo.tar"));
        QFile file(name);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QByteArray(2048, 'x'));
        file.close();
        f.window.openFile(name);
        QTRY_VERIFY(f.window.findChild<ErrorBanner*>()->isVisible());
        QCoreApplication::processEvents();
        QCOMPARE(f.window.size(), QSize(1280, 800));
    }

    void brokenSettingsDoNoHarm()
    {
        {
            QSettings settings;
            for (const auto* key : {"window/geometry", "window/splitter", "window/treeColumns"}) {
                settings.setValue(QLatin1StringView(key), QByteArray("\x00\x01garbage", 9));
            }
            settings.setValue(QStringLiteral("window/page"), QStringLiteral("nonsense"));
            settings.setValue(QStringLiteral("window/showRemoved"), QVariantMap{});
            settings.setValue(QStringLiteral("recentImages"),
                              QVariantMap{{QStringLiteral("a"), 1}});
            settings.setValue(QStringLiteral("lastFolder"), 7);
        }
        WindowFixture f;
        QVERIFY(f.shown);
        QVERIFY(f.window.recent().files().isEmpty());
        QCOMPARE(f.window.workspace()->currentPage(), int(Workspace::Files));
        f.window.openFile(f.article());
        QVERIFY(f.ready());
        QVERIFY(!f.view().isColumnHidden(TreeModel::Origin));
        QVERIFY(f.view().columnWidth(TreeModel::Name) > 50);
        // Not even a settings file.
        QSettings settings;
        const auto file = settings.fileName();
        settings.sync();
        QFile broken(file);
        QVERIFY(broken.open(QIODevice::WriteOnly));
        broken.write("\xff\xfe[[[=\n%%%\0", 12);
        broken.close();
        WindowFixture g;
        QVERIFY(g.shown);
        g.window.openSample();
        QVERIFY(g.ready());
    }
};

int main(int argc, char* argv[])
{
    return runWindowTest<TestWindowOpening>(argc, argv);
}

#include "tst_window_opening.moc"
