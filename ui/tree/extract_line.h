// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "export/extract.h"
#include "jobs/worker.h"

#include <QWidget>

class QLabel;
class QProgressBar;
class QPushButton;
class QToolButton;

namespace strata::ui {

/// One line below the tree that extracts into a folder, shows how far it has come, and says what
/// came of it. Hidden until used; never a box.
class ExtractLine : public QWidget
{
    Q_OBJECT
public:
    explicit ExtractLine(QWidget* parent = nullptr);

    /// Starts writing in the background; one at a time: nothing happens while busy(). `subject`
    /// says what is written, "/etc as of layer 2".
    void extract(std::shared_ptr<const OpenedImage> image, const QString& folder,
                 const QString& subject, ExtractOptions options);
    /// Whether anything is still being written, also after Cancel.
    bool busy() const { return m_worker.busy() || m_stopping; }
    QString text() const;

protected:
    void changeEvent(QEvent* event) override;

private:
    void report(const Result<ExtractReport>& result, const QString& folder);
    void showText(const QString& text, bool isError);
    void updateColors();

    Worker m_worker;
    QLabel* m_text;
    QProgressBar* m_progress;
    QPushButton* m_cancel;
    QPushButton* m_openFolder;
    QToolButton* m_close;
    QString m_folder;
    QString m_subject;
    bool m_stopping = false;
    bool m_isError = false;
};

} // namespace strata::ui
