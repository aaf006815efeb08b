// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/recent_images.h"

#include <QMenu>

namespace strata::ui {

/// "Open recent": the images opened last, those gone missing greyed, and "Clear".
class RecentMenu : public QMenu
{
    Q_OBJECT
public:
    RecentMenu(RecentImages& images, const QString& title, QWidget* parent = nullptr);

Q_SIGNALS:
    void fileChosen(const QString& fileName);

private:
    void fill();

    RecentImages& m_images;
};

} // namespace strata::ui
