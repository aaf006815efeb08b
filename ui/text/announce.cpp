// SPDX-License-Identifier: Apache-2.0
#include "text/announce.h"

#include <QAccessible>
#include <QWidget>

namespace strata::ui {

void announce(QWidget* from, const QString& text)
{
    if (QAccessible::isActive()) {
        QAccessibleAnnouncementEvent event(from, text);
        QAccessible::updateAccessibility(&event);
    }
}

} // namespace strata::ui
