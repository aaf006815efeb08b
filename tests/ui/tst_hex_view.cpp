// SPDX-License-Identifier: Apache-2.0
#include "bytes.h"
#include "gated_source.h"
#include "inspector/hex_view.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QScrollBar>

#include <QtTest>

#include <array>

using namespace strata;
using namespace strata::test;
using ui::HexView;
using ui::PagedBytes;

namespace {

/// A byte that depends on all of its offset.
std::byte byteAt(std::uint64_t offset)
{
    return static_cast<std::byte>((offset * 0x9e3779b97f4a7c15ULL) >> 56U);
}

/// Any number of such bytes, which none but the reader has seen.
class EndlessStream : public ByteStream
{
public:
    EndlessStream(std::uint64_t size, std::stop_token stop, Gate* gate)
        : m_size(size)
        , m_stop(std::move(stop))
        , m_gate(gate)
    {
    }

    Result<std::size_t> read(std::span<std::byte> into) override
    {
        if (m_gate) {
            m_gate->pass();
        }
        if (m_stop.stop_requested()) {
            return cancelledError();
        }
        const auto count =
            static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), m_size - m_at));
        for (auto& byte : into.first(count)) {
            byte = byteAt(m_at++);
        }
        return count;
    }
    Result<std::uint64_t> skip(std::uint64_t count) override
    {
        const auto passed = std::min(count, m_size - m_at);
        m_at += passed;
        return passed;
    }
    std::uint64_t sourcePosition() const override { return m_at; }

private:
    std::uint64_t m_size;
    std::stop_token m_stop;
    Gate* m_gate;
    std::uint64_t m_at = 0;
};

/// A file of `size` such bytes, of which the view gets the first MiB at once.
struct LargeFile
{
    explicit LargeFile(std::uint64_t fileSize, std::uint64_t there = ~0ULL)
        : size(fileSize)
        , present(std::min(there, fileSize))
    {
    }

    void showIn(HexView& view, Gate* gate = nullptr)
    {
        Bytes front(1U << 20U);
        for (std::size_t i = 0; i < front.size(); ++i) {
            front[i] = byteAt(i);
        }
        view.setContent(std::make_shared<const Bytes>(std::move(front)), static_cast<qint64>(size),
                        [this, gate](const Job& job) -> Result<std::unique_ptr<ByteStream>> {
                            ++opened;
                            return std::make_unique<EndlessStream>(present, job.stop, gate);
                        });
    }

    std::uint64_t size;
    std::uint64_t present;
    std::atomic<int> opened = 0;
};

std::shared_ptr<const Bytes> counting(std::size_t size)
{
    Bytes out(size);
    for (std::size_t i = 0; i < size; ++i) {
        out[i] = static_cast<std::byte>(i & 0xffU);
    }
    return std::make_shared<const Bytes>(std::move(out));
}

void fill(HexView& view, std::shared_ptr<const Bytes> bytes)
{
    const auto size = static_cast<qint64>(bytes->size());
    view.setContent(std::move(bytes), size);
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
    void theWholeOfALargeFileIsThere();
    void memoryStaysBounded();
    void readingGoesOnWithoutStartingOver();
    void theLatestWishIsReadFirst();
    void copyingWaitsForTheBytes();
    void aShortFileSaysSo();
    void offsetsBeyondTheScrollBarsRange();
};

void HexViewTest::keysMoveAndSelect()
{
    HexView view;
    fill(view, counting(4096));
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
    fill(view, std::make_shared<const Bytes>(toBytes(std::string("GIF89a\0\xff<b>", 11))));
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
    fill(view, counting(256));
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
    fill(view, counting(256));
    show(view, 380);
    QCOMPARE(view.bytesPerRow(), 8);
    QTest::keyClick(&view, Qt::Key_Down);
    QCOMPARE(view.position(), 8);
}

void HexViewTest::thePositionIsSpoken()
{
    HexView view;
    fill(view, counting(256));
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
    fill(view, counting(16U << 20U));
    QTest::keyClick(&view, Qt::Key_End, Qt::ControlModifier);
    QCOMPARE(view.position(), (16 << 20) - 1);
    QVERIFY(!view.grab().isNull());
}

void HexViewTest::theWholeOfALargeFileIsThere()
{
    constexpr std::uint64_t size = (5ULL << 30U) + 7;
    LargeFile file(size);
    HexView view;
    show(view);
    file.showIn(view);
    QCOMPARE(view.byteCount(), qint64{size});
    QVERIFY(view.bytes().has(0, 1 << 20));
    QCOMPARE(file.opened, 0); // the front is enough
    for (const auto at : std::array{size - 1, (std::uint64_t{1} << 32U) + 100,
                                    std::uint64_t{3} << 20U, std::uint64_t{100}}) {
        const auto offset = static_cast<qint64>(at);
        view.select(offset, offset + 1);
        QTRY_VERIFY(view.bytes().at(offset).has_value());
        QCOMPARE(*view.bytes().at(offset), byteAt(at));
        QTRY_VERIFY(!view.bytes().busy());
    }
    QTest::keyClick(&view, Qt::Key_End, Qt::ControlModifier);
    QTRY_VERIFY(view.accessibleDescription().startsWith(QStringLiteral("offset 140000006: ")));
    QTRY_VERIFY(!view.accessibleDescription().contains(QStringLiteral("being read")));
    QVERIFY(!view.grab().isNull());
}

