// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/version_state.h"

#include <QWidget>

class QLabel;
class QPushButton;
class QToolButton;

namespace strata::ui {

class PathLabel;

/// The path, where it comes from, and, when another copy than the visible one is looked at, which.
class InspectorHeader : public QWidget
{
    Q_OBJECT
public:
    explicit InspectorHeader(QWidget* parent = nullptr);

    /// `byDefault`: the version that the scope shows of itself.
    void setVersion(const InspectedVersion& version, std::optional<std::size_t> byDefault);
    QString path() const;
    QString originText() const;
    /// "Layer 0's copy — covered by layer 2"; null while nothing needs to be said.
    QString bannerText() const;

public Q_SLOTS:
    /// The whole path to the clipboard, as bytes of UTF-8 where it is that.
    void copyPath();

Q_SIGNALS:
    void defaultRequested();

protected:
    void changeEvent(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void updateColors();
    void elide();

    InspectedVersion m_version;
    PathLabel* m_path;
    QToolButton* m_copy;
    QLabel* m_origin;
    QString m_originText;
    bool m_chosen = false; ///< another version than the scope's own
    QWidget* m_banner;
    QLabel* m_bannerText;
    QPushButton* m_back;
};

} // namespace strata::ui
