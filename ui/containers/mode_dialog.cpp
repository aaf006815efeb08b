// SPDX-License-Identifier: Apache-2.0
#include "containers/mode_dialog.h"

#include "text/format.h"
#include "theme/theme.h"

#include <QCheckBox>
#include <QDialogButtonBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRegularExpressionValidator>
#include <QSignalBlocker>
#include <QVBoxLayout>

namespace strata::ui {

ModeDialog::ModeDialog(const QString& what, FileType type, std::uint16_t mode, QWidget* parent)
    : QDialog(parent)
    , m_type(type)
    , m_digits(new QLineEdit(this))
    , m_letters(new QLabel(this))
{
    setWindowTitle(tr("Permissions"));
    setObjectName(QStringLiteral("modeDialog"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(20, 20, 20, 14);
    layout->setSpacing(12);
    auto* text = new QLabel(
        tr("Permissions of %1. To change one bit, overlayfs copies the whole file up.").arg(what),
        this);
    text->setTextFormat(Qt::PlainText);
    text->setWordWrap(true);
    layout->addWidget(text);

    auto* grid = new QGridLayout;
    grid->setHorizontalSpacing(18);
    const std::array rows = {tr("Others"), tr("Group"), tr("Owner")};
    const std::array columns = {tr("execute"), tr("write"), tr("read")};
    const std::array special = {tr("sticky"), tr("setgid"), tr("setuid")};
    for (std::size_t row = 0; row < rows.size(); ++row) {
        const int line = static_cast<int>(rows.size() - row);
        auto* name = new QLabel(rows[row], this);
        grid->addWidget(name, line, 0);
        for (std::size_t column = 0; column < columns.size(); ++column) {
            auto* box = new QCheckBox(columns[column], this);
            box->setAccessibleName(rows[row] + QStringLiteral(": ") + columns[column]);
            m_boxes[3 * row + column] = box;
            grid->addWidget(box, line, static_cast<int>(columns.size() - column));
        }
        auto* box = new QCheckBox(special[row], this);
        m_boxes[9 + row] = box;
        grid->addWidget(box, line, static_cast<int>(columns.size()) + 1);
    }
    layout->addLayout(grid);

    auto* line = new QHBoxLayout;
    auto* label = new QLabel(tr("&Octal:"), this);
    label->setBuddy(m_digits);
    m_digits->setObjectName(QStringLiteral("modeDigits"));
    m_digits->setFont(theme::monospace());
    m_digits->setMaxLength(4);
    m_digits->setFixedWidth(m_digits->fontMetrics().averageCharWidth() * 10);
    m_digits->setValidator(
        new QRegularExpressionValidator(QRegularExpression(QStringLiteral("[0-7]{1,4}")), this));
    m_letters->setFont(theme::monospace());
    m_letters->setTextFormat(Qt::PlainText);
    line->addWidget(label);
    line->addWidget(m_digits);
    line->addWidget(m_letters);
    line->addStretch(1);
    layout->addLayout(line);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
    m_accept = buttons->button(QDialogButtonBox::Ok);
    layout->addStretch(1);
    layout->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_digits, &QLineEdit::textChanged, this, &ModeDialog::digitsChanged);
    for (auto* box : m_boxes) {
        connect(box, &QCheckBox::toggled, this, &ModeDialog::boxesChanged);
    }
    m_digits->setText(modeText(mode));
    m_digits->setFocus();
    m_digits->selectAll();
}

std::uint16_t ModeDialog::mode() const
{
    std::uint16_t mode = 0;
    for (std::size_t bit = 0; bit < m_boxes.size(); ++bit) {
        mode = static_cast<std::uint16_t>(mode | (m_boxes[bit]->isChecked() ? 1U << bit : 0U));
    }
    return mode;
}

void ModeDialog::boxesChanged()
{
    const QSignalBlocker quiet(m_digits);
    m_digits->setText(modeText(mode()));
    m_accept->setEnabled(true);
    showLetters();
}

void ModeDialog::digitsChanged(const QString& text)
{
    bool good = false;
    const auto mode = text.toUInt(&good, 8);
    m_accept->setEnabled(good);
    if (!good) {
        return;
    }
    for (std::size_t bit = 0; bit < m_boxes.size(); ++bit) {
        const QSignalBlocker quiet(m_boxes[bit]);
        m_boxes[bit]->setChecked((mode >> bit & 1U) != 0);
    }
    showLetters();
}

void ModeDialog::showLetters()
{
    m_letters->setText(modeLettersText(m_type, mode()));
}

} // namespace strata::ui
