// SPDX-License-Identifier: Apache-2.0
#include "session_fixture.h"
#include "stack/stack_delegate.h"
#include "stack/stack_panel.h"
#include "stack/stack_view.h"

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QElapsedTimer>
#include <QLabel>
#include <QMenu>
#include <QToolTip>

using namespace strata;
using namespace strata::test;
using namespace strata::ui;
using namespace Qt::StringLiterals;

namespace {

struct PanelFixture : SessionFixture
{
    StackPanel panel{&session};

    PanelFixture() { panel.resize(307, 780); }
    StackView& view() { return *panel.view(); }
    bool show()
    {
        panel.show();
        view().setFocus();
        return QTest::qWaitForWindowExposed(&panel);
    }
    QPoint plate(LayerNo layer)
    {
        return view().visualRect(panel.model()->indexOfLayer(layer)).center();
    }
    void click(LayerNo layer)
    {
        QTest::mouseClick(view().viewport(), Qt::LeftButton, {}, plate(layer));
    }
    void key(Qt::Key k) { QTest::keyClick(&view(), k); }
    /// All texts of labels that are shown.
    QStringList texts()
    {
        QStringList out;
        for (const auto* label : panel.findChildren<QLabel*>()) {
            if (label->isVisible()) {
                out << label->text();
            }
        }
        return out;
    }
};

QAction* actionNamed(QMenu* menu, const QString& text)
{
    for (auto* action : menu->actions()) {
        if (action->text().remove(u'&').contains(text)) {
            return action;
        }
    }
    return nullptr;
}

} // namespace

class TestStackView : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void clickSelects();
    void clickOnSelectedShowsWholeImage();
    void doubleClickSelects();
    void clicksBesidePlates();
    void keys();
    void focusAloneSelectsNothing();
    void followsSession();
    void contextMenu();
    void copies();
    void tooltipIsNoMarkup();
    void figures();
    void figuresOfAWrongDigest();
    void accessible();
    void paletteAndFont();
    void paintsEveryState();
    void manyLayers();
};

void TestStackView::clickSelects()
{
    PanelFixture f;
    QVERIFY(f.open(articleImage()));
    QVERIFY(f.show());
    f.click(1);
    QCOMPARE(f.session.currentLayer(), std::optional<LayerNo>(1));
    QCOMPARE(f.session.scope(), Scope::UpToLayer);
    QCOMPARE(f.view().selectionModel()->selectedIndexes(),
             QModelIndexList{f.panel.model()->indexOfLayer(1)});
    f.click(2);
    QCOMPARE(f.session.currentLayer(), std::optional<LayerNo>(2));
}

void TestStackView::clickOnSelectedShowsWholeImage()
{
    PanelFixture f;
    QVERIFY(f.open(articleImage()));
    QVERIFY(f.show());
    f.click(1);
    QTest::qWait(QApplication::doubleClickInterval() + 20);
    f.click(1);
    QVERIFY(!f.session.currentLayer());
    QCOMPARE(f.session.scope(), Scope::WholeImage);
    QVERIFY(f.view().selectionModel()->selectedIndexes().isEmpty());
    // A layer that stayed selected under the whole image is shown by the next click.
    f.session.setCurrentLayer(0);
    f.session.setScope(Scope::WholeImage);
    QTest::qWait(QApplication::doubleClickInterval() + 20);
    f.click(0);
    QCOMPARE(f.session.scope(), Scope::UpToLayer);
}

void TestStackView::doubleClickSelects()
{
    PanelFixture f;
    QVERIFY(f.open(articleImage()));
    QVERIFY(f.show());
    QTest::mouseClick(f.view().viewport(), Qt::LeftButton, {}, f.plate(2));
    QTest::mouseDClick(f.view().viewport(), Qt::LeftButton, {}, f.plate(1));
    QVERIFY(f.session.currentLayer().has_value());
}

void TestStackView::clicksBesidePlates()
{
    PanelFixture f;
    QVERIFY(f.open(articleImage()));
    QVERIFY(f.show());
    f.click(1);
    auto& model = *f.panel.model();
    for (const int row : {0, 1, model.rowCount() - 1}) { // caption, step, bootfs
        QTest::mouseClick(f.view().viewport(), Qt::LeftButton, {},
                          f.view().visualRect(model.index(row)).center());
        QCOMPARE(f.session.currentLayer(), std::optional<LayerNo>(1));
    }
    // Press on one plate, release on another: nothing.
    QTest::mousePress(f.view().viewport(), Qt::LeftButton, {}, f.plate(2));
    QTest::mouseRelease(f.view().viewport(), Qt::LeftButton, {}, f.plate(0));
    QCOMPARE(f.session.currentLayer(), std::optional<LayerNo>(1));
    QTest::mouseClick(f.view().viewport(), Qt::RightButton, {}, f.plate(0));
    QCOMPARE(f.session.currentLayer(), std::optional<LayerNo>(1));
}

