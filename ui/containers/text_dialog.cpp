// SPDX-License-Identifier: Apache-2.0
#include "containers/text_dialog.h"

#include "text/code_highlighter.h"
#include "theme/theme.h"

#include <QAction>
#include <QDialogButtonBox>
#include <QEvent>
#include <QLabel>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTextDocument>
#include <QVBoxLayout>

namespace strata::ui {

TextDialog::TextDialog(const QString& title, const QString& help, const QString& text,
                       const QString& fileName, const QString& accept, QWidget* parent)
    : QDialog(parent)
    , m_edit(new QPlainTextEdit(this))
    , m_highlighter(new CodeHighlighter(m_edit->document()))
    , m_before(text)
{
    setWindowTitle(title);
    setObjectName(QStringLiteral("textDialog"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(20, 20, 20, 14);
    layout->setSpacing(10);
    auto* label = new QLabel(help, this);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    m_edit->setObjectName(QStringLiteral("textField"));
    m_edit->setFont(theme::monospace());
    m_edit->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_edit->setTabStopDistance(QFontMetricsF(m_edit->font()).horizontalAdvance(QLatin1Char(' ')) *
                               8);
    m_edit->setAccessibleName(tr("Text"));
    m_edit->setPlainText(text);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    auto* write = buttons->addButton(accept, QDialogButtonBox::AcceptRole);
    write->setDefault(false);
    write->setAutoDefault(false); // Enter belongs to the text
    auto* save = new QAction(this);
    save->setShortcuts({QKeySequence::Save, QKeySequence(Qt::CTRL | Qt::Key_Return)});
    addAction(save);
    write->setToolTip(tr("Ctrl+S or Ctrl+Enter"));
    layout->addWidget(label);
    layout->addWidget(m_edit, 1);
    layout->addWidget(buttons);
    resize(680, 460);
    connect(save, &QAction::triggered, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &TextDialog::reject);
    connect(m_edit, &QPlainTextEdit::textChanged, this, &TextDialog::textChanged);
    m_revision = m_edit->document()->revision();
    m_highlighter->start(fileName, {}, palette());
    m_edit->setFocus();
}

QString TextDialog::text() const
{
    // toPlainText() would make blanks of no-break spaces.
    return m_edit->document()->toRawText().replace(QChar::ParagraphSeparator, QLatin1Char('\n'));
}

void TextDialog::textChanged()
{
    // Colouring touches the document too, but is no change of it.
    if (const int revision = m_edit->document()->revision(); revision != m_revision) {
        m_revision = revision;
        m_highlighter->restart(palette());
    }
}

void TextDialog::reject()
{
    if (text() != m_before &&
        QMessageBox::question(this, windowTitle(), tr("Throw away what you have written?"),
                              QMessageBox::Discard | QMessageBox::Cancel,
                              QMessageBox::Cancel) != QMessageBox::Discard) {
        return;
    }
    QDialog::reject();
}

void TextDialog::changeEvent(QEvent* event)
{
    QDialog::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_highlighter) {
        m_highlighter->restart(palette());
    }
}

} // namespace strata::ui
