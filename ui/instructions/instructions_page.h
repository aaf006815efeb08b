// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "session/image_session.h"

#include <QWidget>

class QLabel;
class QStackedLayout;

namespace strata::ui {

class DockerfileEdit;

/// The page "Instructions": the Dockerfile rebuilt from the image's history, each line tied to the
/// layer it made. Filled when it is first seen, not before.
class InstructionsPage : public QWidget
{
    Q_OBJECT
public:
    /// `session` must outlive the page.
    explicit InstructionsPage(ImageSession* session, QWidget* parent = nullptr);

    DockerfileEdit* edit() const { return m_edit; }
    /// What the step of a line did, as plain text.
    QString lineHelp(int line) const;

protected:
    void showEvent(QShowEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void imageChanged();
    void fill();
    void lineActivated(int line);
    void updateStatus();
    void updateColors();

    ImageSession* m_session;
    QWidget* m_content;
    QLabel* m_about;
    DockerfileEdit* m_edit;
    QLabel* m_status; ///< lineHelp of the cursor's line in one line, for those without a mouse
    QLabel* m_empty;
    QStackedLayout* m_stack;
    bool m_stale = true;
};

} // namespace strata::ui
