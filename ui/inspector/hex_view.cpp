// SPDX-License-Identifier: Apache-2.0
#include "inspector/hex_view.h"

#include "text/announce.h"
#include "theme/theme.h"

#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QMenu>
#include <QPainter>
#include <QScrollBar>

#include <algorithm>

namespace strata::ui {

namespace {
constexpr int margin = 10;
/// Steps of the scroll bar; a file with more rows takes several a step.
constexpr qint64 mostSteps = 1 << 30;

QChar shown(std::byte b)
{
    const auto c = std::to_integer<char16_t>(b);
    return c >= 0x20 && c < 0x7f ? QChar(c) : QChar(u'.');
}

QString hexOf(std::byte b)
{
    static constexpr char digits[] = "0123456789abcdef";
    const auto c = std::to_integer<unsigned>(b);
    return QString(QLatin1Char(digits[c >> 4U])) + QLatin1Char(digits[c & 15U]);
}
} // namespace

HexView::HexView(QWidget* parent)
    : QAbstractScrollArea(parent)
{
    setFont(theme::monospace());
    setFocusPolicy(Qt::StrongFocus);
    setFrameShape(NoFrame);
    viewport()->setCursor(Qt::IBeamCursor);
    viewport()->setBackgroundRole(QPalette::Base);
    setAccessibleName(tr("Bytes of the file"));
    setWhatsThis(tr("Offset, bytes in hexadecimal, and the same bytes as characters."));
    connect(&m_bytes, &PagedBytes::arrived, this, &HexView::bytesArrived);
    connect(&m_bytes, &PagedBytes::failed, this, [this](const Error& error) {
        m_copyWaiting = nullptr;
        Q_EMIT failed(error);
    });
    connect(&m_bytes, &PagedBytes::busyChanged, this, &HexView::waitingChanged);
    updateLayout();
}

void HexView::setContent(SharedBytes front, qint64 size, PagedBytes::Open open)
{
    m_bytes.setContent(std::move(front), size, std::move(open));
    m_copyWaiting = nullptr;
    m_cursor = m_anchor = 0;
    updateLayout();
    verticalScrollBar()->setValue(0);
    setAccessibleDescription({});
    askForBytes();
    viewport()->update();
}

void HexView::askForBytes()
{
    if (m_copyWaiting) {
        const auto [first, last] = copied();
        m_bytes.want(first, last);
    } else {
        const auto rows = viewport()->height() / m_lineHeight + 1;
        m_bytes.want(topRow() * m_perRow, (topRow() + rows) * m_perRow);
    }
}

void HexView::bytesArrived()
{
    if (m_copyWaiting) {
        copy(m_copyWaiting);
    }
    announcePosition();
    viewport()->update();
}

void HexView::scrollContentsBy(int /*dx*/, int /*dy*/)
{
    askForBytes();
    viewport()->update();
}

std::pair<qint64, qint64> HexView::selection() const
{
    return std::minmax(m_anchor, m_cursor);
}

void HexView::select(qint64 first, qint64 last)
{
    m_anchor = std::clamp<qint64>(first, 0, byteCount());
    moveTo(last, true);
}

std::pair<qint64, qint64> HexView::copied() const
{
    auto [first, last] = selection();
    if (first == last) {
        last = first + 1;
    }
    return {first, std::min({last, byteCount(), first + copyLimit})};
}

QString HexView::selectedHex() const
{
    const auto [first, last] = copied();
    QString out;
    for (auto i = first; i < last; ++i) {
        const auto byte = m_bytes.at(i);
        if (!byte) {
            break;
        }
        if (i > first) {
            out += QLatin1Char((i - first) % 16 == 0 ? '\n' : ' ');
        }
        out += hexOf(*byte);
    }
    return out;
}

QString HexView::selectedText() const
{
    const auto [first, last] = copied();
    QString out;
    for (auto i = first; i < last; ++i) {
        const auto byte = m_bytes.at(i);
        if (!byte) {
            break;
        }
        out += shown(*byte);
    }
    return out;
}

void HexView::copy(QString (HexView::*text)() const)
{
    const auto [first, last] = copied();
    m_copyWaiting = m_bytes.has(first, last) ? nullptr : text;
    if (!m_copyWaiting) {
        QGuiApplication::clipboard()->setText((this->*text)());
    }
    askForBytes(); // those to copy, or, once they are copied, those in sight
}

void HexView::copyHex()
{
    copy(&HexView::selectedHex);
}

void HexView::copyText()
{
    copy(&HexView::selectedText);
}

void HexView::selectAll()
{
    m_anchor = 0;
    m_cursor = byteCount();
    viewport()->update();
}

int HexView::offsetDigits() const
{
    return byteCount() > 0xffff'ffff ? 12 : byteCount() > 0xffff ? 8 : 4;
}

int HexView::hexColumn(int column) const
{
    return offsetDigits() + 2 + column * 3 + column / 8;
}

int HexView::asciiColumn(int column) const
{
    return hexColumn(m_perRow) + 1 + column;
}

void HexView::updateLayout()
{
    const QFontMetrics metrics(font());
    m_charWidth = std::max(1, metrics.horizontalAdvance(QLatin1Char('0')));
    m_lineHeight = metrics.height() + 3;
    const int room = (viewport()->width() - 2 * margin) / m_charWidth;
    m_perRow = 16;
    if (asciiColumn(16) > room) {
        m_perRow = 8;
    }
    const int rows = std::max(1, viewport()->height() / m_lineHeight);
    m_rowsPerStep = 1 + rowCount() / mostSteps;
    const auto last = std::max<qint64>(0, rowCount() - rows);
    verticalScrollBar()->setPageStep(rows);
    verticalScrollBar()->setRange(0, static_cast<int>((last + m_rowsPerStep - 1) / m_rowsPerStep));
    const int wide = std::max(0, asciiColumn(m_perRow) - room);
    horizontalScrollBar()->setPageStep(room);
    horizontalScrollBar()->setRange(0, wide);
}

qint64 HexView::topRow() const
{
    return verticalScrollBar()->value() * m_rowsPerStep;
}

void HexView::showRow(qint64 row)
{
    verticalScrollBar()->setValue(static_cast<int>((row + m_rowsPerStep - 1) / m_rowsPerStep));
}

bool HexView::event(QEvent* event)
{
    // The window's own shortcuts (Ctrl+C on the path, say) must not take these keys first.
    if (event->type() == QEvent::ShortcutOverride) {
        const auto* key = static_cast<QKeyEvent*>(event); // NOLINT: Qt's way of events
        if (key->matches(QKeySequence::Copy) || key->matches(QKeySequence::SelectAll)) {
            event->accept();
            return true;
        }
    }
    return QAbstractScrollArea::event(event);
}

void HexView::resizeEvent(QResizeEvent* /*event*/)
{
    const auto top = topRow() * m_perRow;
    updateLayout();
    showRow(top / m_perRow);
    askForBytes();
}

void HexView::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::FontChange) {
        updateLayout();
    }
    QAbstractScrollArea::changeEvent(event);
}

