// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QDialog>

class QPlainTextEdit;

namespace strata::ui {

class CodeHighlighter;

/// A small editor for what is written into a file of a container.
class TextDialog : public QDialog
{
    Q_OBJECT
public:
    /// `fileName` chooses the highlighting; `accept` is the word on the button.
    TextDialog(const QString& title, const QString& help, const QString& text,
               const QString& fileName, const QString& accept, QWidget* parent = nullptr);

    QString text() const;
    QPlainTextEdit* editor() const { return m_edit; }

public Q_SLOTS:
    /// Asks first if that would lose something.
    void reject() override;

protected:
    void changeEvent(QEvent* event) override;

private:
    void textChanged();

    QPlainTextEdit* m_edit;
    CodeHighlighter* m_highlighter;
    QString m_before;
    int m_revision = 0; ///< of the document, as it is being coloured
};

} // namespace strata::ui
