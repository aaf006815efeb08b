// SPDX-License-Identifier: Apache-2.0
// What TreePage does with the chosen paths.
#include "models/tree_model.h"
#include "models/tree_tooltips.h"
#include "text/format.h"
#include "tree/extract_line.h"
#include "tree/tree_page.h"
#include "tree/tree_view.h"

#include <QAction>
#include <QClipboard>
#include <QFileDialog>
#include <QGuiApplication>
#include <QLocale>
#include <QMenu>

namespace strata::ui {

void TreePage::copyPaths()
{
    const auto nodes = selectedNodes();
    const auto* tree = m_session.tree();
    if (!tree || nodes.empty()) {
        return;
    }
    QStringList paths;
    for (const auto node : nodes) {
        paths += QString::fromStdString(tree->path(node));
    }
    paths.sort();
    QGuiApplication::clipboard()->setText(paths.join(QLatin1Char('\n')));
}

void TreePage::copyNames()
{
    const auto* tree = m_session.tree();
    QStringList names;
    for (const auto node : selectedNodes()) {
        const auto name = tree->name(node);
        names += QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size()));
    }
    if (!names.isEmpty()) {
        QGuiApplication::clipboard()->setText(names.join(QLatin1Char('\n')));
    }
}

std::optional<LayerNo> TreePage::originLayer() const
{
    const auto layer = m_view->currentIndex().data(TreeModel::LayerRole);
    return layer.isValid() && layer.toInt() >= 0
               ? std::optional(static_cast<LayerNo>(layer.toInt()))
               : std::nullopt;
}

void TreePage::showOriginLayer()
{
    if (const auto layer = originLayer()) {
        m_session.setCurrentLayer(layer);
    }
}

void TreePage::showOnlyOriginLayer()
{
    if (const auto layer = originLayer()) {
        m_session.setCurrentLayer(layer);
        m_session.setScope(Scope::OnlyLayer);
    }
}

void TreePage::extract()
{
    if (!m_session.opened() || m_extractLine->busy()) {
        return;
    }
    const auto folder = QFileDialog::getExistingDirectory(
        this, tr("Extract %1 into which folder?").arg(extractSubject()));
    if (!folder.isEmpty()) {
        extractTo(folder);
    }
}

void TreePage::extractTo(const QString& folder)
{
    if (!m_session.opened() || m_extractLine->busy()) {
        return;
    }
    ExtractOptions options;
    options.roots = selectedNodes();
    if (m_session.scope() != Scope::WholeImage) {
        options.asOf = m_session.currentLayer();
    }
    m_extractLine->extract(m_session.opened(), folder, extractSubject(), std::move(options));
}

QString TreePage::extractSubject() const
{
    const auto roots = selectedNodes();
    const auto what = roots.empty() ? tr("the whole tree")
                      : roots.size() == 1
                          ? displayText(m_session.tree()->path(roots.front()))
                          : tr("%1 selected paths")
                                .arg(QLocale().toString(static_cast<qulonglong>(roots.size())));
    const auto layer = m_session.currentLayer();
    // Also where only a layer's changes are shown: folders are written with all that is in them.
    return m_session.scope() != Scope::WholeImage && layer
               ? tr("%1 as of %2").arg(what, layerWords(m_model->layers(), *layer))
               : what;
}

void TreePage::showContextMenu(const QPoint& globalPosition)
{
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->setObjectName(QStringLiteral("pathMenu"));
    menu->setToolTipsVisible(true);
    menu->addAction(tr("&Copy path"), QKeySequence::Copy, this, &TreePage::copyPaths);
    menu->addAction(tr("Copy &name"), this, &TreePage::copyNames);
    menu->addSeparator();
    if (const auto layer = originLayer()) {
        const auto name = menuText(layerWords(m_model->layers(), *layer));
        menu->addAction(tr("Show its &origin, %1").arg(name), this, &TreePage::showOriginLayer)
            ->setToolTip(tr("Select the layer that this path comes from; the tree is then as of "
                            "that layer."));
        menu->addAction(tr("Show on&ly the changes of %1").arg(name), this,
                        &TreePage::showOnlyOriginLayer);
        menu->addSeparator();
    }
    QList<QAction*> more;
    for (auto* action : std::as_const(m_pathActions)) {
        // Separators only between what is there.
        const bool useless =
            action->isSeparator() && (more.isEmpty() || more.back()->isSeparator());
        if (!useless && (action->isSeparator() || action->isEnabled())) {
            more << action;
        }
    }
    if (!more.isEmpty() && more.back()->isSeparator()) {
        more.removeLast();
    }
    menu->addActions(more);
    if (!more.isEmpty()) {
        menu->addSeparator();
    }
    menu->addAction(tr("&Extract…"), this, &TreePage::extract)
        ->setToolTip(tr("Write the selected paths, with all below, into a folder."));
    menu->addSeparator();
    menu->addAction(tr("Expand &below"), m_view, &TreeView::expandBelow);
    menu->addAction(tr("Collapse &all"), m_view, &TreeView::collapseEverything);
    menu->popup(globalPosition);
}

} // namespace strata::ui
