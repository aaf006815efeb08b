// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QLineEdit>

namespace strata::ui {

/// A path that cannot be edited, elided in the middle until it is entered: then all of it can be
/// selected and copied.
class PathLabel : public QLineEdit
{
    Q_OBJECT
public:
    explicit PathLabel(QWidget* parent = nullptr);

    void setPath(const QString& path);
    const QString& path() const { return m_path; }

    QSize minimumSizeHint() const override;

protected:
    void resizeEvent(QResizeEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    void updateText();

    QString m_path;
};

} // namespace strata::ui
