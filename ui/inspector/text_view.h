// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QPlainTextEdit>
#include <QTimer>

namespace strata::ui {

class CodeHighlighter;

/// A file's text, read-only, highlighted, with line numbers. Large texts are put in piece by piece
/// so that the window stays alive.
class TextView : public QPlainTextEdit
{
    Q_OBJECT
public:
    explicit TextView(QWidget* parent = nullptr);

    /// `fileName` and `mimeName` choose the highlighting.
    void setContent(const QString& text, const QString& fileName, const QString& mimeName);
    QString language() const;
    /// Whether all of the text is in the document.
    bool complete() const { return m_rest.isEmpty(); }

protected:
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    friend class LineNumbers;
    void appendPiece();
    void updateGutter();
    void paintNumbers(QPaintEvent* event);
    int gutterWidth() const;

    QWidget* m_gutter;
    CodeHighlighter* m_highlighter;
    QString m_rest; ///< not in the document yet
    qsizetype m_restFrom = 0;
    QTimer m_append;
};

} // namespace strata::ui
