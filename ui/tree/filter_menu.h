// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/tree_model.h"

#include <QMenu>

#include <vector>

namespace strata::ui {

/// The filter's facets as a menu. Each entry names the word it puts into the filter's text, so that
/// the words are learned by using the menu.
class FilterMenu : public QMenu
{
    Q_OBJECT
public:
    explicit FilterMenu(QWidget* parent = nullptr);

    /// Layers to offer, base first.
    void setLayers(const std::vector<LayerLabel>& layers);
    /// The text as it stands: ticks what it contains.
    void setQuery(const QString& query);

Q_SIGNALS:
    void queryChosen(const QString& query);

private:
    QAction* addWord(QMenu* menu, const QString& text, const QString& word,
                     const QStringList& rivals, const QIcon& icon = {});

    QMenu* m_layers;
    QString m_query;
};

} // namespace strata::ui
