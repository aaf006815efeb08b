// SPDX-License-Identifier: Apache-2.0
#include "window/scope_names.h"

#include <QCoreApplication>

namespace strata::ui {

namespace {

struct Words
{
    Q_DECLARE_TR_FUNCTIONS(ScopeSwitch)
};

} // namespace

std::array<QString, 3> scopeNames(const ImageSession& session)
{
    const bool container = session.showsContainer();
    const auto layer = session.currentLayer();
    const bool own = container && (!layer || session.opened()->isContainers(*layer));
    return {container ? Words::tr("&Container") : Words::tr("&Whole image"),
            layer && !own ? Words::tr("&Up to layer %1").arg(*layer) : Words::tr("&Up to layer"),
            own     ? Words::tr("&Only its changes")
            : layer ? Words::tr("&Only layer %1").arg(*layer)
                    : Words::tr("&Only layer")};
}

} // namespace strata::ui
