// SPDX-License-Identifier: Apache-2.0
#include "window/recent_menu.h"

#include "text/format.h"

#include <QDir>
#include <QFileInfo>

namespace strata::ui {

RecentMenu::RecentMenu(RecentImages& images, const QString& title, QWidget* parent)
    : QMenu(title, parent)
    , m_images(images)
{
    setToolTipsVisible(true);
    connect(this, &QMenu::aboutToShow, this, &RecentMenu::fill);
    connect(&m_images, &RecentImages::changed, this, &RecentMenu::fill);
    fill();
}

void RecentMenu::fill()
{
    clear();
    for (const auto& fileName : m_images.files()) {
        const QFileInfo info(fileName);
        const auto text =
            QStringLiteral("%1  —  %2").arg(info.fileName(), QDir::toNativeSeparators(info.path()));
        auto* action =
            addAction(menuText(text), this, [this, fileName] { Q_EMIT fileChosen(fileName); });
        action->setData(fileName);
        if (!info.exists()) {
            action->setEnabled(false);
            action->setToolTip(tr("This file is not there any more."));
        }
    }
    if (m_images.files().isEmpty()) {
        addAction(tr("No images opened yet"))->setEnabled(false);
    }
    addSeparator();
    addAction(tr("&Clear this list"), &m_images, &RecentImages::clear)
        ->setEnabled(!m_images.files().isEmpty());
}

} // namespace strata::ui
