// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "jobs/worker.h"
#include "session/image_session.h"

#include <QWidget>

class QLabel;
class QStackedLayout;

namespace strata::ui {

class DockerfileEdit;
struct DockerfileText;

/// The page "Instructions": the Dockerfile rebuilt from the image's history, each line tied to the
/// layer it made. Filled when it is first seen, not before, by a worker: histories may be long.
class InstructionsPage : public QWidget
{
    Q_OBJECT
public:
    /// `session` must outlive the page.
    explicit InstructionsPage(ImageSession& session, QWidget* parent = nullptr);

    DockerfileEdit* edit() const { return m_edit; }
    /// What the step of a line did, as plain text.
    QString lineHelp(int line) const;

protected:
    void showEvent(QShowEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void imageChanged();
    void fill();
    void showDockerfile(DockerfileText text);
    void showMessage(const QString& message);
    void lineActivated(int line);
    void updateStatus();
    void updateColors();

    ImageSession& m_session;
    QWidget* m_content;
    QLabel* m_about;
    DockerfileEdit* m_edit;
    QLabel* m_status; ///< lineHelp of the cursor's line in one line, for those without a mouse
    QLabel* m_empty;
    QStackedLayout* m_stack;
    Worker* m_worker;
    bool m_stale = true;
};

} // namespace strata::ui
