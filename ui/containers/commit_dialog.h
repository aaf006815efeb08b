// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "export/container_layer.h"
#include "export/image_writer.h"

#include <QDialog>

class QComboBox;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;

namespace strata::ui {

/// What a container that becomes a new image shall say of itself, and where it is written.
class CommitDialog : public QDialog
{
    Q_OBJECT
public:
    /// `container` is its name, `name` a reference to begin with.
    CommitDialog(const QString& container, const QString& name, const QString& folder,
                 QWidget* parent = nullptr);

    QString target() const;
    WriteFormat format() const;
    LayerCompression compression() const;
    CommitOptions options() const;

    void accept() override;

private:
    void check();
    void chooseTarget();
    QString cmdFault() const;
    QString envFault() const;

    QLineEdit* m_name;
    QLineEdit* m_message;
    QLineEdit* m_author;
    QLineEdit* m_cmd;
    QPlainTextEdit* m_env;
    QComboBox* m_format;
    QComboBox* m_compression;
    QLineEdit* m_target;
    QString m_replace; ///< what the user has agreed to replace
    QLabel* m_wrong;
    QPushButton* m_accept = nullptr;
};

} // namespace strata::ui
