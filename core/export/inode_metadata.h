// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Private to core/export: what a file carries beside its content.
namespace strata {

/// Metadata to be given to something just made.
struct Attributes
{
    std::uint32_t uid = 0;
    std::uint32_t gid = 0;
    std::uint16_t mode = 0; ///< the twelve permission bits
    std::int64_t mtime = 0;
    std::uint32_t mtimeNsec = 0;
    std::vector<std::pair<std::string, std::string_view>> xattrs;
};

/// Which parts of Attributes were not set: errno values, 0 = set.
struct Refusals
{
    int owner = 0;
    int mode = 0;
    int time = 0;
    int xattr = 0;
    std::string xattrName; ///< the first one refused
    /// A setuid or setgid bit of a file left out, because owner or group are not the image's.
    bool privilege = false;

    bool any() const { return owner != 0 || mode != 0 || time != 0 || xattr != 0 || privilege; }
};

/// How an inode is held: opened for reading or writing, or with O_PATH alone, as symlinks, devices
/// and fifos must be.
enum class Held { Open, ByPath };

/// Sets `attributes` on the very inode that `fd` holds, whatever name it has by now. A setuid or
/// setgid bit is set on a file only where its owner or group is the one the image means: with
/// another it would lend out the rights of whoever extracts. umoci sets it all the same.
Refusals setAttributes(int fd, Held held, const Attributes& attributes, bool keepOwner);

/// Permission bits of an inode held with O_PATH. 0 or an errno.
int changeModeByPath(int fd, unsigned mode);

} // namespace strata
