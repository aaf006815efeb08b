// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "layer_script.h"

#include "overlay/container.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace strata::test {

/// One operation in a container, said once for the kernel and for the core.
struct ContainerOperation
{
    OperationKind kind = OperationKind::Read;
    std::string path = {};
    std::string other = {};  ///< second path, symlink target, or name of an attribute
    std::string bytes = {};  ///< content, or value of an attribute
    std::int64_t number = 0; ///< offset, size or time
    std::uint16_t mode = 0;
    FileType type = FileType::File; ///< of makeNode
    std::uint32_t first = 0;        ///< uid, or major
    std::uint32_t second = 0;       ///< gid, or minor
    bool last = true;               ///< a symlink at the end is followed

    friend bool operator==(const ContainerOperation&, const ContainerOperation&) = default;
};

/// Layers, and what is done in a container on them.
struct ContainerScript
{
    StackScript stack;
    std::vector<ContainerOperation> operations;
};

/// The operation as a call of the core.
std::string operationText(const ContainerOperation& operation);
std::string scriptText(const ContainerScript& script);

/// A stack and `length` operations on paths that it has, that it may have had, and that operations
/// made; the same for the same seed on every machine. What would depend on the host's settings is
/// left out: directories with the sticky bit (sysctl fs.protected_*).
ContainerScript randomContainerScript(std::uint64_t seed, std::size_t length);

/// A smaller script that fails as well: operations, layers and entries are taken away as long as
/// `fails` still says so.
ContainerScript shrunk(ContainerScript script,
                       const std::function<bool(const ContainerScript&)>& fails);

} // namespace strata::test