void TestStackView::keys()
{
    PanelFixture f;
    QVERIFY(f.open(articleImage()));
    QVERIFY(f.show());
    const auto layer = [&] {
        return f.session.currentLayer() ? int(*f.session.currentLayer()) : -1;
    };
    f.key(Qt::Key_End);
    QCOMPARE(layer(), 0);
    f.key(Qt::Key_Up); // over the steps between
    QCOMPARE(layer(), 1);
    f.key(Qt::Key_Home);
    QCOMPARE(layer(), 2);
    f.key(Qt::Key_Up); // nothing above
    QCOMPARE(layer(), 2);
    f.key(Qt::Key_Down);
    QCOMPARE(layer(), 1);
    f.key(Qt::Key_Escape);
    QCOMPARE(layer(), -1);
    f.key(Qt::Key_Return); // the plate that had the focus
    QCOMPARE(layer(), 1);
    f.key(Qt::Key_Space);
    QCOMPARE(layer(), -1);
    f.key(Qt::Key_Down); // takes up where it was
    QCOMPARE(layer(), 1);
    f.key(Qt::Key_PageDown);
    QCOMPARE(layer(), 0);
    f.key(Qt::Key_R); // no search by letters
    QCOMPARE(layer(), 0);
}

void TestStackView::focusAloneSelectsNothing()
{
    PanelFixture f;
    QVERIFY(f.open(articleImage()));
    QVERIFY(f.show());
    f.view().clearFocus();
    f.view().setFocus(Qt::TabFocusReason);
    QVERIFY(!f.session.currentLayer());
    QCOMPARE(f.session.scope(), Scope::WholeImage);
}

void TestStackView::followsSession()
{
    PanelFixture f;
    QVERIFY(f.open(articleImage()));
    QVERIFY(f.show());
    f.panel.resize(307, 380);
    f.session.setCurrentLayer(0);
    const auto base = f.panel.model()->indexOfLayer(0);
    QCOMPARE(f.view().currentIndex(), base);
    QVERIFY(f.view().viewport()->rect().intersects(f.view().visualRect(base)));
    f.session.setCurrentLayer(std::nullopt);
    QVERIFY(!f.view().selectionModel()->hasSelection());
}

void TestStackView::contextMenu()
{
    PanelFixture f;
    QVERIFY(f.open(articleImage()));
    QVERIFY(f.show());
    QMenu* menu = f.view().layerMenu(1, &f.panel);
    actionNamed(menu, u"Only This Layer"_s)->trigger();
    QCOMPARE(f.session.currentLayer(), std::optional<LayerNo>(1));
    QCOMPARE(f.session.scope(), Scope::OnlyLayer);
    actionNamed(menu, u"up to This Layer"_s)->trigger();
    QCOMPARE(f.session.scope(), Scope::UpToLayer);
    // By keyboard, at the plate in focus.
    QContextMenuEvent byKey(QContextMenuEvent::Keyboard, {}, {});
    QApplication::sendEvent(&f.view(), &byKey);
    QVERIFY(!f.view().findChildren<QMenu*>().isEmpty());
    QVERIFY(QApplication::activePopupWidget());
    QApplication::activePopupWidget()->close();
}

void TestStackView::copies()
{
    PanelFixture f;
    const auto image = articleImage();
    QVERIFY(f.open(image));
    QMenu* menu = f.view().layerMenu(1, &f.panel);
    const auto copied = [&](const QString& name) {
        actionNamed(menu, name)->trigger();
        return QApplication::clipboard()->text();
    };
    QCOMPARE(copied(u"Diff ID"_s), QString::fromStdString(image.diffId(1)));
    QCOMPARE(copied(u"Digest"_s), QString::fromStdString(image.layerDigest(1)));
    QVERIFY(copied(u"Chain ID"_s).startsWith(u"sha256:"_s));
    QCOMPARE(copied(u"Instruction"_s), u"RUN apt-get update && apt-get install -y emacs-nox"_s);
}

void TestStackView::tooltipIsNoMarkup()
{
    PanelFixture f;
    ImageBuilder image;
    image.layer(TarBuilder().file("a", "1"), "RUN echo <b>bold</b><img src=x>");
    QVERIFY(f.open(image));
    QVERIFY(f.show());
    const auto at = f.plate(0);
    QHelpEvent help(QEvent::ToolTip, at, f.view().viewport()->mapToGlobal(at));
    QApplication::sendEvent(f.view().viewport(), &help);
    QVERIFY(QToolTip::text().contains(u"&lt;b&gt;bold&lt;/b&gt;"_s));
    QVERIFY(!QToolTip::text().contains(u"<img"_s));
    QToolTip::hideText();
}

