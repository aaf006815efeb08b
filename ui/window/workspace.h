// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "session/image_session.h"

#include <QWidget>

class QSettings;
class QSplitter;
class QStackedWidget;

namespace strata::ui {

class PageTabs;
class ProblemsPage;
class TreePage;

/// The three columns of an open image: stack, pages, inspector.
class Workspace : public QWidget
{
    Q_OBJECT
public:
    enum Page { Files, Instructions, Documents, Problems, PageCount };

    explicit Workspace(ImageSession& session, QWidget* parent = nullptr);

    TreePage* treePage() const { return m_treePage; }
    PageTabs* tabs() const { return m_tabs; }
    int currentPage() const;

    void saveState(QSettings& settings) const;
    void restoreState(const QSettings& settings);

public Q_SLOTS:
    void showPage(int page);

private:
    void addPage(QWidget* page, const QString& name, const QString& help);

    QSplitter* m_columns;
    PageTabs* m_tabs;
    QStackedWidget* m_pages;
    TreePage* m_treePage;
    ProblemsPage* m_problems;
};

} // namespace strata::ui
