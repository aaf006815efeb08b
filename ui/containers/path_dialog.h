// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QDialog>

#include <string>

class QLabel;
class QLineEdit;
class QPushButton;

namespace strata::ui {

/// Asks for the path of something in a container, and says at once what is wrong with it.
class PathDialog : public QDialog
{
    Q_OBJECT
public:
    /// `help` says what will happen.
    PathDialog(const QString& title, const QString& help, const std::string& path,
               QWidget* parent = nullptr);

    /// Bytes; the ones it was opened with if the text was not touched.
    std::string path() const;
    /// Marks the path's last part, to be typed over.
    void selectName();

private:
    void check();

    std::string m_before;
    QLineEdit* m_edit;
    QLabel* m_wrong;
    QPushButton* m_accept;
};

} // namespace strata::ui
