// SPDX-License-Identifier: Apache-2.0
#include "bytes.h"
#include "inspector/hex_view.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QScrollBar>

#include <QtTest>

using namespace strata;
using namespace strata::test;
using ui::HexView;

namespace {

std::shared_ptr<const Bytes> counting(std::size_t size)
{
    Bytes out(size);
    for (std::size_t i = 0; i < size; ++i) {
        out[i] = static_cast<std::byte>(i & 0xffU);
    }
    return std::make_shared<const Bytes>(std::move(out));
}

void show(HexView& view, int width = 900)
{
    view.resize(width, 300);
    view.show();
    view.setFocus();
    QVERIFY(QTest::qWaitForWindowActive(&view));
}

} // namespace

class HexViewTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void keysMoveAndSelect();
    void copiesAsHexOrText();
    void mouseSelects();
    void narrowViewsTakeEightBytesARow();
    void thePositionIsSpoken();
    void emptyAndHugeDataAreFine();
};

void HexViewTest::keysMoveAndSelect()
{
    HexView view;
    view.setBytes(counting(4096));
    show(view);
    QCOMPARE(view.bytesPerRow(), 16);
    QTest::keyClick(&view, Qt::Key_Right);
    QTest::keyClick(&view, Qt::Key_Down);
    QCOMPARE(view.position(), 17);
    QTest::keyClick(&view, Qt::Key_Home);
    QCOMPARE(view.position(), 16);
    QTest::keyClick(&view, Qt::Key_End, Qt::ShiftModifier);
    QCOMPARE(view.selection(), std::pair(qint64{16}, qint64{32}));
    QTest::keyClick(&view, Qt::Key_End, Qt::ControlModifier);
    QCOMPARE(view.position(), 4095);
    QVERIFY(view.verticalScrollBar()->value() == view.verticalScrollBar()->maximum());
    QTest::keyClick(&view, Qt::Key_Home, Qt::ControlModifier);
    QCOMPARE(view.position(), 0);
    QCOMPARE(view.verticalScrollBar()->value(), 0);
    QTest::keyClick(&view, Qt::Key_PageDown);
    QVERIFY(view.position() > 16);
    QTest::keyClick(&view, Qt::Key_PageUp);
    QTest::keyClick(&view, Qt::Key_Left);
    QCOMPARE(view.position(), 0);
}

void HexViewTest::copiesAsHexOrText()
{
    HexView view;
    view.setBytes(std::make_shared<const Bytes>(toBytes(std::string("GIF89a\0\xff<b>", 11))));
    show(view);
    view.select(0, 8);
    QTest::keySequence(&view, QKeySequence::Copy);
    QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("47 49 46 38 39 61 00 ff"));
    view.copyText();
    QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("GIF89a.."));
    QTest::keySequence(&view, QKeySequence::SelectAll);
    QCOMPARE(view.selectedText(), QStringLiteral("GIF89a..<b>"));
}

void HexViewTest::mouseSelects()
{
    HexView view;
    view.setBytes(counting(256));
    show(view);
    const int character = QFontMetrics(view.font()).horizontalAdvance(QLatin1Char('0'));
    const int line = QFontMetrics(view.font()).height() + 3;
    // Offset column: four digits and two spaces; each byte takes three.
    const auto at = [&](int column, int row) {
        return QPoint(10 + (6 + 3 * column) * character + 2, row * line + line / 2);
    };
    QTest::mousePress(view.viewport(), Qt::LeftButton, {}, at(2, 1));
    QCOMPARE(view.position(), 18);
    QTest::mouseMove(view.viewport(), at(5, 1));
    QMouseEvent move(QEvent::MouseMove, at(5, 1), view.viewport()->mapToGlobal(at(5, 1)),
                     Qt::NoButton, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(view.viewport(), &move);
    QTest::mouseRelease(view.viewport(), Qt::LeftButton, {}, at(5, 1));
    QCOMPARE(view.selectedHex(), QStringLiteral("12 13 14 15"));
}

void HexViewTest::narrowViewsTakeEightBytesARow()
{
    HexView view;
    view.setBytes(counting(256));
    show(view, 380);
    QCOMPARE(view.bytesPerRow(), 8);
    QTest::keyClick(&view, Qt::Key_Down);
    QCOMPARE(view.position(), 8);
}

void HexViewTest::thePositionIsSpoken()
{
    HexView view;
    view.setBytes(counting(256));
    show(view);
    QVERIFY(!view.accessibleName().isEmpty());
    QTest::keyClick(&view, Qt::Key_Down);
    QCOMPARE(view.accessibleDescription(), QStringLiteral("offset 10: 10"));
}

void HexViewTest::emptyAndHugeDataAreFine()
{
    HexView view;
    show(view);
    QTest::keyClick(&view, Qt::Key_Down);
    QTest::keySequence(&view, QKeySequence::Copy);
    QCOMPARE(view.selectedHex(), QString());
    view.setBytes(counting(16U << 20U));
    QTest::keyClick(&view, Qt::Key_End, Qt::ControlModifier);
    QCOMPARE(view.position(), (16 << 20) - 1);
    QVERIFY(!view.grab().isNull());
}

QTEST_MAIN(HexViewTest)
#include "tst_hex_view.moc"
