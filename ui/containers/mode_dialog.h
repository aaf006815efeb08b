// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "io/tar_reader.h"

#include <QDialog>

#include <array>
#include <cstdint>

class QCheckBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace strata::ui {

/// The twelve permission bits of a file, as boxes and in octal.
class ModeDialog : public QDialog
{
    Q_OBJECT
public:
    /// `what` names the files; `mode` and `type` are those of the first.
    ModeDialog(const QString& what, FileType type, std::uint16_t mode, QWidget* parent = nullptr);

    std::uint16_t mode() const;

private:
    void boxesChanged();
    void digitsChanged(const QString& text);
    void showLetters();

    FileType m_type;
    std::array<QCheckBox*, 12> m_boxes{}; ///< by bit, the lowest first
    QLineEdit* m_digits;
    QLabel* m_letters;
    QPushButton* m_accept;
};

} // namespace strata::ui
