// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "session/image_session.h"

#include <QWidget>

class QSettings;
class QSplitter;
class QStackedWidget;

namespace strata::ui {

class ContainerDeck;
class ContainerList;
class ContainerLog;
class PageTabs;
class ProblemsPage;
class TracePlayer;
class TraceStage;
class TreePage;

/// The three columns of an open image: stack, pages, inspector.
class Workspace : public QWidget
{
    Q_OBJECT
public:
    enum Page { Files, Instructions, Documents, Problems, PageCount };

    /// Both must outlive it.
    Workspace(ImageSession& session, ContainerDeck& deck, QWidget* parent = nullptr);

    TreePage* treePage() const { return m_treePage; }
    ContainerLog* containerLog() const { return m_log; }
    ContainerList* containerList() const { return m_containers; }
    TracePlayer& tracePlayer() { return *m_player; }
    PageTabs* tabs() const { return m_tabs; }
    int currentPage() const;

    void saveState(QSettings& settings) const;
    void restoreState(const QSettings& settings);

public Q_SLOTS:
    void showPage(int page);

private:
    void connectPlayer();
    void playAct(int container, std::size_t act);
    void addPage(QWidget* page, const QString& name, const QString& help);

    ContainerDeck& m_deck;
    TracePlayer* m_player;
    TraceStage* m_stage = nullptr;
    QSplitter* m_columns;
    QSplitter* m_centre;
    QSplitter* m_right;
    PageTabs* m_tabs;
    QStackedWidget* m_pages;
    TreePage* m_treePage;
    ProblemsPage* m_problems;
    ContainerLog* m_log;
    ContainerList* m_containers;
};

} // namespace strata::ui
