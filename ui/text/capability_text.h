// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

#include <string_view>

namespace strata::ui {

/// The value of a security.capability attribute as getcap(8) writes it, "cap_net_raw=ep"; empty
/// if it is not of a known form (linux/capability.h, struct vfs_cap_data, revisions 1 to 3).
QString capabilityText(std::string_view value);

} // namespace strata::ui
