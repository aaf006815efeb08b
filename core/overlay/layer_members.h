// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/warning.h"
#include "io/tar_reader.h"
#include "overlay/container.h"

#include <string>
#include <vector>

namespace strata {

/// One member of the tar that a container's layer becomes.
struct LayerMember
{
    enum class Kind : std::uint8_t {
        Object,
        Whiteout, ///< of `member.path`
        Opaque,   ///< of the directory `member.path`
    };
    Kind kind = Kind::Object;
    TarMember member; ///< path without a leading slash; of a directory with one at its end
    UpperId inode;    ///< of an object; holds the content of a regular file that is no hard link

    /// The name that stands in the tar: "etc/.wh.motd".
    std::string tarName() const;
};

struct LayerMembers
{
    std::vector<LayerMember> members;
    WarningList warnings; ///< what a layer cannot hold and is left out
};

/// The tar as it will be, in order, by RULES.md "Writing a layer". Empty if nothing was changed but
/// the root's metadata, for which a layer has no entry. Left out with a warning: names
/// of whiteouts, attributes whose name a tar cannot keep, what is more than limits::containerDepth
/// folders deep. Linear in the container's own layer.
LayerMembers layerMembers(const Container& container);

} // namespace strata
