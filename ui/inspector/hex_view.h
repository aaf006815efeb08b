// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QAbstractScrollArea>

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace strata::ui {

/// Bytes as offset, hex and ASCII columns: sixteen a row, eight when narrow. Selecting, copying
/// and moving by keyboard as in a text editor; only the rows in sight are drawn.
class HexView : public QAbstractScrollArea
{
    Q_OBJECT
public:
    explicit HexView(QWidget* parent = nullptr);

    void setBytes(std::shared_ptr<const std::vector<std::byte>> bytes);
    qint64 byteCount() const { return m_bytes ? static_cast<qint64>(m_bytes->size()) : 0; }
    int bytesPerRow() const { return m_perRow; }
    qint64 position() const { return m_cursor; }
    /// [first, last) of the selection; empty if there is none.
    std::pair<qint64, qint64> selection() const;
    void select(qint64 first, qint64 last);
    /// "00 ff 41" and "..A" of the selection, or of the byte at the cursor. At most 1 MiB of bytes.
    QString selectedHex() const;
    QString selectedText() const;

public Q_SLOTS:
    void copyHex();
    void copyText();
    void selectAll();

Q_SIGNALS:
    void positionChanged(qint64 position);

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
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
    qint64 rowCount() const { return (byteCount() + m_perRow - 1) / m_perRow; }
    qint64 byteAt(QPoint point) const;
    int hexColumn(int column) const; ///< x of a byte, in characters
    int asciiColumn(int column) const;
    int offsetDigits() const { return byteCount() > 0xffff ? 8 : 4; }
    std::pair<qint64, qint64> copied() const;

    std::shared_ptr<const std::vector<std::byte>> m_bytes;
    qint64 m_cursor = 0;
    qint64 m_anchor = 0;
    int m_perRow = 16;
    int m_charWidth = 8;
    int m_lineHeight = 16;
    bool m_selecting = false;
};

} // namespace strata::ui
