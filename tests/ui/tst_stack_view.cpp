// SPDX-License-Identifier: Apache-2.0
#include "panel_fixture.h"
#include "stack/stack_delegate.h"
#include "stack_images.h"

#include <QAccessible>
#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QMenu>
#include <QToolTip>

using namespace strata;
using namespace strata::test;
using namespace strata::ui;
using namespace Qt::StringLiterals;

namespace {

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
    void figuresOfADamagedLayer();
    void figuresOfAWrongDocument();
    void figuresThatNobodyAwaits();
    void instructionsAreCopiedAsWritten();
    void accessibleItems();
    void chosenByAssistiveTools();
    void noLayers();
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
    // As Qt sends it: press, release, double click in place of the second press, release.
    f.click(1);
    QTest::mouseDClick(f.view().viewport(), Qt::LeftButton, {}, f.plate(1));
    QTest::mouseRelease(f.view().viewport(), Qt::LeftButton, {}, f.plate(1));
    QCOMPARE(f.session.currentLayer(), std::optional<LayerNo>(1));
    QCOMPARE(f.session.scope(), Scope::UpToLayer);
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
    QVERIFY(f.open(f.write(withAlteredLayer(articleImage(), 2))));
    QVERIFY(f.show());
    QTRY_VERIFY(f.texts().contains(u"✗ 1 of 3 does not match"_s));
}

