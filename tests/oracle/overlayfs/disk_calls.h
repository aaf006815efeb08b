// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "layer_script.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include <sys/stat.h>

/// System calls on paths, symlinks never followed. They throw std::system_error.
namespace strata::test::disk {

using Path = std::filesystem::path;

/// lstat(2); none where nothing is.
std::optional<struct stat> look(const Path& path);
/// lstat(2) of what is there.
struct stat info(const Path& path);
bool isDirectory(const Path& path);

void makeDirectory(const Path& path);
/// Makes what the entry says, which is no directory and no hardlink, content included.
void makeNode(const Path& path, const ScriptEntry& entry);
void makeWhiteout(const Path& path);
void link(const Path& existing, const Path& path);
/// Owner, attributes, mode, and of all but directories the time.
void setMetadata(const Path& path, const ScriptEntry& entry);
void setTime(const Path& path, std::int64_t seconds, std::uint32_t nanos);
void setXattr(const Path& path, const std::string& name, const std::string& value);
bool hasXattr(const Path& path, const std::string& name, const std::string& value);
void clearXattrs(const Path& path, const std::string& butThis);

/// What lies at a path, as the entry that makes it. Its path is left empty.
ScriptEntry entryAt(const Path& path);

} // namespace strata::test::disk
