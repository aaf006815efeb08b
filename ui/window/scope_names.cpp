// SPDX-License-Identifier: Apache-2.0
#include "window/scope_names.h"

#include <QCoreApplication>

namespace strata::ui {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("ScopeSwitch", text);
}

} // namespace

std::array<QString, 3> scopeNames(const ImageSession& session)
{
    const bool container = session.showsContainer();
    const auto layer = session.currentLayer();
    const bool own = container && (!layer || session.openedImage()->isContainers(*layer));
    return {container ? tr("&Container") : tr("&Whole image"),
            layer && !own ? tr("&Up to layer %1").arg(*layer) : tr("&Up to layer"),
            own     ? tr("&Only its changes")
            : layer ? tr("&Only layer %1").arg(*layer)
                    : tr("&Only layer")};
}

} // namespace strata::ui
