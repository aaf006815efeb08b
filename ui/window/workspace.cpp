// SPDX-License-Identifier: Apache-2.0
#include "window/workspace.h"

#include "documents/documents_page.h"
#include "inspector/inspector.h"
#include "instructions/instructions_page.h"
#include "stack/stack_panel.h"
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

namespace strata::ui {

namespace {

const QString columnsKey = QStringLiteral("window/splitter");
const QString headerKey = QStringLiteral("window/treeColumns");
const QString pageKey = QStringLiteral("window/page");
const QString removedKey = QStringLiteral("window/showRemoved");

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
        painter.fillRect(QRect(width() / 2, 0, 1, height()), theme::hairline(palette()));
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

Workspace::Workspace(ImageSession& session, QWidget* parent)
    : QWidget(parent)
    , m_columns(new ThinSplitter(Qt::Horizontal, this))
    , m_tabs(new PageTabs(this))
    , m_pages(new QStackedWidget(this))
    , m_treePage(new TreePage(session, this))
    , m_problems(new ProblemsPage(session, this))
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
    auto* inspector = new Inspector(session, this);
    m_columns->setObjectName(QStringLiteral("columns"));
    m_columns->setHandleWidth(5);
    m_columns->setChildrenCollapsible(false);
    m_columns->addWidget(stack);
    m_columns->addWidget(centre);
    m_columns->addWidget(inspector);
    stack->setMinimumWidth(240);
    centre->setMinimumWidth(360);
    inspector->setMinimumWidth(260);
    m_columns->setStretchFactor(0, 0);
    m_columns->setStretchFactor(1, 1);
    m_columns->setStretchFactor(2, 0);
    m_columns->setSizes({300, 810, 325});
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_columns);
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
    settings.setValue(headerKey, m_treePage->columnState());
    settings.setValue(pageKey, currentPage());
    settings.setValue(removedKey, m_treePage->filterBar()->showRemoved());
}

void Workspace::restoreState(const QSettings& settings)
{
    m_columns->restoreState(settings.value(columnsKey).toByteArray());
    m_treePage->restoreColumns(settings.value(headerKey).toByteArray());
    m_treePage->filterBar()->setShowRemoved(settings.value(removedKey, false).toBool());
    showPage(std::clamp(settings.value(pageKey, 0).toInt(), 0, PageCount - 1));
}

} // namespace strata::ui
