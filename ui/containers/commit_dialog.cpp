// SPDX-License-Identifier: Apache-2.0
#include "containers/commit_dialog.h"

#include "theme/theme.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QJsonArray>
#include <QJsonDocument>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>
#include <array>
#include <optional>

namespace strata::ui {

namespace {

/// The words of a CMD as a Dockerfile has it: a JSON list, or a line for the shell; none if it
/// begins like a list and is none.
std::optional<std::vector<std::string>> commandWords(const QString& text)
{
    if (!text.startsWith(QLatin1Char('['))) {
        return std::vector<std::string>{"/bin/sh", "-c", text.toStdString()};
    }
    const auto list = QJsonDocument::fromJson(text.toUtf8());
    if (!list.isArray()) {
        return std::nullopt;
    }
    std::vector<std::string> words;
    for (const auto& word : list.array()) {
        if (!word.isString()) {
            return std::nullopt;
        }
        words.push_back(word.toString().toStdString());
    }
    return words;
}

QStringList settings(const QString& text)
{
    QStringList lines;
    for (const auto& line : text.split(QLatin1Char('\n'))) {
        if (!line.trimmed().isEmpty()) {
            lines << line.trimmed();
        }
    }
    return lines;
}

} // namespace

CommitDialog::CommitDialog(const QString& container, const QString& name, const QString& folder,
                           QWidget* parent)
    : QDialog(parent)
    , m_name(new QLineEdit(name, this))
    , m_message(new QLineEdit(this))
    , m_author(new QLineEdit(this))
    , m_cmd(new QLineEdit(this))
    , m_env(new QPlainTextEdit(this))
    , m_format(new QComboBox(this))
    , m_compression(new QComboBox(this))
    , m_target(new QLineEdit(QDir(folder).filePath(container + QStringLiteral(".tar")), this))
    , m_wrong(new QLabel(this))
{
    setWindowTitle(tr("Commit to a new image"));
    setObjectName(QStringLiteral("commitDialog"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(20, 20, 20, 14);
    layout->setSpacing(12);
    auto* text = new QLabel(
        tr("%1's layer becomes one more read-only layer: the image's own layers are written as "
           "they are, its layer on top, and a line of history. The image that is open stays as "
           "it is.")
            .arg(container),
        this);
    text->setTextFormat(Qt::PlainText);
    text->setWordWrap(true);
    layout->addWidget(text);

    auto* form = new QFormLayout;
    form->setFieldGrowthPolicy(QFormLayout::ExpandingFieldsGrow);
    m_name->setPlaceholderText(tr("none"));
    m_message->setPlaceholderText(tr("a comment in the history"));
    m_author->setPlaceholderText(tr("as the image says"));
    m_cmd->setPlaceholderText(tr("as the image says; a line, or [\"words\", \"in JSON\"]"));
    m_env->setPlaceholderText(tr("NAME=value, one a line, beside the image's"));
    m_env->setFixedHeight(fontMetrics().lineSpacing() * 4);
    m_env->setTabChangesFocus(true);
    m_format->addItems({tr("OCI archive"), tr("OCI layout (a folder)"), tr("docker archive")});
    m_compression->addItems({tr("gzip"), tr("zstd"), tr("not compressed")});
    form->addRow(tr("&Name:"), m_name);
    form->addRow(tr("&Message:"), m_message);
    form->addRow(tr("A&uthor:"), m_author);
    form->addRow(tr("&CMD:"), m_cmd);
    form->addRow(tr("&ENV:"), m_env);
    form->addRow(tr("&Form:"), m_format);
    form->addRow(tr("New &layer:"), m_compression);
    auto* target = new QHBoxLayout;
    auto* choose = new QPushButton(tr("C&hoose…"), this);
    choose->setAutoDefault(false);
    target->addWidget(m_target, 1);
    target->addWidget(choose);
    auto* targetLabel = new QLabel(tr("Write &to:"), this);
    targetLabel->setBuddy(m_target);
    form->addRow(targetLabel, target);
    m_target->setAccessibleName(tr("Write to"));
    m_target->setObjectName(QStringLiteral("commitTarget"));
    m_name->setObjectName(QStringLiteral("commitName"));
    m_message->setObjectName(QStringLiteral("commitMessage"));
    m_cmd->setObjectName(QStringLiteral("commitCmd"));
    m_env->setObjectName(QStringLiteral("commitEnv"));
    layout->addLayout(form);
    m_wrong->setTextFormat(Qt::PlainText);
    m_wrong->setWordWrap(true);
    m_wrong->setObjectName(QStringLiteral("commitWrong"));
    theme::setTextColor(m_wrong, theme::changeColor(Change::Removed, palette()));
    layout->addWidget(m_wrong);
    layout->addStretch(1);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    m_accept = buttons->addButton(tr("&Write image"), QDialogButtonBox::AcceptRole);
    layout->addWidget(buttons);
    setMinimumWidth(520);
    connect(buttons, &QDialogButtonBox::accepted, this, &CommitDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(choose, &QPushButton::clicked, this, &CommitDialog::chooseTarget);
    for (auto* edit : {m_cmd, m_target}) {
        connect(edit, &QLineEdit::textChanged, this, &CommitDialog::check);
    }
    connect(m_env, &QPlainTextEdit::textChanged, this, &CommitDialog::check);
    connect(m_format, &QComboBox::currentIndexChanged, this, &CommitDialog::check);
    check();
}

QString CommitDialog::target() const
{
    return m_target->text();
}

WriteFormat CommitDialog::format() const
{
    constexpr std::array formats = {WriteFormat::OciArchive, WriteFormat::OciLayout,
                                    WriteFormat::DockerArchive};
    return formats.at(static_cast<std::size_t>(m_format->currentIndex()));
}

LayerCompression CommitDialog::compression() const
{
    constexpr std::array kinds = {LayerCompression::Gzip, LayerCompression::Zstd,
                                  LayerCompression::None};
    return kinds.at(static_cast<std::size_t>(m_compression->currentIndex()));
}

CommitOptions CommitDialog::options() const
{
    CommitOptions out;
    out.name = m_name->text().trimmed().toStdString();
    out.message = m_message->text().toStdString();
    out.author = m_author->text().toStdString();
    out.createdBy = "stratascope commit";
    if (!m_cmd->text().trimmed().isEmpty()) {
        out.cmd = commandWords(m_cmd->text().trimmed());
    }
    for (const auto& line : settings(m_env->toPlainText())) {
        out.env.push_back(line.toStdString());
    }
    return out;
}

QString CommitDialog::cmdFault() const
{
    const auto text = m_cmd->text().trimmed();
    return text.isEmpty() || commandWords(text)
               ? QString()
               : tr("CMD begins like a JSON list of words and is none.");
}

QString CommitDialog::envFault() const
{
    const auto lines = settings(m_env->toPlainText());
    const auto wrong = std::ranges::find_if(
        lines, [](const QString& line) { return line.indexOf(QLatin1Char('=')) < 1; });
    return wrong == lines.end() ? QString() : tr("ENV wants NAME=value: “%1”").arg(*wrong);
}

void CommitDialog::check()
{
    m_compression->setEnabled(format() != WriteFormat::DockerArchive);
    const QFileInfo file(target());
    QString wrong = cmdFault();
    if (wrong.isEmpty()) {
        wrong = envFault();
    }
    if (wrong.isEmpty() && (target().isEmpty() || !file.absoluteDir().exists())) {
        wrong = tr("The folder to write to does not exist.");
    } else if (wrong.isEmpty() && format() == WriteFormat::OciLayout && file.exists()) {
        wrong = tr("An OCI layout is written to a folder that does not exist yet.");
    } else if (wrong.isEmpty() && format() != WriteFormat::OciLayout && file.isDir()) {
        wrong = tr("This is a folder, and a file is written.");
    }
    m_wrong->setText(wrong.isEmpty() ? QStringLiteral(" ") : wrong);
    m_accept->setEnabled(wrong.isEmpty());
}

void CommitDialog::chooseTarget()
{
    const auto chosen = QFileDialog::getSaveFileName(this, tr("Write the new image"), target());
    if (!chosen.isEmpty()) {
        m_target->setText(chosen);
        m_replace = chosen; // it asked
    }
}

void CommitDialog::accept()
{
    if (target() != m_replace && QFileInfo::exists(target())) {
        QMessageBox ask(QMessageBox::Question, windowTitle(),
                        tr("%1 is there already. Replace it?").arg(target()), QMessageBox::Cancel,
                        this);
        ask.setTextFormat(Qt::PlainText);
        const QAbstractButton* replace = ask.addButton(tr("&Replace"), QMessageBox::AcceptRole);
        ask.setDefaultButton(QMessageBox::Cancel);
        ask.exec();
        if (ask.clickedButton() != replace) {
            return;
        }
    }
    QDialog::accept();
}

} // namespace strata::ui
