// SPDX-License-Identifier: Apache-2.0
#include "theme/progress.h"

#include <QProgressBar>

namespace strata::ui {

void setProgress(QProgressBar& bar, quint64 done, quint64 total)
{
    constexpr int steps = 1000;
    bar.setRange(0, total > 0 ? steps : 0);
    if (total > 0) {
        bar.setValue(
            static_cast<int>(static_cast<double>(done) / static_cast<double>(total) * steps));
    }
}

} // namespace strata::ui