void TestStackView::figures()
{
    PanelFixture f;
    QVERIFY(f.open(articleImage()));
    QVERIFY(f.show());
    QVERIFY(f.waitForChecks());
    QTRY_VERIFY(f.texts().contains(u"✓ 3 of 3 verified"_s));
    QVERIFY(f.texts().contains(u"3 layers · 50 kB"_s));
    // 50,025 bytes in all; etc/passwd and etc/motd of the base are not seen any more.
    QTRY_VERIFY(f.texts().contains(u"11 B"_s));
    for (const auto* label : f.panel.findChildren<QLabel*>()) {
        QCOMPARE(label->textFormat(), Qt::PlainText);
    }
    f.session.close();
    QVERIFY(!f.texts().contains(u"11 B"_s));
}

void TestStackView::figuresOfAWrongDigest()
{
    PanelFixture f;
    const auto image = articleImage();
    ArchiveBuilder archive(ArchiveForm::Docker25);
    archive.image(image);
    archive.corrupt(archive.layerFile(image, 2));
    QVERIFY(f.open(f.write(archive)));
    QVERIFY(f.show());
    QTRY_VERIFY(f.texts().contains(u"✗ 2 of 3 verified"_s));
}

void TestStackView::accessible()
{
    PanelFixture f;
    QVERIFY(!f.view().accessibleName().isEmpty());
    QVERIFY(f.view().focusPolicy() & Qt::TabFocus);
}

void TestStackView::paletteAndFont()
{
    PanelFixture f;
    QVERIFY(f.open(articleImage()));
    QVERIFY(f.show());
    const int before = f.view().visualRect(f.panel.model()->indexOfLayer(0)).height();
    QPalette dark = f.panel.palette();
    dark.setColor(QPalette::Base, QColor(20, 22, 26));
    dark.setColor(QPalette::Text, Qt::white);
    f.panel.setPalette(dark);
    const auto image = f.panel.grab().toImage();
    QVERIFY(image.pixelColor(2, image.height() / 2).lightness() < 60);
    QFont larger = f.view().font();
    larger.setPointSizeF(larger.pointSizeF() * 2);
    f.view().setFont(larger);
    QTRY_VERIFY(f.view().visualRect(f.panel.model()->indexOfLayer(0)).height() > before * 5 / 4);
}

void TestStackView::paintsEveryState()
{
    PanelFixture f;
    ImageBuilder image;
    image.foreignLayer(TarBuilder().file("a", "1").bytes(), "RUN foreign")
        .layer(TarBuilder().file("b", "2"), "RUN gone")
        .layer(TarBuilder().file("c", "3"), "RUN there");
    ArchiveBuilder archive(ArchiveForm::Oci);
    archive.image(image);
    archive.drop(archive.layerFile(image, 1));
    const auto name = f.write(archive);
    QVERIFY(f.show());
    f.session.openFile(name);
    connect(&f.session, &ImageSession::archiveReady, &f.panel, [&] { f.panel.grab(); });
    QTRY_COMPARE(f.session.state(), ImageSession::State::Ready);
    for (const auto scope : {Scope::UpToLayer, Scope::OnlyLayer, Scope::WholeImage}) {
        f.session.setCurrentLayer(1);
        f.session.setScope(scope);
        QVERIFY(!f.panel.grab().isNull());
    }
}

void TestStackView::manyLayers()
{
    PanelFixture f;
    ImageBuilder image;
    constexpr int count = 3000;
    for (int i = 0; i < count; ++i) {
        const auto number = std::to_string(i);
        image.layer(TarBuilder().file("f" + number, number), "RUN touch f" + number);
    }
    const auto name = f.write(image);
    QVERIFY(f.show());
    f.session.openFile(name);
    QTRY_COMPARE_WITH_TIMEOUT(f.session.state(), ImageSession::State::Ready, 60'000);
    QTRY_VERIFY_WITH_TIMEOUT(!f.session.checking(), 60'000);
    f.panel.grab();
    QElapsedTimer timer;
    timer.start();
    constexpr int steps = 50;
    f.key(Qt::Key_End);
    for (int i = 0; i < steps; ++i) {
        f.key(Qt::Key_Up);
        f.panel.grab();
    }
    QCOMPARE(f.session.currentLayer(), std::optional<LayerNo>(steps));
    QVERIFY2(timer.elapsed() < steps * 100, qPrintable(QString::number(timer.elapsed())));
}

QTEST_MAIN(TestStackView)
#include "tst_stack_view.moc"
