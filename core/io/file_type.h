// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace strata {

/// What a tar entry makes.
enum class FileType : std::uint8_t { File, Directory, Symlink, CharDevice, BlockDevice, Fifo };

/// "file", "dir", "symlink", "char", "block", "fifo": the words of the command line's contract.
std::string_view fileTypeName(FileType type);
/// "a file", "a directory", …: for sentences.
std::string_view fileTypeWords(FileType type);

} // namespace strata
