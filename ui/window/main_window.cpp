// SPDX-License-Identifier: Apache-2.0
#include "window/main_window.h"

#include "containers/container_actions.h"
#include "containers/container_list.h"
#include "containers/container_log.h"
#include "text/format.h"
#include "theme/theme.h"
#include "tree/filter_bar.h"
#include "tree/tree_page.h"
#include "tree/tree_view.h"
#include "window/about_dialog.h"
#include "window/cache_dialog.h"
#include "window/drop_hint.h"
#include "window/error_banner.h"
#include "window/image_chooser.h"
#include "window/layers_help.h"
#include "window/scope_switch.h"
#include "window/status_line.h"
#include "window/welcome_page.h"
#include "window/window_actions.h"
#include "window/workspace.h"

#include <QAction>
#include <QDragEnterEvent>
#include <QDropEvent>
#include <QEventLoop>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QFrame>
#include <QHBoxLayout>
#include <QMenuBar>
#include <QMessageBox>
#include <QMimeData>
#include <QPushButton>
#include <QSettings>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <functional>

namespace strata::ui {

namespace {

const QString geometryKey = QStringLiteral("window/geometry");
const QString folderKey = QStringLiteral("lastFolder");

/// The first local file of what is being dragged; empty if there is none.
QString draggedFile(const QMimeData* mime)
{
    for (const auto& url : mime->urls()) {
        if (url.isLocalFile()) {
            return url.toLocalFile();
        }
    }
    return {};
}

} // namespace

MainWindow::MainWindow(QWidget* parent)
    : QMainWindow(parent)
    , m_deck(m_session)
    , m_workspace(new Workspace(m_session, m_deck, this))
    , m_containerActions(new ContainerActions(m_deck, m_session, *m_workspace->treePage(), *this))
    , m_actions(new WindowActions(m_session, m_recent, *m_workspace, *m_containerActions, *this))
    , m_welcome(new WelcomePage(m_recent, this))
    , m_banner(new ErrorBanner(this))
    , m_status(new StatusLine(m_session, m_deck, this))
    , m_dropHint(new DropHint(this))
    , m_stack(new QStackedWidget(this))
{
    setAcceptDrops(true);
    m_toolBar = buildToolBar();
    m_stack->addWidget(m_welcome);
    m_stack->addWidget(m_workspace);
    auto* central = new QWidget(this);
    auto* layout = new QVBoxLayout(central);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_toolBar);
    layout->addWidget(m_banner);
    layout->addWidget(m_stack, 1);
    layout->addWidget(m_status);
    setCentralWidget(central);
    connectAll();
    connectContainers();
    updateColors();
    restoreState();
    sessionChanged();
    updateTitle();
}

MainWindow::~MainWindow()
{
    // Views are taken down before the session that they read.
    delete takeCentralWidget();
}

QWidget* MainWindow::buildToolBar()
{
    auto* bar = new QFrame(this);
    bar->setObjectName(QStringLiteral("toolBar"));
    bar->setAutoFillBackground(true);
    m_openButton = new QToolButton(bar);
    m_openButton->setObjectName(QStringLiteral("openButton"));
    m_openButton->setDefaultAction(m_actions->openAction());
    m_openButton->setText(tr("Open"));
    m_openButton->setMenu(m_actions->openMenu());
    m_openButton->setPopupMode(QToolButton::MenuButtonPopup);
    m_openButton->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_openButton->setFocusPolicy(Qt::TabFocus);
    m_openButton->setAccessibleName(tr("Open an image"));
    auto* chooser = new ImageChooser(m_session, bar);
    auto* scope = new ScopeSwitch(m_session, bar);
    auto* filter = m_workspace->treePage()->filterBar();

    auto* start = new QToolButton(bar);
    start->setObjectName(QStringLiteral("startButton"));
    start->setDefaultAction(m_containerActions->startAction());
    start->setText(tr("Start container"));
    start->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    start->setFocusPolicy(Qt::TabFocus);

    auto* layout = new QHBoxLayout(bar);
    layout->setContentsMargins(12, 8, 12, 8);
    layout->setSpacing(10);
    layout->addWidget(m_openButton);
    layout->addWidget(chooser, 2);
    layout->addWidget(scope);
    layout->addWidget(filter, 3);
    layout->addWidget(start);
    const int height = scope->sizeHint().height();
    m_openButton->setFixedHeight(height);
    start->setFixedHeight(height);
    chooser->setFixedHeight(height);
    for (auto* child : filter->findChildren<QWidget*>(Qt::FindDirectChildrenOnly)) {
        if (child->objectName().startsWith(QLatin1String("filter")) ||
            child->objectName() == QLatin1String("showRemoved")) {
            child->setMinimumHeight(height);
        }
    }
    return bar;
}

