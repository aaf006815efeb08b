// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "jobs/worker.h"
#include "session/image_session.h"

#include <QList>
#include <QStringList>
#include <QWidget>

#include <string>
#include <vector>

class QAction;
class QMenu;
class QStackedLayout;

namespace strata::ui {

class BreadcrumbBar;
class EmptyState;
class ExtractLine;
class FilterBar;
class TreeModel;
class TreeView;

/// The page "Files": the tree of the session's scope with its path bar. Projections are made off
/// the GUI thread; the rows before stay until the new ones are there. The filter bar belongs to
/// this page, though the window puts it into its toolbar.
class TreePage : public QWidget
{
    Q_OBJECT
public:
    explicit TreePage(ImageSession& session, QWidget* parent = nullptr);

    FilterBar* filterBar() const { return m_filterBar; }
    TreeView* view() const { return m_view; }
    TreeModel* model() const { return m_model; }
    bool busy() const { return m_projector.busy(); }
    quint64 pathCount() const;  ///< paths of the image, hidden ones included
    quint64 shownCount() const; ///< of them, those that match here
    /// The selected rows as the session's nodes, in no particular order.
    std::vector<NodeId> selectedNodes() const;

    QByteArray columnState() const;
    void restoreColumns(const QByteArray& state);
    /// Writes the selected paths (all, if none) below `folder`, as of the layer looked at.
    void extractTo(const QString& folder);
    /// More for the menu of paths; those that are disabled are left out of it.
    void setPathActions(const QList<QAction*>& actions) { m_pathActions = actions; }

public Q_SLOTS:
    void copyPaths();
    void copyNames();
    void extract();
    void showOriginLayer();
    void showOnlyOriginLayer();
    void goToMatch(bool forward);

Q_SIGNALS:
    /// Files of this system were dropped on the folder at a path of the container looked at.
    void filesDropped(const QStringList& files, const std::string& folder);
    void selectedNodesChanged();
    /// pathCount or shownCount changed.
    void countsChanged();

protected:
    void changeEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void buildLayout();
    void connectSession();
    void imageChanged();
    void viewChanged();
    void nameLayers();
    /// Of what the rows show, which may be a moment behind the session's.
    const MergedTree* shownTree() const;
    void updateProjection();
    void projectionReady(std::shared_ptr<const Projection> projection);
    void dropProjection();
    void showSessionNode();
    void updateNote();
    QString countNote(const Projection& projection) const;
    /// What extract() would write, for people.
    QString extractSubject() const;
    void updateEmptyState();
    void emptyStateAction();
    void showContextMenu(const QPoint& globalPosition);
    void updateHeaderColors();
    std::optional<LayerNo> originLayer() const;

    ImageSession& m_session;
    TreeModel* m_model;
    TreeView* m_view;
    FilterBar* m_filterBar;
    BreadcrumbBar* m_breadcrumbs;
    EmptyState* m_empty;
    ExtractLine* m_extractLine;
    QStackedLayout* m_stack = nullptr;
    QList<QAction*> m_pathActions;
    Worker m_projector;
    bool m_sameImage = false;    ///< the model's rows are of the session's image
    bool m_followSession = true; ///< false while a row's selection is being told to the session
    int m_layersRead = 0;
};

} // namespace strata::ui
