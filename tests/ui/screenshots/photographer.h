// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "inspector/inspector.h"
#include "tree/tree_page.h"
#include "window/main_window.h"
#include "window/workspace.h"

#include <QByteArray>
#include <QPalette>
#include <QSize>
#include <QString>
#include <QTemporaryDir>

#include <memory>

namespace strata::test {

/// A window, and the pictures that are taken of it. What cannot be reached is said on stderr, and
/// `failed` is set.
class Photographer
{
public:
    /// Pictures go to `folder`, "name" + `suffix` + ".png".
    Photographer(QString folder, QString suffix);

    ui::MainWindow& window() { return *m_window; }
    ui::ImageSession& session() { return m_window->session(); }
    ui::TreePage& page() { return *m_window->workspace()->treePage(); }
    /// A folder to write things to that are no pictures.
    QString folder() const { return m_scratch.path(); }

    void newWindow(QSize size);
    void open(const QString& fileName,
              ui::ImageSession::State expected = ui::ImageSession::State::Ready);
    void openSample();
    /// Waits until nothing is being read, made or checked.
    void settle();
    void select(const char* path);
    void filter(const QString& text);
    void inspect(ui::Inspector::Tab tab);
    void require(bool reached, const QByteArray& what);
    void shot(const char* name, QWidget* widget = nullptr);

    bool failed = false;

private:
    QTemporaryDir m_scratch;
    QString m_folder;
    QString m_suffix;
    std::unique_ptr<ui::MainWindow> m_window;
};

QPalette darkPalette();

} // namespace strata::test
