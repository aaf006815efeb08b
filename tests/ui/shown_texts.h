// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QLabel>
#include <QStringList>

namespace strata::test {

/// The texts of all labels in `widget` that can be seen.
inline QStringList shownTexts(const QWidget& widget)
{
    QStringList out;
    for (const auto* label : widget.findChildren<QLabel*>()) {
        if (label->isVisible()) {
            out << label->text();
        }
    }
    return out;
}

} // namespace strata::test
