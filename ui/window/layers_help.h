// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QDialog>

namespace strata::ui {

/// "What are layers?": one page, to read once.
class LayersHelp : public QDialog
{
    Q_OBJECT
public:
    explicit LayersHelp(QWidget* parent = nullptr);
};

} // namespace strata::ui
