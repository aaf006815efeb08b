// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "screenshots/photographer.h"

namespace strata::test {

/// The tree of the sample: scopes, filters, what is removed.
void takeTree(Photographer& p);
/// The inspector's tabs, and the other pages.
void takeInspector(Photographer& p);
/// What goes wrong, what is large, what is slow; images for it are written to `folder`.
void takeTroubles(Photographer& p, const QString& folder);
/// Containers, their traces and their dialogs.
void takeContainers(Photographer& p);

} // namespace strata::test
