// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <KSyntaxHighlighting/AbstractHighlighter>
#include <KSyntaxHighlighting/State>

#include <QList>
#include <QObject>
#include <QTextLayout>
#include <QTimer>

class QPalette;
class QTextDocument;

namespace strata::ui {

/// Colours a document in short slices of time from its top, so that a large file never blocks the
/// window. The definition comes from the file's name, or its MIME type for scripts without one.
class CodeHighlighter : public QObject, private KSyntaxHighlighting::AbstractHighlighter
{
    Q_OBJECT
    Q_INTERFACES(KSyntaxHighlighting::AbstractHighlighter)
public:
    explicit CodeHighlighter(QTextDocument* document);

    /// Starts over. Nothing is coloured where no definition fits.
    void start(const QString& fileName, const QString& mimeName, const QPalette& palette);
    /// Starts over with the colours that suit the palette of the widget that shows the document.
    void restart(const QPalette& palette);
    /// Goes on after text was appended.
    void resume();
    /// Name of the language; empty if none was recognised.
    QString language() const;
    bool busy() const { return m_timer.isActive(); }

private:
    void applyFormat(int offset, int length, const KSyntaxHighlighting::Format& format) override;
    void highlightSlice();

    QTextDocument* m_document;
    QTimer m_timer;
    KSyntaxHighlighting::State m_state;
    int m_nextBlock = 0;
    QList<QTextLayout::FormatRange> m_ranges;
};

} // namespace strata::ui
