// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtTypes>

class QProgressBar;

namespace strata::ui {

/// Bytes of any number on a bar, whose range is an int's; `total` 0 = nobody knows how many.
void setProgress(QProgressBar& bar, quint64 done, quint64 total);

} // namespace strata::ui
