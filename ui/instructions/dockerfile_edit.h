// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "instructions/dockerfile_text.h"

#include <QPlainTextEdit>

#include <functional>
#include <optional>
#include <vector>

namespace strata::ui {

class CodeHighlighter;
class DockerfileGutter;

/// A rebuilt Dockerfile to read and copy from, with a gutter that says which layer each step made.
/// One text block is one DockerfileLine. Colours come after the text, in slices of time. Code runs
/// from left to right in every language.
class DockerfileEdit : public QPlainTextEdit
{
    Q_OBJECT
public:
    explicit DockerfileEdit(QWidget* parent = nullptr);

    void setContent(DockerfileText text);
    const std::vector<DockerfileLine>& lines() const { return m_lines; }
    /// Whether lines are still being coloured.
    bool highlighting() const;
    int currentLine() const { return textCursor().blockNumber(); }

    /// Tints the lines of a layer and brings them into view; emits nothing.
    void markLayer(std::optional<LayerNo> layer);
    /// What a line's tooltip says, as plain text.
    void setLineHelp(std::function<QString(int line)> help) { m_lineHelp = std::move(help); }
    /// The whole Dockerfile to the clipboard.
    void copyAll() const;

    /// Whether a line is the first one of its step: the one with the chip.
    bool startsStep(int line) const;
    void showLineHelp(int line, const QPoint& globalPosition);
    int lineAt(int y) const; ///< -1 = below the last one
    void activateLine(int line);
    void paintGutter(QPaintEvent* event);

Q_SIGNALS:
    /// The user went to this line by mouse or keyboard.
    void lineActivated(int line);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    bool viewportEvent(QEvent* event) override;
    void changeEvent(QEvent* event) override;
    QMimeData* createMimeDataFromSelection() const override;

private:
    void cursorMoved();
    /// Without the margin that the document adds to its last block.
    qreal lineHeight(const QTextBlock& block) const;
    void placeGutter();

    std::vector<DockerfileLine> m_lines;
    std::optional<LayerNo> m_layer;
    std::function<QString(int)> m_lineHelp;
    CodeHighlighter* m_highlighter;
    DockerfileGutter* m_gutter;
    bool m_following = false; ///< the cursor is being moved by us, not by the user
};

} // namespace strata::ui
