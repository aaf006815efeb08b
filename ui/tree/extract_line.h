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

    /// Starts writing in the background; one at a time.
    void extract(std::shared_ptr<const OpenedImage> image, const QString& folder,
                 ExtractOptions options);
    bool busy() const { return m_worker.busy(); }
    QString text() const;

Q_SIGNALS:
    void finished();

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
    bool m_isError = false;
};

} // namespace strata::ui
