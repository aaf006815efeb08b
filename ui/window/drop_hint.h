// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

namespace strata::ui {

/// Lies over the whole window while a file hovers above it: "Drop to open".
class DropHint : public QWidget
{
    Q_OBJECT
public:
    explicit DropHint(QWidget* parent);

    void showFor(const QString& fileName);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_fileName;
};

} // namespace strata::ui
