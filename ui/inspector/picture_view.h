// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QImage>
#include <QWidget>

namespace strata::ui {

/// A picture scaled down to fit, over a checkerboard where it is transparent, with its size below.
class PictureView : public QWidget
{
    Q_OBJECT
public:
    explicit PictureView(QWidget* parent = nullptr);

    /// `size` is the picture's own; `image` may be smaller.
    void setPicture(const QImage& image, QSize size, const QString& format);
    QString caption() const { return m_caption; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QImage m_image;
    QSize m_size;
    QString m_caption;
};

} // namespace strata::ui