void TestStackView::figuresOfADamagedLayer()
{
    PanelFixture f;
    const TarBuilder tar = TarBuilder().file("a", std::string(20'000, 'a'));
    auto stored = ImageBuilder().layer(tar, {}, Compression::Gzip).layers().front().stored;
    stored.resize(stored.size() / 2); // its own digest is right all the same
    ImageBuilder image;
    image.storedLayer(stored, tar.bytes(), Compression::Gzip);
    QVERIFY(f.open(image));
    QVERIFY(f.show());
    QTRY_VERIFY2(f.texts().contains(u"✗ 1 of 1 is damaged"_s), qPrintable(f.texts().join(u'|')));
    QCOMPARE(f.panel.model()->digest(0), StackModel::DigestState::Damaged);
    const auto help = f.panel.model()->indexOfLayer(0).data(Qt::ToolTipRole).toString();
    QVERIFY(!help.contains(u"not the bytes that the image names"_s));
}

void TestStackView::figuresOfAWrongDocument()
{
    PanelFixture f;
    QVERIFY(f.open(
        ImageBuilder().layer(TarBuilder().file("a", "1")).configOverride("this is no JSON")));
    QVERIFY(f.show());
    QVERIFY(f.waitForChecks());
    QTRY_VERIFY2(f.texts().contains(u"✗ parts do not fit"_s), qPrintable(f.texts().join(u'|')));
}

void TestStackView::figuresThatNobodyAwaits()
{
    PanelFixture f;
    connect(
        &f.session, &ImageSession::archiveReady, &f.session, [&] { f.session.cancel(); },
        Qt::QueuedConnection);
    f.session.openFile(f.write(articleImage()));
    QVERIFY(f.show());
    QTRY_COMPARE(f.session.state(), ImageSession::State::Failed);
    QVERIFY2(!f.texts().contains(u"…"_s), qPrintable(f.texts().join(u'|')));
    QVERIFY(f.texts().contains(u"–"_s));
}

void TestStackView::instructionsAreCopiedAsWritten()
{
    PanelFixture f;
    QVERIFY(f.open(ImageBuilder().layer(TarBuilder().file("a", "1"), "RUN <<EOF\necho \\o/\nEOF")));
    QMenu* menu = f.view().layerMenu(0, &f.panel);
    actionNamed(menu, u"Instruction"_s)->trigger();
    const auto text = QApplication::clipboard()->text();
    QVERIFY2(text.contains(u"<<EOF\necho \\o/\nEOF"_s), qPrintable(text));
}

void TestStackView::accessibleItems()
{
    PanelFixture f;
    QVERIFY(f.open(articleImage()));
    QVERIFY(f.show());
    QVERIFY(f.view().focusPolicy() & Qt::TabFocus);
    auto* list = QAccessible::queryAccessibleInterface(&f.view());
    QVERIFY(list);
    QCOMPARE(list->role(), QAccessible::List);
    QVERIFY(!list->text(QAccessible::Name).isEmpty());
    QVERIFY(!list->text(QAccessible::Description).isEmpty());
    auto& model = *f.panel.model();
    QCOMPARE(list->childCount(), model.rowCount());
    f.session.setCurrentLayer(1);
    for (int row = 0; row < model.rowCount(); ++row) {
        auto* item = list->child(row);
        QVERIFY(item);
        QCOMPARE(item->role(), QAccessible::ListItem);
        QVERIFY(!item->text(QAccessible::Name).isEmpty());
        const auto layer = model.layerAt(model.index(row));
        QCOMPARE(bool(item->state().selectable), layer.has_value());
        QCOMPARE(bool(item->state().selected), layer == std::optional<LayerNo>(1));
        if (layer) {
            QVERIFY(item->text(QAccessible::Name).startsWith(u"Layer %1, "_s.arg(*layer)));
            QVERIFY(item->text(QAccessible::Description).contains(u"A layer never changes"_s));
            QVERIFY(item->rect().isValid());
        }
    }
    for (const auto* label : f.panel.findChildren<QLabel*>()) {
        QVERIFY(!QAccessible::queryAccessibleInterface(const_cast<QLabel*>(label))
                     ->text(QAccessible::Name)
                     .isEmpty());
    }
}

void TestStackView::chosenByAssistiveTools()
{
    PanelFixture f;
    QVERIFY(f.open(articleImage()));
    QVERIFY(f.show());
    auto* list = QAccessible::queryAccessibleInterface(&f.view());
    auto* selection = list->selectionInterface();
    QVERIFY(selection);
    auto* plate = list->child(f.panel.model()->indexOfLayer(2).row());
    QVERIFY(selection->select(plate));
    QCOMPARE(f.session.currentLayer(), std::optional<LayerNo>(2));
    QVERIFY(selection->clear());
    QVERIFY(!f.session.currentLayer());
}

void TestStackView::noLayers()
{
    PanelFixture f;
    QVERIFY(f.open(ImageBuilder().step("ENV A=1").step("CMD [\"sh\"]")));
    QVERIFY(f.show());
    QVERIFY(f.texts().contains(u"0 layers · 0 B"_s));
    for (const auto key : {Qt::Key_Home, Qt::Key_Down, Qt::Key_PageUp, Qt::Key_Return}) {
        f.key(key);
        QVERIFY(!f.session.currentLayer());
    }
    QVERIFY(!f.panel.grab().isNull());
}

void TestStackView::manyLayers()
{
    /// Counts the rows that are measured: all of them only when the view is laid out.
    class CountingDelegate : public StackDelegate
    {
    public:
        using StackDelegate::StackDelegate;
        QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override
        {
            ++measured;
            return StackDelegate::sizeHint(option, index);
        }
        mutable int measured = 0;
    };
    PanelFixture f;
    constexpr int count = 3000;
    CountingDelegate delegate;
    delegate.setDense(true);
    f.view().setItemDelegate(&delegate);
    QVERIFY(f.show());
    f.session.openFile(f.write(imageOfLayers(count)));
    QTRY_COMPARE_WITH_TIMEOUT(f.session.state(), ImageSession::State::Ready, 60'000);
    QTRY_VERIFY_WITH_TIMEOUT(!f.session.checking(), 60'000);
    f.panel.grab();
    QVERIFY(delegate.measured >= count);
    delegate.measured = 0;
    constexpr int steps = 50;
    f.key(Qt::Key_End);
    for (int i = 0; i < steps; ++i) {
        f.key(Qt::Key_Up);
        f.panel.grab();
    }
    QCOMPARE(f.session.currentLayer(), std::optional<LayerNo>(steps));
    // A step costs what is seen of the stack, not all of it.
    QVERIFY2(delegate.measured < steps * count / 10,
             qPrintable(QString::number(delegate.measured)));
}

QTEST_MAIN(TestStackView)
#include "tst_stack_view.moc"
