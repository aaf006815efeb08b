// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "inspector/paged_bytes.h"

#include <QAbstractScrollArea>

#include <utility>

namespace strata::ui {

/// Bytes as offset, hex and ASCII columns: sixteen a row, eight when narrow. Selecting, copying
/// and moving by keyboard as in a text editor; only the rows in sight are drawn, and only what is
/// near them is in memory.
class HexView : public QAbstractScrollArea
{
    Q_OBJECT
public:
    explicit HexView(QWidget* parent = nullptr);

    /// The content to show; see PagedBytes::setContent.
    void setContent(SharedBytes front, qint64 size, PagedBytes::Open open = {});
    const PagedBytes& bytes() const { return m_bytes; }
    qint64 byteCount() const { return m_bytes.size(); }
    int bytesPerRow() const { return m_perRow; }
    qint64 position() const { return m_cursor; }
    /// [first, last) of the selection; empty if there is none.
    std::pair<qint64, qint64> selection() const;
    void select(qint64 first, qint64 last);
    /// The most bytes that are copied at once.
    static constexpr qint64 copyLimit = 1 << 20;
    /// "00 ff 41" and "..A" of the selection, or of the byte at the cursor, as far as it is in
    /// memory and copyLimit allows.
    QString selectedHex() const;
    QString selectedText() const;

public Q_SLOTS:
    /// To the clipboard, at once or when the bytes have been read.
    void copyHex();
    void copyText();
    void selectAll();

Q_SIGNALS:
    void positionChanged(qint64 position);
    /// Bytes in sight are being read.
    void waitingChanged(bool waiting);
    void failed(const strata::Error& error);

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void scrollContentsBy(int dx, int dy) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void updateLayout();
    void moveTo(qint64 position, bool extend);
    void showPosition();
    void announcePosition();
    void askForBytes();
    void bytesArrived();
    void copy(QString (HexView::*text)() const);
    void paintRow(QPainter& painter, qint64 row, int y);
    qint64 topRow() const;
    void showRow(qint64 row);
    qint64 rowCount() const { return (byteCount() + m_perRow - 1) / m_perRow; }
    qint64 byteAt(QPoint point) const;
    int hexColumn(int column) const; ///< x of a byte, in characters
    int asciiColumn(int column) const;
    int offsetDigits() const;
    std::pair<qint64, qint64> copied() const;

    PagedBytes m_bytes;
    QString (HexView::*m_copyWaiting)() const = nullptr; ///< until the bytes are there
    qint64 m_rowsPerStep = 1; ///< of the scroll bar, whose range is an int's
    qint64 m_cursor = 0;
    qint64 m_anchor = 0;
    int m_perRow = 16;
    int m_charWidth = 8;
    int m_lineHeight = 16;
    bool m_selecting = false;
};

} // namespace strata::ui
