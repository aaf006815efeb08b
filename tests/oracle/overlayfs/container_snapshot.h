// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tree_snapshot.h"

#include "overlay/container.h"
#include "overlay/docker_diff.h"

#include <string>
#include <vector>

namespace strata::test {

/// What is seen in a container of the core.
Snapshot seenInContainer(const Container& container);
/// Its upper directory, as overlayfs keeps it.
Snapshot upperOf(const Container& container);

/// An upper directory on the disk, without the marks by which the kernel only finds its way
/// faster, and without what is a whiteout's by chance: its owner, its time, its links.
Snapshot upperOnDisk(const std::filesystem::path& folder, const std::string& opaqueXattr);

/// What moby/go-archive's changes.go says of two trees, written down once more.
std::vector<DockerChange> changesBetween(const Snapshot& before, const Snapshot& after);

} // namespace strata::test
