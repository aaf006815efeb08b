// SPDX-License-Identifier: Apache-2.0
#include "containers/path_dialog.h"

#include "base/shell_words.h"
#include "text/format.h"
#include "theme/theme.h"

#include <QDialogButtonBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace strata::ui {

namespace {
constexpr std::size_t longestName = 255;
constexpr std::size_t longestPath = 4'095;

/// A path that displays as itself, or as a shell's $'…'.
QString pathText(const std::string& path)
{
    const QString shown = displayText(path);
    return shown.toStdString() == path && !shown.startsWith(QLatin1Char('$'))
               ? shown
               : QString::fromStdString(quoteWord(path));
}
} // namespace

PathDialog::PathDialog(const QString& title, const QString& help, const std::string& path,
                       QWidget* parent)
    : QDialog(parent)
    , m_edit(new QLineEdit(pathText(path), this))
    , m_wrong(new QLabel(this))
{
    setWindowTitle(title);
    setObjectName(QStringLiteral("pathDialog"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(20, 20, 20, 14);
    layout->setSpacing(10);
    auto* text = new QLabel(help, this);
    text->setTextFormat(Qt::PlainText);
    text->setWordWrap(true);
    m_edit->setObjectName(QStringLiteral("pathField"));
    m_edit->setFont(theme::monospace());
    m_edit->setAccessibleName(tr("Path in the container"));
    text->setBuddy(m_edit);
    m_wrong->setTextFormat(Qt::PlainText);
    m_wrong->setObjectName(QStringLiteral("pathWrong"));
    theme::setTextColor(m_wrong, theme::changeColor(Change::Removed, palette()));
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
    m_accept = buttons->button(QDialogButtonBox::Ok);
    layout->addWidget(text);
    layout->addWidget(m_edit);
    layout->addWidget(m_wrong);
    layout->addStretch(1);
    layout->addWidget(buttons);
    setMinimumWidth(440);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_edit, &QLineEdit::textChanged, this, &PathDialog::check);
    check();
}

std::string PathDialog::path() const
{
    auto text = m_edit->text().toStdString();
    if (!text.starts_with("$'") && !text.starts_with('\'')) {
        return text;
    }
    const auto words = splitWords(text);
    return words && words->size() == 1 ? words->front() : std::string();
}

void PathDialog::setTaken(std::function<bool(const std::string&)> taken)
{
    m_taken = std::move(taken);
    check();
}

void PathDialog::selectName()
{
    const auto name = m_edit->text().lastIndexOf(QLatin1Char('/')) + 1;
    const bool quoted = !m_edit->text().startsWith(QLatin1Char('/'));
    m_edit->setSelection(static_cast<int>(name),
                         static_cast<int>(m_edit->text().size() - name - (quoted ? 1 : 0)));
}

void PathDialog::check()
{
    const std::string bytes = path();
    const auto name = bytes.substr(bytes.rfind('/') + 1); // npos + 1 = 0
    QString wrong;
    if (!bytes.starts_with('/')) {
        wrong = tr("A path begins with a slash.");
    } else if (name.empty()) {
        wrong = tr("A name is missing after the last slash.");
    } else if (name == "." || name == "..") {
        wrong = tr("“.” and “..” are no names.");
    } else if (name.size() > longestName) {
        wrong = tr("The name has %1 bytes; 255 are the most.").arg(name.size());
    } else if (bytes.size() > longestPath) {
        wrong = tr("The path is too long.");
    } else if (m_taken && m_taken(bytes)) {
        wrong = tr("There is something at this path already.");
    }
    m_wrong->setText(wrong.isEmpty() ? QStringLiteral(" ") : wrong);
    m_accept->setEnabled(wrong.isEmpty());
}

} // namespace strata::ui