void HexViewTest::memoryStaysBounded()
{
    LargeFile file(24ULL << 20U);
    HexView view;
    show(view);
    file.showIn(view);
    for (qint64 at = 0; at < view.byteCount(); at += PagedBytes::pageSize) {
        view.select(at, at + 1);
        QTRY_VERIFY(view.bytes().at(at).has_value());
    }
    QVERIFY(view.bytes().bytesHeld() <=
            (1U << 20U) + PagedBytes::mostPages * std::size_t{PagedBytes::pageSize});
    QTRY_VERIFY(!view.bytes().busy());
    view.select(5 << 20, (5 << 20) + 1); // long gone, read again
    QTRY_COMPARE(view.bytes().at(5 << 20), std::optional(byteAt(5 << 20)));
}

void HexViewTest::readingGoesOnWithoutStartingOver()
{
    LargeFile file(64ULL << 20U);
    HexView view;
    show(view);
    file.showIn(view);
    for (const int megabyte : {2, 3, 7, 8, 60}) {
        const qint64 at = qint64{megabyte} << 20;
        view.select(at, at + 1);
        QTRY_VERIFY(view.bytes().at(at).has_value());
        QTRY_VERIFY(!view.bytes().busy());
    }
    QCOMPARE(file.opened, 1);
    view.select(10 << 20, (10 << 20) + 1); // back: streams only go forward
    QTRY_VERIFY(view.bytes().at(10 << 20).has_value());
    QCOMPARE(file.opened, 2);
}

void HexViewTest::theLatestWishIsReadFirst()
{
    Gate gate;
    LargeFile file(64ULL << 20U);
    HexView view;
    show(view);
    QSignalSpy waiting(&view, &HexView::waitingChanged);
    gate.shut();
    file.showIn(view, &gate);
    view.select(40 << 20, (40 << 20) + 1);
    QTRY_COMPARE(gate.waiting(), 1);
    QVERIFY(waiting.last()[0].toBool());
    view.select(20 << 20, (20 << 20) + 1);
    QTRY_COMPARE(gate.waiting(), 2); // the one before is given up, and nobody waits for it
    gate.open();
    QTRY_VERIFY(view.bytes().at(20 << 20).has_value());
    QVERIFY(!view.bytes().at(40 << 20));
    QTRY_VERIFY(!waiting.last()[0].toBool());
    QVERIFY(!gate.gaveUp());
}

void HexViewTest::copyingWaitsForTheBytes()
{
    LargeFile file(64ULL << 20U);
    HexView view;
    show(view);
    file.showIn(view);
    view.select(30 << 20, (30 << 20) + 3);
    view.select(10 << 20, (10 << 20) + 3);
    view.verticalScrollBar()->setValue(0); // out of sight
    QGuiApplication::clipboard()->setText(QStringLiteral("before"));
    view.copyHex();
    const auto hex = [](std::uint64_t at) {
        return QStringLiteral("%1").arg(std::to_integer<unsigned>(byteAt(at)), 2, 16,
                                        QLatin1Char('0'));
    };
    const std::uint64_t at = 10U << 20U;
    QTRY_COMPARE(QGuiApplication::clipboard()->text(),
                 QStringList({hex(at), hex(at + 1), hex(at + 2)}).join(u' '));
    view.selectAll();
    QCOMPARE(view.selectedText().size(), HexView::copyLimit);
}

void HexViewTest::aShortFileSaysSo()
{
    LargeFile file(64ULL << 20U, 8ULL << 20U);
    HexView view;
    show(view);
    QSignalSpy failed(&view, &HexView::failed);
    file.showIn(view);
    view.select(20 << 20, (20 << 20) + 1);
    QTRY_COMPARE(failed.count(), 1);
    QCOMPARE(failed[0][0].value<Error>().code, ErrorCode::Truncated);
    view.select(21 << 20, (21 << 20) + 1); // said once
    QTest::qWait(20);
    QCOMPARE(failed.count(), 1);
    QVERIFY(!view.grab().isNull());
}

void HexViewTest::offsetsBeyondTheScrollBarsRange()
{
    constexpr std::uint64_t size = 1ULL << 40U;
    LargeFile file(size);
    HexView view;
    show(view);
    file.showIn(view);
    QTest::keyClick(&view, Qt::Key_End, Qt::ControlModifier);
    QCOMPARE(view.position(), qint64{size} - 1);
    QCOMPARE(view.verticalScrollBar()->value(), view.verticalScrollBar()->maximum());
    QTRY_VERIFY(view.bytes().at(view.position()).has_value());
    QTest::keyClick(&view, Qt::Key_Up);
    QCOMPARE(view.position(), qint64{size} - 17);
    QTest::keyClick(&view, Qt::Key_Home, Qt::ControlModifier);
    QCOMPARE(view.position(), 0);
    QCOMPARE(view.verticalScrollBar()->value(), 0);
}

QTEST_MAIN(HexViewTest)
#include "tst_hex_view.moc"
