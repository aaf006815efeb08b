// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "session/image_session.h"

#include <QComboBox>

namespace strata::ui {

class ImageListModel;

/// Which image of the archive is shown, by name and platform.
class ImageChooser : public QComboBox
{
    Q_OBJECT
public:
    explicit ImageChooser(ImageSession& session, QWidget* parent = nullptr);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void refresh();

    ImageSession& m_session;
    ImageListModel* m_images;
};

} // namespace strata::ui
