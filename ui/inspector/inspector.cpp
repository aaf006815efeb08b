// SPDX-License-Identifier: Apache-2.0
#include "inspector/inspector.h"

#include "inspector/content_saver.h"
#include "inspector/details_page.h"
#include "inspector/diff_page.h"
#include "inspector/inspector_header.h"
#include "inspector/message_view.h"
#include "inspector/preview_page.h"
#include "inspector/timeline_page.h"
#include "session/image_session.h"
#include "text/format.h"
#include "theme/page_tabs.h"
#include "theme/theme.h"

#include <QAction>
#include <QDir>
#include <QEvent>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QStackedWidget>
#include <QStandardPaths>
#include <QToolButton>

namespace strata::ui {

Inspector::Inspector(ImageSession& session, QWidget* parent)
    : QWidget(parent)
    , m_session(session)
    , m_stack(new QStackedWidget(this))
    , m_empty(new MessageView(this))
    , m_header(new InspectorHeader(this))
    , m_tabs(new PageTabs(this))
    , m_pages(new QStackedWidget(this))
    , m_timeline(new TimelinePage(this))
    , m_preview(new PreviewPage(this))
    , m_diff(new DiffPage(this))
    , m_details(new DetailsPage(this))
{
    setAccessibleName(tr("Inspector"));
    setAutoFillBackground(true);
    m_empty->setMessage(tr("Select a file to see which layers touched it"),
                        tr("Its timeline, content, differences and details appear here, those of "
                           "covered and deleted copies too."));
    m_tabs->setAccessibleName(tr("Views of the file"));
    const auto addTab = [this](QWidget* page, const QString& name, const QString& help) {
        m_pages->addWidget(page);
        m_tabs->setTabToolTip(m_tabs->addTab(name), help);
    };
    addTab(m_timeline, tr("Timeline"), tr("What every layer did to the path"));
    addTab(m_preview, tr("Preview"), tr("The content of the chosen copy"));
    addTab(m_diff, tr("Diff"), tr("What changed between two layers' copies"));
    addTab(m_details, tr("Details"), tr("Everything the layer says about the path"));

    auto* page = new QWidget(this);
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_header);
    column->addWidget(m_tabs);
    column->addWidget(m_pages, 1);
    column->addWidget(makeStatusBar());
    m_stack->addWidget(m_empty);
    m_stack->addWidget(page);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_stack);

    connect(m_tabs, &QTabBar::currentChanged, this, [this](int tab) {
        m_pages->setCurrentIndex(tab);
        refreshPage();
    });
    connect(m_header, &InspectorHeader::defaultRequested, this, &Inspector::chooseDefault);
    connect(m_timeline, &TimelinePage::versionChosen, this, &Inspector::chooseVersion);
    connect(m_timeline, &TimelinePage::openRequested, this, [this] { showTab(Tab::Preview); });
    connect(m_timeline, &TimelinePage::compareRequested, this, [this] { showTab(Tab::Diff); });
    connect(m_timeline, &TimelinePage::saveRequested, this, &Inspector::saveCopy);
    connect(m_preview, &PreviewPage::versionRequested, this, &Inspector::chooseVersion);
    connect(m_preview, &PreviewPage::nodeRequested, &m_session, &ImageSession::setCurrentNode);

    // One at a time: another would stop the one before it.
    connect(&m_saver, &Worker::started, this, [this] { m_timeline->setSaving(true); });
    connect(&m_saver, &Worker::finished, this, [this] { m_timeline->setSaving(false); });
    connect(&m_saver, &Worker::progressed, this, &Inspector::showSaving);

    const auto follow = [this] { this->follow(); };
    const auto startOver = [this] {
        m_chosen = false;
        this->follow();
    };
    connect(&m_session, &ImageSession::changesResolved, this, follow);
    for (const auto signal :
         {&ImageSession::currentNodeChanged, &ImageSession::currentLayerChanged,
          &ImageSession::scopeChanged, &ImageSession::openingStarted, &ImageSession::archiveReady,
          &ImageSession::imageReady, &ImageSession::closed, &ImageSession::failed}) {
        connect(&m_session, signal, this, startOver);
    }

    // Reached only where no part of the inspector uses the key for a selection of its own.
    auto* copy = new QAction(tr("Copy the path"), this);
    copy->setShortcut(QKeySequence::Copy);
    copy->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    connect(copy, &QAction::triggered, this, &Inspector::copyPath);
    addAction(copy);
    updateColors();
    this->follow();
}

Inspector::~Inspector() = default;

