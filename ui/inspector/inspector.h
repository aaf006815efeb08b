// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "jobs/worker.h"
#include "models/version_state.h"

#include <QWidget>

class QLabel;
class QStackedWidget;
class QToolButton;

namespace strata::ui {

class DetailsPage;
class DiffPage;
class ImageSession;
class InspectorHeader;
class MessageView;
class PageTabs;
class PreviewPage;
class TimelinePage;

/// The right column: what every layer did to the session's current path, and the content, the
/// differences and all metadata of any of its copies, covered and deleted ones included. Shows the
/// version that the session's scope makes visible until the user chooses another.
class Inspector : public QWidget
{
    Q_OBJECT
public:
    enum class Tab { Timeline, Preview, Diff, Details };
    Q_ENUM(Tab)

    explicit Inspector(ImageSession& session, QWidget* parent = nullptr);
    ~Inspector() override;

    const InspectedVersion& version() const { return m_version; }
    Tab tab() const;
    InspectorHeader* header() const { return m_header; }
    TimelinePage* timeline() const { return m_timeline; }
    PreviewPage* preview() const { return m_preview; }
    DiffPage* diff() const { return m_diff; }
    DetailsPage* details() const { return m_details; }
    /// What saving a copy came to; empty if nothing was saved.
    QString statusText() const;

public Q_SLOTS:
    void showTab(strata::ui::Inspector::Tab tab);
    /// Another version of the present path: an index into its versions.
    void chooseVersion(std::size_t index);
    /// Back to the version that the scope shows.
    void chooseDefault();
    void copyPath();
    /// Asks where to, and saves the version's content there.
    void saveCopy();
    /// Does nothing while another copy is being saved.
    void saveCopyTo(const QString& fileName);

protected:
    void changeEvent(QEvent* event) override;

private:
    QWidget* makeStatusBar();
    void follow();
    void apply(std::optional<std::size_t> index);
    void refreshPage();
    void showSaving(quint64 done, quint64 total);
    void setStatus(const QString& text, bool running);
    void updateColors();

    ImageSession& m_session;
    InspectedVersion m_version;
    std::optional<std::size_t> m_default;
    bool m_chosen = false;
    Worker m_saver;
    QString m_saving; ///< where to, for people

    QStackedWidget* m_stack;
    MessageView* m_empty;
    InspectorHeader* m_header;
    PageTabs* m_tabs;
    QStackedWidget* m_pages;
    TimelinePage* m_timeline;
    PreviewPage* m_preview;
    DiffPage* m_diff;
    DetailsPage* m_details;
    QWidget* m_statusBar = nullptr;
    QLabel* m_status = nullptr;
    QToolButton* m_dismiss = nullptr;
};

} // namespace strata::ui