void MainWindow::connectAll()
{
    connect(m_actions, &WindowActions::openWanted, this, &MainWindow::chooseFile);
    connect(m_actions, &WindowActions::openFolderWanted, this, &MainWindow::chooseFolder);
    connect(m_actions, &WindowActions::fileWanted, this, &MainWindow::openFile);
    connect(m_actions, &WindowActions::aboutWanted, this, [this] { AboutDialog(this).exec(); });
    connect(m_actions, &WindowActions::cacheWanted, this,
            [this] { CacheDialog(m_session.indexCache(), this).exec(); });
    connect(m_actions, &WindowActions::layersHelpWanted, this, [this] {
        auto* help = findChild<LayersHelp*>();
        if (!help) {
            help = new LayersHelp(this);
            help->setAttribute(Qt::WA_DeleteOnClose);
        }
        help->show();
        help->raise();
        help->activateWindow();
    });
    connect(m_welcome, &WelcomePage::openWanted, this, &MainWindow::chooseFile);
    connect(m_welcome, &WelcomePage::openFolderWanted, this, &MainWindow::chooseFolder);
    connect(m_welcome, &WelcomePage::sampleWanted, this, &MainWindow::openSample);
    connect(m_welcome, &WelcomePage::fileWanted, this, &MainWindow::openFile);
    connect(m_banner, &ErrorBanner::openWanted, this, &MainWindow::chooseFile);
    connect(m_banner, &ErrorBanner::retryWanted, &m_session, &ImageSession::reload);

    connect(&m_session, &ImageSession::stateChanged, this, &MainWindow::sessionChanged);
    connect(&m_session, &ImageSession::openingStarted, m_banner, &QWidget::hide);
    connect(&m_session, &ImageSession::failed, this, &MainWindow::showFailure);
    connect(&m_session, &ImageSession::archiveReady, this, [this] {
        m_banner->hide();
        m_recent.add(m_session.fileName());
        updateTitle();
    });
    for (const auto signal : {&ImageSession::openingStarted, &ImageSession::closed}) {
        connect(&m_session, signal, this, &MainWindow::updateTitle);
    }
    connect(&m_session, &ImageSession::imageReady, this, [this] {
        if (const auto page = std::exchange(m_pageBefore, std::nullopt)) {
            m_workspace->showPage(*page);
        }
    });
    auto* page = m_workspace->treePage();
    connect(page, &TreePage::countsChanged, this,
            [this, page] { m_status->setCounts(page->pathCount(), page->shownCount()); });
    // The tree is what one types for: bring it back before keys go to the filter.
    connect(page->filterBar(), &FilterBar::filterChanged, this,
            [this] { m_workspace->showPage(Workspace::Files); });
}

