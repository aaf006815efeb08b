// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

class QWidget;

namespace strata::ui {

/// Has a screen reader, if one is there, say something that `from` shows.
void announce(QWidget* from, const QString& text);

} // namespace strata::ui
