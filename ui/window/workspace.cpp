// SPDX-License-Identifier: Apache-2.0
#include "window/workspace.h"

#include "containers/container_list.h"
#include "containers/container_log.h"
#include "containers/trace_controls.h"
#include "containers/trace_player.h"
#include "containers/trace_stage.h"
#include "containers/upper_pane.h"
#include "documents/documents_page.h"
#include "inspector/inspector.h"
#include "instructions/instructions_page.h"
#include "session/container_deck.h"
#include "stack/stack_panel.h"
#include "theme/motion.h"
#include "theme/page_tabs.h"
#include "theme/theme.h"
#include "tree/filter_bar.h"
#include "tree/tree_page.h"
#include "window/problems_page.h"

#include <QPainter>
#include <QSettings>
#include <QSplitter>
#include <QSplitterHandle>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <iterator>
#include <utility>

namespace strata::ui {

namespace {

const QString columnsKey = QStringLiteral("window/splitter");
const QString centreKey = QStringLiteral("window/centre");
const QString rightKey = QStringLiteral("window/right");
const QString headerKey = QStringLiteral("window/treeColumns");
const QString pageKey = QStringLiteral("window/page");
const QString removedKey = QStringLiteral("window/showRemoved");

/// More than anybody watches; a line that asks for more is cut off behind an operation.
constexpr std::size_t mostSteps = 60;

/// A hairline that is easy to grab.
class ThinHandle : public QSplitterHandle
{
public:
    using QSplitterHandle::QSplitterHandle;

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter painter(this);
        painter.fillRect(rect(), palette().color(QPalette::Base));
        const bool upright = orientation() == Qt::Horizontal;
        painter.fillRect(upright ? QRect(width() / 2, 0, 1, height())
                                 : QRect(0, height() / 2, width(), 1),
                         theme::hairline(palette()));
    }
};

class ThinSplitter : public QSplitter
{
public:
    using QSplitter::QSplitter;

protected:
    QSplitterHandle* createHandle() override { return new ThinHandle(orientation(), this); }
};

} // namespace

Workspace::Workspace(ImageSession& session, ContainerDeck& deck, QWidget* parent)
    : QWidget(parent)
    , m_deck(deck)
    , m_player(new TracePlayer(this))
    , m_columns(new ThinSplitter(Qt::Horizontal, this))
    , m_centre(new ThinSplitter(Qt::Vertical, this))
    , m_right(new ThinSplitter(Qt::Vertical, this))
    , m_tabs(new PageTabs(this))
    , m_pages(new QStackedWidget(this))
    , m_treePage(new TreePage(session, this))
    , m_problems(new ProblemsPage(session, this))
    , m_log(new ContainerLog(deck, this))
    , m_containers(new ContainerList(deck, session, this))
{
    m_tabs->setObjectName(QStringLiteral("pageTabs"));
    m_tabs->setAccessibleName(tr("Pages"));
    addPage(m_treePage, tr("Files"), tr("Every path and the layer it comes from."));
    addPage(new InstructionsPage(session, this), tr("Instructions"),
            tr("The Dockerfile as the image's history tells it; each line tied to its layer."));
    addPage(new DocumentsPage(session, this), tr("Documents"),
            tr("The JSON that leads from the archive to the image: index, manifest, config."));
    addPage(m_problems, tr("Problems"), tr("What is wrong or unusual in the image."));
    connect(m_tabs, &QTabBar::currentChanged, m_pages, &QStackedWidget::setCurrentIndex);
    connect(m_problems, &ProblemsPage::countChanged, this,
            [this](int count) { m_tabs->setCount(Problems, count); });

    auto* centre = new QWidget(this);
    centre->setAutoFillBackground(true);
    centre->setBackgroundRole(QPalette::Base);
    auto* centreLayout = new QVBoxLayout(centre);
    centreLayout->setContentsMargins(0, 0, 0, 0);
    centreLayout->setSpacing(0);
    centreLayout->addWidget(m_tabs);
    centreLayout->addWidget(m_pages, 1);

    auto* stack = new StackPanel(session, this);
    stack->setOnTop(m_containers);
    m_stage = new TraceStage(*m_player, *m_containers, *stack);
    m_log->setBelowCaption(new TraceControls(*m_player, m_log));
    connectPlayer();
    for (auto* splitter : {m_centre, m_right}) {
        splitter->setHandleWidth(5);
        splitter->setChildrenCollapsible(false);
    }
    m_centre->addWidget(centre);
    m_centre->addWidget(m_log);
    m_centre->setStretchFactor(0, 1);
    m_centre->setSizes({540, 290});
    m_right->addWidget(new Inspector(session, this));
    m_right->addWidget(new UpperPane(deck, this));
    m_right->setStretchFactor(0, 1);
    m_right->setSizes({600, 230});
    m_columns->setObjectName(QStringLiteral("columns"));
    m_columns->setHandleWidth(5);
    m_columns->setChildrenCollapsible(false);
    m_columns->addWidget(stack);
    m_columns->addWidget(m_centre);
    m_columns->addWidget(m_right);
    stack->setMinimumWidth(240);
    m_centre->setMinimumWidth(360);
    m_right->setMinimumWidth(260);
    m_columns->setStretchFactor(0, 0);
    m_columns->setStretchFactor(1, 1);
    m_columns->setStretchFactor(2, 0);
    m_columns->setSizes({300, 810, 325});
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_columns);
}