void MainWindow::connectContainers()
{
    auto* page = m_workspace->treePage();
    auto* list = m_workspace->containerList();
    auto* log = m_workspace->containerLog();
    page->setPathActions(m_containerActions->operations());
    log->addOperations(m_containerActions->operations());
    log->addButtons({m_containerActions->undoAction(), m_containerActions->redoAction(),
                     m_containerActions->copyScriptAction()});
    connect(page, &TreePage::filesDropped, m_containerActions, &ContainerActions::putFiles);
    connect(list, &ContainerList::copyScriptWanted, m_containerActions,
            &ContainerActions::copyScript);
    connect(list, &ContainerList::removeWanted, m_containerActions,
            &ContainerActions::removeContainer);
    const auto complain = [this](const QString& title, const QString& why) {
        m_banner->showComplaint(title, why);
    };
    connect(m_containerActions, &ContainerActions::failed, this, complain);
    connect(&m_deck, &ContainerDeck::notUnderstood, this, [this, complain](const QString& why) {
        complain(tr("Nothing was done in the container"), why);
        m_lineFault = m_banner->text();
    });
    connect(&m_deck, &ContainerDeck::faltered, this, [complain](const QString& why) {
        complain(tr("The container may hold more than is shown"), why);
    });
    connect(&m_deck, &ContainerDeck::performed, this, [this] {
        if (m_banner->text() == m_lineFault) { // no other message goes by that
            m_banner->hide();
        }
    });
    connect(list, &ContainerList::exportWanted, m_containerActions,
            &ContainerActions::commitContainer);
    connect(&m_deck, &ContainerDeck::kept, this,
            [this, complain](int container, const QString& fileName,
                             const std::optional<Error>& error, const WarningList& leftOut) {
                const auto name = displayText(QFile::encodeName(fileName).toStdString());
                if (error) {
                    complain(tr("%1 was not written").arg(name), errorText(*error));
                    return;
                }
                QStringList lines;
                for (const auto& text : leftOut.texts()) {
                    lines << displayText(text);
                }
                m_banner->showNotice(tr("%1 was written to %2").arg(m_deck.name(container), name),
                                     lines.join(QLatin1Char('\n')), false);
            });
    connect(list, &ContainerList::saveWanted, m_containerActions, &ContainerActions::saveContainer);
    connect(
        &m_deck, &ContainerDeck::notOpened, this,
        [complain](const QString& fileName, const QString& why) {
            complain(
                tr("%1 was not opened").arg(displayText(QFile::encodeName(fileName).toStdString())),
                why);
        });
    m_session.setLeaveGuard([this] { return mayLeave(); });
}

bool MainWindow::mayLeave()
{
    if (!m_deck.anyChanges()) {
        return true;
    }
    QMessageBox ask(QMessageBox::Question, tr("Containers"),
                    m_deck.busy() ? tr("There are containers with changes that are kept nowhere, "
                                       "and more is being done in them.")
                                  : tr("There are containers with changes that are kept nowhere."),
                    QMessageBox::Cancel, this);
    ask.setInformativeText(tr("They stand on the image that is open, and go with it."));
    const QAbstractButton* save = ask.addButton(tr("&Save…"), QMessageBox::AcceptRole);
    const QAbstractButton* discard = ask.addButton(tr("&Throw away"), QMessageBox::DestructiveRole);
    ask.setDefaultButton(QMessageBox::Cancel);
    ask.exec();
    return ask.clickedButton() == discard || (ask.clickedButton() == save && saveChanged());
}

/// Whether every container with changes was saved in the end.
bool MainWindow::saveChanged()
{
    for (int i = 0; i < m_deck.count(); ++i) {
        if (!m_deck.hasChanges(i)) {
            continue;
        }
        QEventLoop wait; // for a short while, and the window stays alive
        connect(&m_deck, &ContainerDeck::kept, &wait, &QEventLoop::quit);
        connect(&m_deck, &ContainerDeck::listChanged, &wait, &QEventLoop::quit);
        if (!m_containerActions->saveContainer(m_deck.key(i))) {
            return false;
        }
        wait.exec();
        if (i >= m_deck.count() || m_deck.hasChanges(i)) {
            return false; // the banner says why
        }
    }
    return true;
}

void MainWindow::sessionChanged()
{
    using State = ImageSession::State;
    const auto state = m_session.state();
    const bool welcome = state == State::Empty || (state == State::Failed && !m_session.archive());
    const bool leaving = !welcome && m_stack->currentWidget() == m_welcome;
    m_stack->setCurrentWidget(welcome ? static_cast<QWidget*>(m_welcome) : m_workspace);
    m_toolBar->setVisible(!welcome);
    if (welcome) {
        m_welcome->setFocus();
    } else if (leaving) {
        m_workspace->treePage()->setFocus(); // and on to the tree, once there is one
    }
    if (state != State::Failed) {
        m_banner->hide();
    }
}

