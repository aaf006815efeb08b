// SPDX-License-Identifier: Apache-2.0
#include "tree/filter_menu.h"

#include "text/format.h"
#include "theme/layer_chip.h"
#include "theme/theme.h"
#include "tree/filter_words.h"

#include <QPainter>

namespace strata::ui {

namespace {

/// The layer's chip for a menu, at twice the size for sharp screens; chosen, with a tick for its
/// number, as styles hardly mark a checked picture.
QPixmap layerPixmap(unsigned layer, bool chosen)
{
    QPixmap pixmap(32, 32);
    pixmap.setDevicePixelRatio(2.0);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    if (layer < 10 && !chosen) {
        paintLayerChip(painter, 0, 8, 16, layer);
    } else { // no room for the number, which stands in the menu's word anyway
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme::layerColor(layer));
        painter.drawRoundedRect(QRectF(0, 0, 16, 16), 4, 4);
    }
    if (chosen) {
        painter.setPen(
            QPen(theme::layerText(layer), 2, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter.drawPolyline(QPolygonF({{4, 8.4}, {7, 11.4}, {12.2, 5}}));
    }
    return pixmap;
}

QIcon layerIcon(unsigned layer)
{
    QIcon icon(layerPixmap(layer, false));
    icon.addPixmap(layerPixmap(layer, true), QIcon::Normal, QIcon::On);
    icon.addPixmap(layerPixmap(layer, true), QIcon::Active, QIcon::On);
    return icon;
}

} // namespace

FilterMenu::FilterMenu(QWidget* parent)
    : QMenu(parent)
{
    setToolTipsVisible(true);
    m_layers = addMenu(tr("&Layer"));

    auto* changes = addMenu(tr("&Change"));
    const QStringList change{QStringLiteral("change:")};
    for (const auto kind : {Change::Added, Change::Modified, Change::Metadata, Change::Removed}) {
        const auto name = changeName(kind);
        const QString word =
            change.front() + QLatin1StringView(name.data(), qsizetype(name.size()));
        addWord(changes, changeText(kind), word, change)->setToolTip(changeHelp(kind));
    }

    auto* types = addMenu(tr("&Type"));
    const QStringList type{QStringLiteral("type:")};
    addWord(types, tr("Files"), QStringLiteral("type:file"), type);
    addWord(types, tr("Folders"), QStringLiteral("type:dir"), type);
    addWord(types, tr("Symbolic links"), QStringLiteral("type:symlink"), type);

    auto* sizes = addMenu(tr("&Size"));
    const QStringList size{QStringLiteral("size>"), QStringLiteral("size<"),
                           QStringLiteral("size="), QStringLiteral("size:")};
    addWord(sizes, tr("Empty"), QStringLiteral("size<=0"), size);
    addWord(sizes, tr("Over 4 KiB"), QStringLiteral("size>4k"), size);
    addWord(sizes, tr("Over 100 KiB"), QStringLiteral("size>100k"), size);
    addWord(sizes, tr("Over 1 MiB"), QStringLiteral("size>1M"), size);
    addWord(sizes, tr("Over 10 MiB"), QStringLiteral("size>10M"), size);
    addWord(sizes, tr("Over 100 MiB"), QStringLiteral("size>100M"), size);

    addSeparator();
    addWord(this, tr("Set&uid: runs as its owner"), QStringLiteral("setuid"), {});
    addWord(this, tr("Set&gid: runs as its group"), QStringLiteral("setgid"), {});
    setLayers({});
}

QAction* FilterMenu::addWord(QMenu* menu, const QString& text, const QString& word,
                             const QStringList& rivals, const QIcon& icon)
{
    auto* action = menu->addAction(icon, text + QLatin1Char('\t') + word);
    action->setCheckable(true);
    action->setData(word);
    connect(action, &QAction::triggered, this, [this, word, rivals] {
        Q_EMIT queryChosen(filterWords::toggled(m_query, word, rivals));
    });
    return action;
}

void FilterMenu::setLayers(const std::vector<LayerLabel>& layers)
{
    m_layers->clear();
    const QStringList rivals{QStringLiteral("layer:")};
    // The stack's order: what was built last stands on top.
    for (auto i = layers.size(); i-- > 0;) {
        const auto text = menuText(layers[i].shortText);
        addWord(m_layers, text.isEmpty() ? tr("Layer %1").arg(i) : text,
                QStringLiteral("layer:%1").arg(i), rivals, layerIcon(static_cast<unsigned>(i)));
    }
    m_layers->setEnabled(!layers.empty());
    setQuery(m_query);
}

void FilterMenu::setQuery(const QString& query)
{
    m_query = query;
    for (auto* action : findChildren<QAction*>()) {
        if (const auto word = action->data().toString(); !word.isEmpty()) {
            action->setChecked(filterWords::has(query, word));
        }
    }
}

} // namespace strata::ui
