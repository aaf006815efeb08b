// SPDX-License-Identifier: Apache-2.0
#include "instructions/dockerfile_edit.h"

#include "instructions/dockerfile_gutter.h"
#include "text/code_highlighter.h"
#include "text/format.h"
#include "theme/theme.h"

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QHelpEvent>
#include <QMenu>
#include <QMimeData>
#include <QMouseEvent>
#include <QPainter>
#include <QScopedValueRollback>
#include <QTextBlock>
#include <QToolTip>

#include <algorithm>

namespace strata::ui {

namespace {

constexpr int stripeWidth = 4;

} // namespace

DockerfileEdit::DockerfileEdit(QWidget* parent)
    : QPlainTextEdit(parent)
    , m_highlighter(new CodeHighlighter(document()))
    , m_gutter(new DockerfileGutter(this))
{
    setReadOnly(true);
    setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    setUndoRedoEnabled(false);
    setTabChangesFocus(true);
    setFrameShape(QFrame::NoFrame);
    setFont(theme::monospace());
    document()->setDocumentMargin(8);
    setAccessibleName(tr("Rebuilt Dockerfile"));
    setLayoutDirection(Qt::LeftToRight);

    connect(this, &QPlainTextEdit::cursorPositionChanged, this, &DockerfileEdit::cursorMoved);
    connect(this, &QPlainTextEdit::updateRequest, m_gutter, [this](const QRect& rect, int dy) {
        if (dy != 0) {
            m_gutter->scroll(0, dy);
        } else {
            m_gutter->update(0, rect.y(), m_gutter->width(), rect.height());
        }
    });
    placeGutter();
}

void DockerfileEdit::setContent(DockerfileText text)
{
    const QScopedValueRollback guard(m_following, true);
    m_lines = std::move(text.lines);
    setPlainText(text.shown);
    if (!m_lines.empty()) {
        m_highlighter->start(QStringLiteral("Dockerfile"), {}, palette());
    }
}

bool DockerfileEdit::highlighting() const
{
    return m_highlighter->busy();
}

bool DockerfileEdit::startsStep(int line) const
{
    const auto at = static_cast<std::size_t>(line);
    if (line < 0 || at >= m_lines.size()) {
        return false;
    }
    return at == 0 || m_lines[at].step != m_lines[at - 1].step ||
           m_lines[at].layer != m_lines[at - 1].layer;
}

void DockerfileEdit::markLayer(std::optional<LayerNo> layer)
{
    const QScopedValueRollback guard(m_following, true);
    m_layer = layer;
    viewport()->update();
    m_gutter->update();
    const auto at = static_cast<std::size_t>(currentLine());
    if (!layer || (at < m_lines.size() && m_lines[at].layer == layer)) {
        return;
    }
    const auto first = std::ranges::find(m_lines, layer, &DockerfileLine::layer);
    if (first == m_lines.end()) {
        return;
    }
    const auto block =
        document()->findBlockByNumber(static_cast<int>(std::distance(m_lines.begin(), first)));
    if (block.isValid()) { // the end of a very long history is not shown
        setTextCursor(QTextCursor(block));
        ensureCursorVisible();
    }
}

void DockerfileEdit::cursorMoved()
{
    // While text is being selected to copy, the layer stays.
    if (!m_following && !textCursor().hasSelection()) {
        Q_EMIT lineActivated(currentLine());
    }
}

void DockerfileEdit::activateLine(int line)
{
    {
        const QScopedValueRollback guard(m_following, true);
        setTextCursor(QTextCursor(document()->findBlockByNumber(line)));
    }
    setFocus(Qt::MouseFocusReason);
    Q_EMIT lineActivated(line);
}

void DockerfileEdit::mouseReleaseEvent(QMouseEvent* event)
{
    QPlainTextEdit::mouseReleaseEvent(event);
    // A click where the cursor stood already moves nothing, but asks for the layer all the same.
    if (event->button() == Qt::LeftButton && !textCursor().hasSelection()) {
        Q_EMIT lineActivated(currentLine());
    }
}

qreal DockerfileEdit::lineHeight(const QTextBlock& block) const
{
    const qreal height = blockBoundingRect(block).height();
    return block.next().isValid() ? height : height - document()->documentMargin();
}

int DockerfileEdit::lineAt(int y) const
{
    auto block = firstVisibleBlock();
    qreal top = blockBoundingGeometry(block).translated(contentOffset()).top();
    while (block.isValid()) {
        top += blockBoundingRect(block).height();
        if (y < top) {
            return block.blockNumber();
        }
        block = block.next();
    }
    return -1;
}

void DockerfileEdit::showLineHelp(int line, const QPoint& globalPosition)
{
    const QString text = line >= 0 && m_lineHelp ? m_lineHelp(line) : QString();
    if (text.isEmpty()) {
        QToolTip::hideText();
    } else {
        QToolTip::showText(globalPosition, toolTipText(text), this);
    }
}

bool DockerfileEdit::viewportEvent(QEvent* event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        showLineHelp(lineAt(help->pos().y()), help->globalPos());
        return true;
    }
    return QPlainTextEdit::viewportEvent(event);
}

void DockerfileEdit::contextMenuEvent(QContextMenuEvent* event)
{
    auto* menu = createStandardContextMenu(event->pos());
    menu->addSeparator();
    menu->addAction(theme::icon(QStringLiteral("copy"), palette()), tr("Copy &Whole Dockerfile"),
                    this, &DockerfileEdit::copyAll);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->popup(event->globalPos());
}