void MainWindow::showFailure()
{
    const auto& error = m_session.error();
    const bool cancelled = error.code == ErrorCode::Cancelled;
    const auto subject = m_session.subject();
    if (const auto* image = m_session.image(); image && image->kind != ImageKind::Image) {
        m_banner->showNotice(image->kind == ImageKind::Artifact
                                 ? tr("%1 is an artifact, not an image").arg(subject)
                                 : tr("%1 is an attestation, not an image").arg(subject),
                             tr("It has no files. What it says is on the page “Documents”."), true);
        if (!m_pageBefore) {
            m_pageBefore = m_workspace->currentPage();
        }
        m_workspace->showPage(Workspace::Documents);
        return;
    }
    m_banner->showError(cancelled ? tr("Opening %1 was cancelled").arg(subject)
                                  : tr("%1 could not be opened").arg(subject),
                        cancelled ? QString() : errorText(error),
                        error.code != ErrorCode::Unsupported);
}

void MainWindow::updateTitle()
{
    QString title = m_session.title();
    if (m_session.state() == ImageSession::State::Empty || title.isEmpty()) {
        setWindowTitle(QStringLiteral("Stratascope"));
        return;
    }
    if (const auto* image = m_session.image()) {
        if (const auto platform = displayText(image->platform.text()); !platform.isEmpty()) {
            title += QStringLiteral(" (%1)").arg(platform);
        }
    }
    // A name may hold the mark that Qt replaces by an asterisk.
    title.replace(QLatin1String("[*]"), QLatin1String("[*][*]"));
    setWindowTitle(tr("%1 — Stratascope").arg(title));
}

void MainWindow::openFile(const QString& fileName)
{
    if (fileName.isEmpty()) {
        return;
    }
    QSettings().setValue(folderKey, QFileInfo(fileName).absolutePath());
    m_session.openFile(fileName);
}

void MainWindow::openSample()
{
    m_session.openSample();
}

QString MainWindow::lastFolder() const
{
    return QSettings().value(folderKey, QDir::homePath()).toString();
}

void MainWindow::chooseFile()
{
    openFile(QFileDialog::getOpenFileName(
        this, tr("Open an image"), lastFolder(),
        tr("Image archives (*.tar *.tar.gz *.tgz *.tar.zst *.tar.xz *.tar.bz2 *.oci);;"
           "All files (*)")));
}

void MainWindow::chooseFolder()
{
    openFile(QFileDialog::getExistingDirectory(this, tr("Open an image folder"), lastFolder()));
}

void MainWindow::restoreState()
{
    const QSettings settings;
    if (!restoreGeometry(settings.value(geometryKey).toByteArray())) {
        resize(1440, 900);
    }
    m_workspace->restoreState(settings);
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    if (!mayLeave()) {
        event->ignore();
        return;
    }
    m_session.setLeaveGuard({}); // it has been asked
    QSettings settings;
    settings.setValue(geometryKey, saveGeometry());
    m_workspace->saveState(settings);
    m_session.close();
    QMainWindow::closeEvent(event);
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event)
{
    if (const auto fileName = draggedFile(event->mimeData()); !fileName.isEmpty()) {
        event->acceptProposedAction();
        m_dropHint->showFor(fileName);
    }
}

void MainWindow::dragLeaveEvent(QDragLeaveEvent*)
{
    m_dropHint->hide();
}

void MainWindow::dropEvent(QDropEvent* event)
{
    m_dropHint->hide();
    if (const auto fileName = draggedFile(event->mimeData()); !fileName.isEmpty()) {
        event->acceptProposedAction();
        // A question may have to be answered, and the other program waits for the drop's end.
        QMetaObject::invokeMethod(
            this, [this, fileName] { openFile(fileName); }, Qt::QueuedConnection);
    }
}

void MainWindow::resizeEvent(QResizeEvent* event)
{
    QMainWindow::resizeEvent(event);
    m_dropHint->setGeometry(rect());
}

void MainWindow::updateColors()
{
    auto colors = palette();
    colors.setColor(QPalette::Window, palette().color(QPalette::Base));
    m_toolBar->setPalette(colors);
    m_openButton->setIcon(theme::icon(QStringLiteral("open"), palette()));
}

void MainWindow::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange && m_toolBar) {
        updateColors();
    } else if (event->type() == QEvent::WindowStateChange && m_actions) {
        m_actions->windowStateChanged();
    }
    QMainWindow::changeEvent(event);
}

} // namespace strata::ui
