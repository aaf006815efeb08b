// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "container_script.h"

#include <filesystem>

namespace strata::test {

/// Does an operation by the system's own calls, with `root` as the root. Gives 0 or the errno.
/// Symlinks cannot lead out: the process changes its root for the time of the call, and with it
/// that of all its threads.
int runByKernel(const std::filesystem::path& root, const ContainerOperation& operation);

/// The same in the core.
Trace runByCore(Container& container, const ContainerOperation& operation);

} // namespace strata::test
