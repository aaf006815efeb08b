// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QDialog>

#include <functional>
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
    /// `help` says what will happen. A path that is no text is shown, and taken, as a shell's
    /// $'…'.
    PathDialog(const QString& title, const QString& help, const std::string& path,
               QWidget* parent = nullptr);

    /// Bytes; empty for what is no path.
    std::string path() const;
    /// Marks the path's last part, to be typed over.
    void selectName();
    /// Paths at which something is, so that nothing new can be made there.
    void setTaken(std::function<bool(const std::string&)> taken);

private:
    void check();

    std::function<bool(const std::string&)> m_taken;
    QLineEdit* m_edit;
    QLabel* m_wrong;
    QPushButton* m_accept;
};

} // namespace strata::ui
