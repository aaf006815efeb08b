// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "layer_script.h"

#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>

namespace strata::test {

/// The layer says what neither the specification nor any tool gives a meaning: a hardlink to
/// nothing or to a directory, say. There is nothing to compare.
class NotDefined : public std::runtime_error
{
    using std::runtime_error::runtime_error;
};

/// Unpacks one layer into the empty directory `into` as a container runtime does for overlayfs:
/// entry by entry, then whiteouts become 0/0 devices and opaque attributes. `below` is where the
/// layers under it are mounted, merged; none for the base. Shares no code with the core: what the
/// entries do to each other is left to the file system.
///
/// Where runtimes differ it does what is right by RULES.md: whiteouts act on lower layers
/// only, whatever their place (1, 2, 6); a directory that is never listed has the lower
/// directory's metadata, else 0755 root:root (19); a link to a lower layer's file is made a copy
/// of it (13). Throws NotDefined, and std::system_error where a system call fails.
void unpackLayer(const LayerScript& layer, const std::filesystem::path& into,
                 const std::optional<std::filesystem::path>& below, const std::string& opaqueXattr);

} // namespace strata::test
