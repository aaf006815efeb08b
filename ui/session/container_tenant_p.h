// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "session/container_deck.h"

namespace strata::ui {

/// A container and its name, for the worker alone once it has been handed over. Private to session.
struct ContainerDeck::Tenant
{
    std::string name;
    Container container;
};

} // namespace strata::ui
