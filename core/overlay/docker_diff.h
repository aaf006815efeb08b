// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "overlay/container.h"

#include <string>
#include <vector>

namespace strata {

/// One line of `docker diff`.
struct DockerChange
{
    char kind = 'C';  ///< 'A' added, 'C' changed, 'D' deleted
    std::string path; ///< absolute

    friend bool operator==(const DockerChange&, const DockerChange&) = default;
};

/// What `docker diff` says of a container, by moby/go-archive's changes.go: mode, owner, device and
/// file capabilities are compared, and of what is no directory size and time. The directory of any
/// change is changed; a deleted directory is one line, an added one all that is in it. The root is
/// never there. In order of path, which go-archive leaves to chance. Linear in the container's own
/// layer and what it deletes. Not below limits::containerDepth folders.
std::vector<DockerChange> dockerDiff(const Container& container);

} // namespace strata
