// SPDX-License-Identifier: Apache-2.0
#include "window/image_chooser.h"

#include "models/image_list_model.h"

#include <QAbstractItemView>
#include <QScreen>
#include <QStyleOptionComboBox>
#include <QStylePainter>

#include <algorithm>

namespace strata::ui {

namespace {
constexpr int measuredRows = 100;
} // namespace

ImageChooser::ImageChooser(ImageSession& session, QWidget* parent)
    : QComboBox(parent)
    , m_session(session)
    , m_images(new ImageListModel(this))
{
    setObjectName(QStringLiteral("imageChooser"));
    setAccessibleName(tr("Image and platform"));
    setModel(m_images);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    setMaxVisibleItems(20);
    connect(this, &QComboBox::activated, this, [this](int index) {
        if (index != m_session.imageIndex()) {
            m_session.chooseImage(index);
        }
    });
    for (const auto signal :
         {&ImageSession::archiveReady, &ImageSession::closed, &ImageSession::openingStarted}) {
        connect(&m_session, signal, this, &ImageChooser::refresh);
    }
    refresh();
}

void ImageChooser::refresh()
{
    m_images->setArchive(m_session.archive());
    setCurrentIndex(m_session.imageIndex());
    setEnabled(m_images->rowCount() > 1);
    setToolTip(m_images->rowCount() > 1
                   ? tr("An archive may hold several images, and one image for each platform.")
                   : tr("The image of this archive."));
    // The list may be wider than the button that opens it, but not than the screen.
    int widest = 0;
    for (int row = 0; row < std::min(m_images->rowCount(), measuredRows); ++row) {
        widest = std::max(widest, fontMetrics().horizontalAdvance(itemText(row)));
    }
    view()->setMinimumWidth(std::min(widest + 40, screen()->availableGeometry().width() / 2));
    view()->setTextElideMode(Qt::ElideMiddle);
}

QSize ImageChooser::sizeHint() const
{
    const int wanted = fontMetrics().horizontalAdvance(currentText()) + 48;
    return {std::clamp(wanted, 150, 300), QComboBox::sizeHint().height()};
}

QSize ImageChooser::minimumSizeHint() const
{
    return {120, QComboBox::minimumSizeHint().height()};
}

void ImageChooser::paintEvent(QPaintEvent*)
{
    // QComboBox cuts long text off without a sign.
    QStylePainter painter(this);
    QStyleOptionComboBox option;
    initStyleOption(&option);
    painter.drawComplexControl(QStyle::CC_ComboBox, option);
    const auto field =
        style()->subControlRect(QStyle::CC_ComboBox, &option, QStyle::SC_ComboBoxEditField, this);
    option.currentText = fontMetrics().elidedText(
        count() == 0 ? tr("No image") : option.currentText, Qt::ElideMiddle, field.width() - 6);
    if (count() == 1) {
        option.palette.setCurrentColorGroup(QPalette::Active); // not a choice, but worth reading
    }
    painter.drawControl(QStyle::CE_ComboBoxLabel, option);
}

} // namespace strata::ui
