// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tree/filter.h"

#include <QTimer>
#include <QWidget>

#include <vector>

class QLabel;
class QLineEdit;
class QToolButton;

namespace strata::ui {

class FilterMenu;
struct LayerLabel;

/// Where the filter is typed: field, facets, and the switch for removed paths. What is wrong with
/// the text is said right below the field; the last good filter stays in force meanwhile.
class FilterBar : public QWidget
{
    Q_OBJECT
public:
    /// How long to wait after a key for the next one.
    static constexpr int typingPauseMs = 40;

    explicit FilterBar(QWidget* parent = nullptr);

    const Filter& filter() const { return m_filter; }
    QString text() const;
    bool showRemoved() const;
    QString errorText() const; ///< empty when the text is a good filter
    void setLayers(const std::vector<LayerLabel>& layers);

public Q_SLOTS:
    void setText(const QString& text);
    void setShowRemoved(bool show);
    void clear();
    void focusField();

Q_SIGNALS:
    void filterChanged();
    void showRemovedChanged(bool show);
    /// F3 or Return in the field, Shift for backwards.
    void matchWanted(bool forward);
    /// Down in the field: on to the tree.
    void leaveWanted();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void parse();
    void showError(const QString& text);
    void placeError();
    void refreshIcons();

    QLineEdit* m_field;
    QToolButton* m_facets;
    QToolButton* m_removed;
    FilterMenu* m_menu;
    QLabel* m_error;
    QAction* m_searchIcon;
    QTimer m_typing; ///< waits for a pause between keys
    Filter m_filter;
};

} // namespace strata::ui
