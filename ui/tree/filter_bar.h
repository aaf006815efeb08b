// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tree/filter.h"

#include <QPointer>
#include <QTimer>
#include <QWidget>

#include <vector>

class QLabel;
class QLineEdit;
class QToolButton;

namespace strata::ui {

class FilterMenu;
class ToggleButton;
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
    ~FilterBar() override;

    const Filter& filter() const { return m_filter; }
    QString text() const;
    bool showRemoved() const;
    QString errorText() const; ///< empty when the text is a good filter
    void setLayers(const std::vector<LayerLabel>& layers);
    /// What is wrong is said within the width of `area`, where that is in the same window: over
    /// the list that is filtered, not over its neighbour.
    void keepErrorOver(QWidget* area) { m_area = area; }

public Q_SLOTS:
    void setText(const QString& text);
    void setShowRemoved(bool show);
    void clear();
    void focusField();

Q_SIGNALS:
    void filterChanged();
    /// errorText() has changed: filter() is, or is no longer, of an older text than the field's.
    void errorChanged();
    void showRemovedChanged(bool show);
    /// Return in the field, Shift for backwards.
    void matchWanted(bool forward);
    /// Down in the field, or Escape where it is empty: on to the tree.
    void leaveWanted();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void parse();
    void showError(const QString& text);
    void updateError();
    void placeError();
    void refreshIcons();

    QLineEdit* m_field;
    QToolButton* m_facets;
    ToggleButton* m_removed;
    FilterMenu* m_menu;
    QPointer<QLabel> m_error; ///< a child of the window while it floats
    QPointer<QWidget> m_area; ///< see keepErrorOver
    QString m_errorText;
    QAction* m_searchIcon;
    QTimer m_typing; ///< waits for a pause between keys
    Filter m_filter;
};

} // namespace strata::ui