void HexView::paintEvent(QPaintEvent* /*event*/)
{
    QPainter painter(viewport());
    int y = 0;
    for (auto row = topRow(); row < rowCount() && y <= viewport()->height(); ++row) {
        paintRow(painter, row, y);
        y += m_lineHeight;
    }
}

void HexView::paintRow(QPainter& painter, qint64 row, int y)
{
    const auto text = palette().color(QPalette::Text);
    const auto muted = theme::mutedText(palette());
    const auto marked =
        palette().color(hasFocus() ? QPalette::Active : QPalette::Inactive, QPalette::Highlight);
    const auto [from, to] = selection();
    const int shift = margin - horizontalScrollBar()->value() * m_charWidth;
    const auto x = [&](int character) { return shift + character * m_charWidth; };
    const int baseline = y + painter.fontMetrics().ascent() + 1;
    painter.setPen(muted);
    painter.drawText(
        x(0), baseline,
        QStringLiteral("%1").arg(row * m_perRow, offsetDigits(), 16, QLatin1Char('0')));
    for (int column = 0; column < m_perRow; ++column) {
        const auto at = row * m_perRow + column;
        if (at >= byteCount()) {
            break;
        }
        const bool in = at >= from && at < to;
        if (in) {
            const bool joined = at + 1 < to && column + 1 < m_perRow;
            const int end = joined ? hexColumn(column + 1) : hexColumn(column) + 2;
            painter.fillRect(x(hexColumn(column)), y, (end - hexColumn(column)) * m_charWidth,
                             m_lineHeight, marked);
            painter.fillRect(x(asciiColumn(column)), y, m_charWidth, m_lineHeight, marked);
        } else if (at == m_cursor && hasFocus()) {
            painter.setPen(palette().color(QPalette::Highlight));
            painter.drawRect(x(hexColumn(column)) - 1, y, 2 * m_charWidth + 1, m_lineHeight - 1);
            painter.drawRect(x(asciiColumn(column)), y, m_charWidth, m_lineHeight - 1);
        }
        const auto byte = m_bytes.at(at);
        const bool zero = byte == std::byte{0};
        painter.setPen(in              ? palette().color(QPalette::HighlightedText)
                       : !byte || zero ? muted
                                       : text);
        painter.drawText(x(hexColumn(column)), baseline,
                         byte ? hexOf(*byte) : QStringLiteral("··"));
        if (!byte) {
            continue;
        }
        if (!in && shown(*byte) == QLatin1Char('.')) {
            painter.setPen(muted);
        }
        painter.drawText(x(asciiColumn(column)), baseline, QString(shown(*byte)));
    }
}

