// SPDX-License-Identifier: Apache-2.0
#include "window/scope_switch.h"

#include "theme/theme.h"
#include "window/scope_names.h"

#include <QAbstractButton>
#include <QButtonGroup>
#include <QHBoxLayout>
#include <QPainter>

namespace strata::ui {

namespace {

constexpr qreal radius = 5.0;

/// One part of the switch: raised when chosen, flat otherwise.
class Segment : public QAbstractButton
{
public:
    explicit Segment(QWidget* parent)
        : QAbstractButton(parent)
    {
        setCheckable(true);
        setFocusPolicy(Qt::TabFocus);
        setSizePolicy(QSizePolicy::Minimum, QSizePolicy::Expanding);
    }

    QSize sizeHint() const override
    {
        QFont bold = font();
        bold.setWeight(QFont::DemiBold);
        const QFontMetrics metrics(bold);
        return {metrics.horizontalAdvance(text()) + 24, metrics.height() + 10};
    }
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const QRectF face = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
        if (isChecked()) {
            painter.setPen(theme::hairline(palette()));
            painter.setBrush(theme::isDark(palette())
                                 ? theme::mix(palette().color(QPalette::Text),
                                              palette().color(QPalette::Base), 0.22)
                                 : palette().color(QPalette::Base));
            painter.drawRoundedRect(face, radius, radius);
        } else if (underMouse() && isEnabled()) {
            painter.setPen(Qt::NoPen);
            painter.setBrush(theme::mix(palette().color(QPalette::Text),
                                        palette().color(QPalette::Window), 0.1));
            painter.drawRoundedRect(face, radius, radius);
        }
        if (hasFocus()) {
            painter.setPen(QPen(palette().color(QPalette::Highlight), 1.5));
            painter.setBrush(Qt::NoBrush);
            painter.drawRoundedRect(face.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius);
        }
        QFont font = this->font();
        font.setWeight(isChecked() ? QFont::DemiBold : QFont::Normal);
        painter.setFont(font);
        painter.setPen(!isEnabled()  ? palette().color(QPalette::Disabled, QPalette::ButtonText)
                       : isChecked() ? palette().color(QPalette::Text)
                                     : theme::mutedText(palette()));
        painter.drawText(rect(), Qt::AlignCenter, text());
    }
    void enterEvent(QEnterEvent*) override { update(); }
    void leaveEvent(QEvent*) override { update(); }
};

} // namespace

ScopeSwitch::ScopeSwitch(ImageSession& session, QWidget* parent)
    : QWidget(parent)
    , m_session(session)
{
    setObjectName(QStringLiteral("scopeSwitch"));
    setAccessibleName(tr("Part of the image to show"));
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Preferred);
    auto* group = new QButtonGroup(this);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(3, 3, 3, 3);
    layout->setSpacing(2);
    for (std::size_t i = 0; i < m_buttons.size(); ++i) {
        m_buttons[i] = new Segment(this);
        group->addButton(m_buttons[i], static_cast<int>(i));
        layout->addWidget(m_buttons[i]);
    }
    m_buttons[0]->setObjectName(QStringLiteral("scopeWhole"));
    m_buttons[1]->setObjectName(QStringLiteral("scopeUpTo"));
    m_buttons[2]->setObjectName(QStringLiteral("scopeOnly"));
    m_buttons[0]->setToolTip(tr("All layers stacked: what a container sees."));
    m_buttons[1]->setToolTip(
        tr("The layers from the base up to the chosen one: the image as of that build step."));
    m_buttons[2]->setToolTip(tr("Only what the chosen layer added, modified or removed."));
    connect(group, &QButtonGroup::idClicked, this,
            [this](int id) { m_session.setScope(static_cast<Scope>(id)); });
    connect(group, &QButtonGroup::idToggled, this, [this](int id, bool on) {
        if (on) {
            m_session.setScope(static_cast<Scope>(id));
        }
    });
    for (const auto signal : {&ImageSession::currentLayerChanged, &ImageSession::scopeChanged,
                              &ImageSession::stateChanged, &ImageSession::archiveReady}) {
        connect(&m_session, signal, this, &ScopeSwitch::refresh);
    }
    connect(&m_session, &ImageSession::viewChanged, this, &ScopeSwitch::refresh);
    refresh();
}

void ScopeSwitch::refresh()
{
    const auto* image = m_session.image();
    auto names = scopeNames(m_session);
    for (std::size_t i = 0; i < names.size(); ++i) {
        m_buttons[i]->setText(names[i].remove(QLatin1Char('&')));
    }
    m_buttons[static_cast<std::size_t>(m_session.scope())]->setChecked(true);
    setEnabled(image && !image->layers.empty());
    for (auto* button : m_buttons) {
        button->updateGeometry();
        button->update();
    }
    update();
}

void ScopeSwitch::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(theme::hairline(palette()));
    painter.setBrush(theme::mix(palette().color(QPalette::Text), palette().color(QPalette::Base),
                                theme::isDark(palette()) ? 0.1 : 0.07));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius + 2, radius + 2);
}

} // namespace strata::ui
