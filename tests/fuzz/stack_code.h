// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "export/image_writer.h"
#include "tree/projection.h"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace strata::fuzz {

/// What an input of fuzz_stack stands for.
struct StackCode
{
    std::vector<SharedSource> layerTars;
    WriteFormat format = WriteFormat::OciArchive;
    LayerCompression compression = LayerCompression::None;
    ProjectionSpec view; ///< without its filter
    std::string filter;
};

/// Code of this program begins with a byte below 0x10, which no archive does.
bool isStackCode(std::span<const std::byte> input);

/// Reads `code` as a list of members, whose names come from a few words, so that layers meet each
/// other often: every code makes some stack, and a flipped bit makes one like it. `outside` is
/// where hostile links and names point.
StackCode decodeStack(std::span<const std::byte> code, const std::string& outside);

} // namespace strata::fuzz
