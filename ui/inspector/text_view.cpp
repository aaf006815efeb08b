// SPDX-License-Identifier: Apache-2.0
#include "inspector/text_view.h"

#include "text/code_highlighter.h"
#include "theme/theme.h"

#include <QPainter>
#include <QTextBlock>

namespace strata::ui {

namespace {
constexpr qsizetype pieceCharacters = 128 << 10;

/// The end of a piece that begins at `from`, after a line's end if there is one.
qsizetype pieceEnd(const QString& text, qsizetype from)
{
    const auto wanted = from + pieceCharacters;
    if (wanted >= text.size()) {
        return text.size();
    }
    const auto line = text.lastIndexOf(QLatin1Char('\n'), wanted);
    return line > from ? line + 1 : wanted;
}
} // namespace

/// The strip of numbers left of the text; it is drawn by the view.
class LineNumbers : public QWidget
{
public:
    explicit LineNumbers(TextView* view)
        : QWidget(view)
        , m_view(view)
    {
    }

protected:
    void paintEvent(QPaintEvent* event) override { m_view->paintNumbers(event); }

private:
    TextView* m_view;
};

TextView::TextView(QWidget* parent)
    : QPlainTextEdit(parent)
    , m_gutter(new LineNumbers(this))
    , m_highlighter(new CodeHighlighter(document()))
{
    setReadOnly(true);
    setUndoRedoEnabled(false);
    setLineWrapMode(NoWrap);
    setFrameShape(NoFrame);
    setFont(theme::monospace());
    setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    setAccessibleName(tr("Text of the file"));
    setTabStopDistance(QFontMetricsF(font()).horizontalAdvance(QLatin1Char(' ')) * 8);
    m_append.setInterval(0);
    connect(&m_append, &QTimer::timeout, this, &TextView::appendPiece);
    connect(this, &QPlainTextEdit::blockCountChanged, this, &TextView::updateGutter);
    connect(this, &QPlainTextEdit::updateRequest, this, [this](const QRect& rect, int dy) {
        if (dy != 0) {
            m_gutter->scroll(0, dy);
        } else {
            m_gutter->update(0, rect.y(), m_gutter->width(), rect.height());
        }
    });
    updateGutter();
}

void TextView::setContent(const QString& text, const QString& fileName, const QString& mimeName)
{
    m_append.stop();
    const auto end = pieceEnd(text, 0);
    setPlainText(text.left(end));
    m_rest = end < text.size() ? text : QString();
    m_restFrom = end;
    m_highlighter->start(fileName, mimeName, palette());
    if (!m_rest.isEmpty()) {
        m_append.start();
    }
}

QString TextView::language() const
{
    return m_highlighter->language();
}

void TextView::appendPiece()
{
    const auto end = pieceEnd(m_rest, m_restFrom);
    QTextCursor cursor(document());
    cursor.movePosition(QTextCursor::End);
    cursor.insertText(m_rest.sliced(m_restFrom, end - m_restFrom));
    m_restFrom = end;
    if (end >= m_rest.size()) {
        m_rest.clear();
        m_append.stop();
    }
    m_highlighter->resume();
}

int TextView::gutterWidth() const
{
    const auto digits = std::max<qsizetype>(3, QString::number(blockCount()).size());
    return static_cast<int>(digits) * fontMetrics().horizontalAdvance(QLatin1Char('9')) + 22;
}

void TextView::updateGutter()
{
    setViewportMargins(gutterWidth(), 0, 0, 0);
    const auto area = contentsRect();
    m_gutter->setGeometry(area.left(), area.top(), gutterWidth(), area.height());
}

void TextView::resizeEvent(QResizeEvent* event)
{
    QPlainTextEdit::resizeEvent(event);
    updateGutter();
}

void TextView::changeEvent(QEvent* event)
{
    QPlainTextEdit::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_highlighter) {
        m_highlighter->restart(palette());
    } else if (event->type() == QEvent::FontChange && m_gutter) {
        updateGutter();
    }
}

void TextView::paintNumbers(QPaintEvent* event)
{
    QPainter painter(m_gutter);
    painter.fillRect(event->rect(), palette().color(QPalette::Base));
    painter.setPen(theme::mutedText(palette()));
    painter.setFont(font());
    auto block = firstVisibleBlock();
    auto top = blockBoundingGeometry(block).translated(contentOffset()).top();
    while (block.isValid() && top <= event->rect().bottom()) {
        const auto height = blockBoundingRect(block).height();
        // What follows the last line's end is no line.
        const bool line = block.next().isValid() || block.length() > 1 || block.blockNumber() == 0;
        if (line && block.isVisible() && top + height >= event->rect().top()) {
            painter.drawText(QRectF(0, top, m_gutter->width() - 14, height),
                             Qt::AlignRight | Qt::AlignTop,
                             QString::number(block.blockNumber() + 1));
        }
        block = block.next();
        top += height;
    }
}

} // namespace strata::ui
