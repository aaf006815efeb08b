// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QDialog>

namespace strata::ui {

/// Name, version, licence, and the versions of what it stands on.
class AboutDialog : public QDialog
{
    Q_OBJECT
public:
    explicit AboutDialog(QWidget* parent = nullptr);
};

} // namespace strata::ui