void HexView::moveTo(qint64 position, bool extend)
{
    m_cursor = std::clamp<qint64>(position, 0,
                                  extend ? byteCount() : std::max<qint64>(0, byteCount() - 1));
    if (!extend) {
        m_anchor = m_cursor;
    }
    showPosition();
    announcePosition();
    viewport()->update();
    Q_EMIT positionChanged(m_cursor);
}

void HexView::showPosition()
{
    const auto row = m_cursor / m_perRow;
    const auto rows = verticalScrollBar()->pageStep();
    if (row < topRow()) {
        verticalScrollBar()->setValue(static_cast<int>(row / m_rowsPerStep));
    } else if (row >= topRow() + rows) {
        showRow(row - rows + 1);
    }
}

void HexView::announcePosition()
{
    if (m_cursor >= byteCount()) {
        return;
    }
    const auto byte = m_bytes.at(m_cursor);
    const auto text =
        tr("offset %1: %2")
            .arg(QString::number(m_cursor, 16), byte ? hexOf(*byte) : tr("being read"));
    if (text == accessibleDescription()) {
        return;
    }
    setAccessibleDescription(text);
    announce(this, text);
}

void HexView::keyPressEvent(QKeyEvent* event)
{
    if (event->matches(QKeySequence::Copy)) {
        copyHex();
        return;
    }
    if (event->matches(QKeySequence::SelectAll)) {
        selectAll();
        return;
    }
    const bool extend = event->modifiers().testFlag(Qt::ShiftModifier);
    const bool far = event->modifiers().testFlag(Qt::ControlModifier);
    const auto page = qint64{verticalScrollBar()->pageStep()} * m_perRow;
    const auto rowStart = m_cursor - m_cursor % m_perRow;
    switch (event->key()) {
    case Qt::Key_Left:
        return moveTo(m_cursor - 1, extend);
    case Qt::Key_Right:
        return moveTo(m_cursor + 1, extend);
    case Qt::Key_Up:
        return moveTo(m_cursor - m_perRow, extend);
    case Qt::Key_Down:
        return moveTo(m_cursor + m_perRow, extend);
    case Qt::Key_PageUp:
        return moveTo(m_cursor - page, extend);
    case Qt::Key_PageDown:
        return moveTo(m_cursor + page, extend);
    case Qt::Key_Home:
        return moveTo(far ? 0 : rowStart, extend);
    case Qt::Key_End:
        return moveTo(far ? byteCount() : rowStart + m_perRow - (extend ? 0 : 1), extend);
    default:
        QAbstractScrollArea::keyPressEvent(event);
    }
}

qint64 HexView::byteAt(QPoint point) const
{
    const auto row = topRow() + std::max(0, point.y()) / m_lineHeight;
    const int character = (point.x() - margin) / m_charWidth + horizontalScrollBar()->value();
    int column = 0;
    if (character >= asciiColumn(0)) {
        column = std::min(character - asciiColumn(0), m_perRow - 1);
    } else {
        while (column + 1 < m_perRow && hexColumn(column + 1) <= character) {
            ++column;
        }
    }
    return std::clamp<qint64>(row * m_perRow + column, 0, std::max<qint64>(0, byteCount() - 1));
}

void HexView::mousePressEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton) {
        moveTo(byteAt(event->position().toPoint()), event->modifiers().testFlag(Qt::ShiftModifier));
        m_selecting = true;
    }
}

void HexView::mouseMoveEvent(QMouseEvent* event)
{
    if (m_selecting && event->buttons().testFlag(Qt::LeftButton)) {
        const auto at = byteAt(event->position().toPoint());
        moveTo(at >= m_anchor ? at + 1 : at, true);
    }
}

void HexView::contextMenuEvent(QContextMenuEvent* event)
{
    QMenu menu(this);
    const auto [first, last] = selection();
    const bool cut = last - first > copyLimit;
    auto* hex = menu.addAction(cut ? tr("Copy the first MiB as &hex") : tr("Copy as &hex"), this,
                               &HexView::copyHex);
    hex->setShortcut(QKeySequence::Copy);
    auto* text = menu.addAction(cut ? tr("Copy the first MiB as &text") : tr("Copy as &text"), this,
                                &HexView::copyText);
    hex->setEnabled(byteCount() > 0);
    text->setEnabled(byteCount() > 0);
    menu.addSeparator();
    menu.addAction(tr("Select &all"), this, &HexView::selectAll)
        ->setShortcut(QKeySequence::SelectAll);
    menu.exec(event->globalPos());
}

} // namespace strata::ui