void DockerfileEdit::copyAll() const
{
    QString text;
    for (const auto& line : m_lines) {
        text += QString::fromStdString(line.text) + QLatin1Char('\n');
    }
    QApplication::clipboard()->setText(text);
}

QMimeData* DockerfileEdit::createMimeDataFromSelection() const
{
    // Lines that are selected whole are copied as they are, whatever was cut for the screen.
    const auto cursor = textCursor();
    QStringList lines;
    for (auto block = document()->findBlock(cursor.selectionStart());
         block.isValid() && block.position() <= cursor.selectionEnd(); block = block.next()) {
        const auto from = std::max(cursor.selectionStart() - block.position(), 0);
        const auto text = block.text();
        const auto to = std::min<qsizetype>(cursor.selectionEnd() - block.position(), text.size());
        const auto number = static_cast<std::size_t>(block.blockNumber());
        lines << (from == 0 && to == text.size() && number < m_lines.size()
                      ? QString::fromStdString(m_lines[number].text)
                      : text.sliced(from, to - from));
    }
    auto* mime = new QMimeData; // text only: colours are of no use in another editor
    mime->setText(lines.join(QLatin1Char('\n')));
    return mime;
}

void DockerfileEdit::placeGutter()
{
    const int width = m_gutter->sizeHint().width();
    setViewportMargins(width, 0, 0, 0);
    const QRect area = contentsRect();
    m_gutter->setGeometry(area.left(), area.top(), width, area.height());
}

void DockerfileEdit::resizeEvent(QResizeEvent* event)
{
    QPlainTextEdit::resizeEvent(event);
    placeGutter();
}

void DockerfileEdit::changeEvent(QEvent* event)
{
    QPlainTextEdit::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_highlighter) {
        m_highlighter->restart(palette());
    } else if (event->type() == QEvent::FontChange && m_gutter) {
        placeGutter();
    }
}

void DockerfileEdit::paintEvent(QPaintEvent* event)
{
    if (m_layer) { // under the text, from edge to edge; only what is visible costs anything
        QPainter painter(viewport());
        const QColor tint = theme::layerTint(*m_layer, palette());
        auto block = firstVisibleBlock();
        qreal top = blockBoundingGeometry(block).translated(contentOffset()).top();
        for (; block.isValid() && top <= event->rect().bottom(); block = block.next()) {
            const qreal height = lineHeight(block);
            const auto number = static_cast<std::size_t>(block.blockNumber());
            if (number < m_lines.size() && m_lines[number].layer == m_layer) {
                painter.fillRect(QRectF(0, top, viewport()->width(), height), tint);
            }
            top += height;
        }
    }
    QPlainTextEdit::paintEvent(event);
}

void DockerfileEdit::paintGutter(QPaintEvent* event)
{
    QPainter painter(m_gutter);
    painter.setRenderHint(QPainter::Antialiasing);
    const QColor base = palette().color(QPalette::Base);
    painter.fillRect(event->rect(), theme::panel(palette()));
    const qreal width = m_gutter->width();
    QFont chipFont = m_gutter->noteFont();
    chipFont.setWeight(QFont::DemiBold);
    QFont noteFont = m_gutter->noteFont();
    noteFont.setItalic(true);
    const QFontMetricsF chipMetrics(chipFont);
    const qreal rowHeight = QFontMetricsF(font()).height();

    auto block = firstVisibleBlock();
    qreal top = blockBoundingGeometry(block).translated(contentOffset()).top();
    for (; block.isValid() && top <= event->rect().bottom(); block = block.next()) {
        const qreal height = lineHeight(block);
        const auto number = static_cast<std::size_t>(block.blockNumber());
        if (number >= m_lines.size()) {
            break;
        }
        const auto& layer = m_lines[number].layer;
        if (layer && layer == m_layer) {
            painter.fillRect(QRectF(0, top, width, height), theme::layerTint(*layer, palette()));
        }
        if (layer) {
            painter.fillRect(
                QRectF(width - stripeWidth, top, stripeWidth, height),
                theme::mix(theme::layerColor(*layer), base, layer == m_layer ? 1.0 : 0.75));
        }
        if (startsStep(block.blockNumber())) {
            if (layer) {
                const QString text = QString::number(*layer);
                const qreal chipHeight = std::min(rowHeight, chipMetrics.height() + 2);
                QRectF chip(0, 0, std::max(chipHeight, chipMetrics.horizontalAdvance(text) + 10),
                            chipHeight);
                chip.moveRight(width - stripeWidth - 8);
                chip.moveTop(top + (rowHeight - chipHeight) / 2);
                painter.setPen(Qt::NoPen);
                painter.setBrush(theme::layerColor(*layer));
                painter.drawRoundedRect(chip, 4, 4);
                painter.setPen(theme::layerText(*layer));
                painter.setFont(chipFont);
                painter.drawText(chip, Qt::AlignCenter, text);
            } else {
                painter.setPen(theme::mutedText(palette()));
                painter.setFont(noteFont);
                painter.drawText(QRectF(0, top, width - stripeWidth - 8, rowHeight),
                                 Qt::AlignRight | Qt::AlignVCenter, tr("no layer"));
            }
        }
        top += height;
    }
}

} // namespace strata::ui
