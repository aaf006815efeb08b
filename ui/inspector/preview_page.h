// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "inspector/file_preview.h"
#include "inspector/folder_summary.h"
#include "jobs/worker.h"

#include <QTimer>
#include <QWidget>

#include <functional>

class QButtonGroup;
class QLabel;
class QProgressBar;
class QPushButton;
class QStackedWidget;
class QToolButton;

namespace strata::ui {

class FolderView;
class HexView;
class MessageView;
class PictureView;
class TextView;

/// The content of one version: text, picture or bytes; a folder's summary; where a link leads; and
/// for what has no content, why. Reads off the GUI thread and drops what is no longer wanted.
class PreviewPage : public QWidget
{
    Q_OBJECT
public:
    explicit PreviewPage(QWidget* parent = nullptr);

    void setVersion(const InspectedVersion& version);
    /// Whether something is being read.
    bool busy() const { return m_worker.busy() || m_start.isActive(); }

Q_SIGNALS:
    /// The user wants another version of the same path: an index into its versions.
    void versionRequested(std::size_t index);
    void nodeRequested(strata::NodeId node);
    /// Something is shown, or could not be.
    void settled();

protected:
    void changeEvent(QEvent* event) override;

private:
    QWidget* makeTopBar();
    QWidget* makeBottomBar();
    void load();
    void readFile();
    void showLoaded(Result<FilePreview> result);
    void showText(const FilePreview& preview, const TextPreview& text);
    void showError(const Error& error);
    void loadFolder();
    void explainLink();
    void explainRemoval();
    void explainSpecial(FileType type);
    void showMessage(const QString& title, const QString& body, const QString& action = {});
    void turnTo(QWidget* page);
    void updateColors();

    InspectedVersion m_version;
    PreviewAs m_as = PreviewAs::Automatic;
    bool m_all = false;
    Worker m_worker;
    QTimer m_start; ///< while the selection moves quickly
    QTimer m_spinnerDelay;
    std::function<void()> m_action; ///< what the message's button does

    QWidget* m_topBar = nullptr;
    QLabel* m_info = nullptr;
    QButtonGroup* m_modes = nullptr;
    QToolButton* m_automatic = nullptr;
    QWidget* m_bottomBar = nullptr;
    QLabel* m_cutNote = nullptr;
    QPushButton* m_showAll = nullptr;
    QProgressBar* m_spinner = nullptr;
    QStackedWidget* m_stack = nullptr;
    MessageView* m_message = nullptr;
    TextView* m_text = nullptr;
    HexView* m_hex = nullptr;
    PictureView* m_picture = nullptr;
    FolderView* m_folder = nullptr;
};

} // namespace strata::ui
