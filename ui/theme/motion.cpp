// SPDX-License-Identifier: Apache-2.0
#include "theme/motion.h"

#include <QApplication>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusVariant>
#include <QStyle>
#include <QVariant>

namespace strata::ui::theme {

namespace {

constexpr int patience = 250; ///< milliseconds

/// A setting of the desktop, by way of org.freedesktop.portal.Settings; invalid if it has none.
QVariant portalSetting(const QString& group, const QString& key)
{
    const auto bus = QDBusConnection::sessionBus();
    if (!bus.isConnected()) {
        return {};
    }
    auto call = QDBusMessage::createMethodCall(QStringLiteral("org.freedesktop.portal.Desktop"),
                                               QStringLiteral("/org/freedesktop/portal/desktop"),
                                               QStringLiteral("org.freedesktop.portal.Settings"),
                                               QStringLiteral("Read"));
    call << group << key;
    const auto answer = bus.call(call, QDBus::Block, patience);
    if (answer.type() != QDBusMessage::ReplyMessage || answer.arguments().isEmpty()) {
        return {};
    }
    QVariant value = answer.arguments().constFirst();
    while (value.canConvert<QDBusVariant>()) { // a variant within a variant
        value = value.value<QDBusVariant>().variant();
    }
    return value;
}

bool askDesktop()
{
    const auto animations = portalSetting(QStringLiteral("org.gnome.desktop.interface"),
                                          QStringLiteral("enable-animations"));
    if (animations.isValid() && !animations.toBool()) {
        return true;
    }
    const auto factor = portalSetting(QStringLiteral("org.kde.kdeglobals.KDE"),
                                      QStringLiteral("AnimationDurationFactor"));
    bool number = false;
    return factor.toDouble(&number) == 0 && number;
}

} // namespace

bool reducedMotion()
{
    const auto wish = qEnvironmentVariable("STRATASCOPE_MOTION");
    if (!wish.isEmpty()) {
        return wish == QLatin1String("none");
    }
    if (QApplication::style()->styleHint(QStyle::SH_Widget_Animation_Duration) == 0) {
        return true;
    }
    static const bool asked = askDesktop();
    return asked;
}

} // namespace strata::ui::theme
