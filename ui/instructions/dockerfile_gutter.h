// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

namespace strata::ui {

class DockerfileEdit;

/// The strip left of a Dockerfile's lines. All painting is the edit's, which knows its blocks; what
/// happens here goes to the line beside it.
class DockerfileGutter : public QWidget
{
    Q_OBJECT
public:
    explicit DockerfileGutter(DockerfileEdit* edit);

    QSize sizeHint() const override;
    QFont noteFont() const; ///< of "no layer" and the chips

protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    bool event(QEvent* event) override;

private:
    DockerfileEdit* m_edit;
};

} // namespace strata::ui