void Workspace::connectPlayer()
{
    connect(&m_deck, &ContainerDeck::performed, this, [this](int container, std::size_t) {
        if (container == m_deck.current()) { // of many at once the last one
            playAct(container, m_deck.acts(container).size() - 1);
        }
    });
    connect(m_log, &ContainerLog::replayWanted, this,
            [this](int act) { playAct(m_deck.current(), static_cast<std::size_t>(act)); });
    for (const auto signal : {&ContainerDeck::currentChanged, &ContainerDeck::listChanged}) {
        connect(&m_deck, signal, m_player, &TracePlayer::clear);
    }
    connect(&m_deck, &ContainerDeck::stepped, m_player, &TracePlayer::clear);
}

void Workspace::playAct(int container, std::size_t act)
{
    if (container < 0 || act >= m_deck.acts(container).size()) {
        return;
    }
    std::vector<TraceStep> steps;
    for (const auto& trace : m_deck.acts(container)[act].traces) {
        std::ranges::move(traceSteps(trace, m_deck.name(container)), std::back_inserter(steps));
        if (steps.size() > mostSteps) {
            break;
        }
    }
    m_player->setStill(theme::reducedMotion());
    m_stage->setContainer(container);
    m_player->play(std::move(steps));
}

void Workspace::addPage(QWidget* page, const QString& name, const QString& help)
{
    m_pages->addWidget(page);
    m_tabs->setTabToolTip(m_tabs->addTab(name), help);
}

int Workspace::currentPage() const
{
    return m_tabs->currentIndex();
}

void Workspace::showPage(int page)
{
    m_tabs->setCurrentIndex(page);
}

void Workspace::saveState(QSettings& settings) const
{
    settings.setValue(columnsKey, m_columns->saveState());
    settings.setValue(centreKey, m_centre->saveState());
    settings.setValue(rightKey, m_right->saveState());
    settings.setValue(headerKey, m_treePage->columnState());
    settings.setValue(pageKey, currentPage());
    settings.setValue(removedKey, m_treePage->filterBar()->showRemoved());
}

void Workspace::restoreState(const QSettings& settings)
{
    m_columns->restoreState(settings.value(columnsKey).toByteArray());
    m_centre->restoreState(settings.value(centreKey).toByteArray());
    m_right->restoreState(settings.value(rightKey).toByteArray());
    m_treePage->restoreColumns(settings.value(headerKey).toByteArray());
    m_treePage->filterBar()->setShowRemoved(settings.value(removedKey, false).toBool());
    showPage(std::clamp(settings.value(pageKey, 0).toInt(), 0, PageCount - 1));
}

} // namespace strata::ui
