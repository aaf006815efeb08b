// SPDX-License-Identifier: Apache-2.0
#include "text/code_highlighter.h"

#include <KSyntaxHighlighting/Definition>
#include <KSyntaxHighlighting/Format>
#include <KSyntaxHighlighting/Repository>
#include <KSyntaxHighlighting/Theme>

#include <QElapsedTimer>
#include <QPalette>
#include <QTextBlock>
#include <QTextDocument>

namespace strata::ui {

namespace {
constexpr qint64 sliceMilliseconds = 8;
constexpr int longestLine = 2000;        ///< longer ones stay plain: rules may be slow on them
constexpr int longestDocument = 6 << 20; ///< characters

KSyntaxHighlighting::Repository& repository()
{
    static KSyntaxHighlighting::Repository instance;
    return instance;
}
} // namespace

CodeHighlighter::CodeHighlighter(QTextDocument* document)
    : QObject(document)
    , m_document(document)
{
    m_timer.setInterval(0);
    connect(&m_timer, &QTimer::timeout, this, &CodeHighlighter::highlightSlice);
}

void CodeHighlighter::start(const QString& fileName, const QString& mimeName,
                            const QPalette& palette)
{
    auto found = repository().definitionForFileName(fileName);
    if (!found.isValid()) {
        found = repository().definitionForMimeType(mimeName);
    }
    setDefinition(found);
    restart(palette);
}

void CodeHighlighter::restart(const QPalette& palette)
{
    setTheme(repository().themeForPalette(palette));
    m_state = {};
    m_nextBlock = 0;
    resume();
}

void CodeHighlighter::resume()
{
    if (definition().isValid() && m_document->characterCount() < longestDocument) {
        m_timer.start();
    } else {
        m_timer.stop();
    }
}

QString CodeHighlighter::language() const
{
    return definition().isValid() ? definition().translatedName() : QString();
}

void CodeHighlighter::applyFormat(int offset, int length, const KSyntaxHighlighting::Format& format)
{
    if (length == 0 || format.isDefaultTextStyle(theme())) {
        return;
    }
    QTextCharFormat look;
    if (format.hasTextColor(theme())) {
        look.setForeground(format.textColor(theme()));
    }
    if (format.isBold(theme())) {
        look.setFontWeight(QFont::Bold);
    }
    if (format.isItalic(theme())) {
        look.setFontItalic(true);
    }
    if (format.isUnderline(theme())) {
        look.setFontUnderline(true);
    }
    m_ranges.append({offset, length, look});
}

void CodeHighlighter::highlightSlice()
{
    QElapsedTimer clock;
    clock.start();
    auto block = m_document->findBlockByNumber(m_nextBlock);
    const int from = block.isValid() ? block.position() : 0;
    int to = from;
    while (block.isValid() && clock.elapsed() < sliceMilliseconds) {
        m_ranges.clear();
        if (block.length() <= longestLine) {
            m_state = highlightLine(block.text(), m_state);
        }
        block.layout()->setFormats(m_ranges);
        to = block.position() + block.length();
        block = block.next();
        ++m_nextBlock;
    }
    if (to > from) {
        m_document->markContentsDirty(from, to - from);
    }
    if (!block.isValid()) {
        m_timer.stop();
    }
}

} // namespace strata::ui
