// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/version_state.h"

#include <QWidget>

class QComboBox;

namespace strata::ui {

class DiffView;

/// The difference between any two versions of the path, chosen by two lists.
class DiffPage : public QWidget
{
    Q_OBJECT
public:
    explicit DiffPage(QWidget* parent = nullptr);

    /// Compares the version with the one below it, or, where it is the lowest, with the one above.
    void setVersion(const InspectedVersion& version);
    DiffView* view() const { return m_view; }

private:
    void fillLists();
    void compare();

    InspectedVersion m_version;
    QComboBox* m_before;
    QComboBox* m_after;
    QWidget* m_chooser;
    DiffView* m_view;
};

} // namespace strata::ui