QWidget* Inspector::makeStatusBar()
{
    m_statusBar = new QWidget(this);
    auto* row = new QHBoxLayout(m_statusBar);
    row->setContentsMargins(16, 4, 8, 4);
    m_status = new QLabel(m_statusBar);
    m_status->setTextFormat(Qt::PlainText);
    m_status->setWordWrap(true);
    m_status->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Minimum);
    m_dismiss = new QToolButton(m_statusBar);
    m_dismiss->setAutoRaise(true);
    row->addWidget(m_status, 1);
    row->addWidget(m_dismiss);
    m_statusBar->hide();
    connect(m_dismiss, &QToolButton::clicked, this, [this] {
        m_saver.cancel();
        setStatus({}, false);
    });
    return m_statusBar;
}

Inspector::Tab Inspector::tab() const
{
    return static_cast<Tab>(m_tabs->currentIndex());
}

void Inspector::showTab(Tab tab)
{
    m_tabs->setCurrentIndex(static_cast<int>(tab));
    if (auto* page = m_pages->currentWidget(); isVisible() && tab != Tab::Timeline) {
        page->setFocus();
    }
}

QString Inspector::statusText() const
{
    return m_status->text();
}

void Inspector::follow()
{
    const auto* tree = m_session.tree();
    const auto node = m_session.currentNode();
    if (!tree || !node.valid() || node.index() >= tree->nodeCount()) {
        m_version = {};
        m_default.reset();
        m_stack->setCurrentIndex(0);
        // None of them, not even one out of sight, may hold on to the image or read it.
        m_header->setVersion({}, {});
        m_timeline->setVersion({});
        m_preview->setVersion({});
        m_diff->setVersion({});
        m_details->setVersion({});
        return;
    }
    const auto index = m_chosen ? m_version.index : std::nullopt;
    const auto scope = m_session.scope();
    const auto layer = m_session.currentLayer();
    m_default = versionOfScope(*tree, node, scope, layer);
    m_version = {m_session.opened(), node, topOfScope(*tree, scope, layer), {}};
    apply(index ? index : m_default);
    m_stack->setCurrentIndex(1);
}

void Inspector::apply(std::optional<std::size_t> index)
{
    m_version.index = index;
    m_header->setVersion(m_version, m_default);
    refreshPage();
}

void Inspector::refreshPage()
{
    // The others are brought up to date when they are turned to.
    switch (tab()) {
    case Tab::Timeline:
        m_timeline->setVersion(m_version);
        break;
    case Tab::Preview:
        m_preview->setVersion(m_version);
        break;
    case Tab::Diff:
        m_diff->setVersion(m_version);
        break;
    case Tab::Details:
        m_details->setVersion(m_version);
        break;
    }
}

void Inspector::chooseVersion(std::size_t index)
{
    if (m_version && index < m_version.tree().versions(m_version.node).size()) {
        m_chosen = index != m_default;
        apply(index);
    }
}

void Inspector::chooseDefault()
{
    if (m_version) {
        m_chosen = false;
        apply(m_default);
    }
}

void Inspector::copyPath()
{
    m_header->copyPath();
}

void Inspector::saveCopy()
{
    if (!m_version.isFile() || m_saver.busy()) {
        return;
    }
    const QDir folder(QStandardPaths::writableLocation(QStandardPaths::DownloadLocation));
    const auto name = QFileDialog::getSaveFileName(this, tr("Save a copy"),
                                                   folder.filePath(suggestedFileName(m_version)));
    if (!name.isEmpty()) {
        saveCopyTo(name);
    }
}

void Inspector::saveCopyTo(const QString& fileName)
{
    if (!m_version.isFile() || !m_version.index || m_saver.busy()) {
        return;
    }
    m_saving = displayText(fileName.toStdString());
    setStatus(tr("Saving %1…").arg(m_saving), true);
    m_saver.start([version = m_version,
                   fileName](const Job& job) { return saveContent(version, fileName, job); },
                  [this](auto written) {
                      setStatus(written ? tr("Saved %1 to %2").arg(sizeText(*written), m_saving)
                                        : errorText(written.error()),
                                false);
                  });
}

void Inspector::showSaving(quint64 done, quint64 total)
{
    setStatus(tr("Saving %1: %2 of %3").arg(m_saving, sizeText(done), sizeText(total)), true);
}

void Inspector::setStatus(const QString& text, bool running)
{
    m_status->setText(text);
    m_statusBar->setVisible(!text.isEmpty());
    m_dismiss->setAccessibleName(running ? tr("Stop saving") : tr("Dismiss"));
    m_dismiss->setToolTip(m_dismiss->accessibleName());
}

void Inspector::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_statusBar) {
        updateColors();
    }
}

void Inspector::updateColors()
{
    m_dismiss->setIcon(theme::icon(QStringLiteral("close"), palette()));
    // The whole column is content: tables and texts should not stand in a grey frame.
    auto colors = m_stack->palette();
    colors.setColor(QPalette::Window, palette().color(QPalette::Base));
    m_stack->setPalette(colors);
    m_stack->setAutoFillBackground(true);
}

} // namespace strata::ui
