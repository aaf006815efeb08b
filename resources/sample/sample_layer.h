// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"
#include "io/tar_reader.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace sample {

/// Mode, user and group of something in the sample.
struct Access
{
    std::uint16_t mode = 0644;
    std::uint32_t uid = 0;
    std::uint32_t gid = 0;
};

/// One layer of the sample, described path by path in any order ("etc/passwd"). Directories that
/// lead to something are taken over from the layers below, as overlayfs's copy-up does: with their
/// metadata, and a new time where a name was added or removed in them.
class SampleLayer
{
public:
    /// `mtime` in seconds since 1970, of all that this layer makes. `below` may be null.
    SampleLayer(std::int64_t mtime, const SampleLayer* below);

    void dir(const std::string& path, Access access = {.mode = 0755});
    void file(const std::string& path, std::string content, Access access = {});
    void symlink(const std::string& path, const std::string& target);
    void hardlink(const std::string& path, const std::string& target);
    void whiteout(const std::string& path);
    void opaque(const std::string& path); ///< an empty directory in place of the lower one
    /// The same file as below with other permissions: a full copy in this layer all the same.
    void changeAccess(const std::string& path, Access access);

    strata::Result<std::vector<std::byte>> tar() const;

private:
    struct Entry
    {
        strata::TarMember member;
        std::string content;
        bool whiteout = false;
        bool opaque = false;
    };
    /// Slashes sort before all else, so that a directory's content follows it at once; whiteouts
    /// sort before their siblings.
    struct WalkOrder
    {
        bool operator()(const std::string& a, const std::string& b) const;
    };
    using Entries = std::map<std::string, Entry, WalkOrder>;

    Entry& add(const std::string& path, strata::FileType type, Access access);
    /// As the layers up to this one have it; null if none does.
    const Entry* find(const std::string& path) const;
    void addParents(Entries& entries) const;

    std::int64_t m_mtime;
    const SampleLayer* m_below;
    Entries m_entries;
};

void describeDebian(SampleLayer& layer);
void describeEmacs(SampleLayer& layer);
void describeApache(SampleLayer& layer);

/// Texts that grow from layer to layer: what is installed by the layers up to the named one.
std::string passwdFile(bool apache);
std::string groupFile(bool emacs, bool apache);
std::string dpkgStatus(bool emacs, bool apache);

/// Something that looks like a program or library file: ELF magic, a name, then bytes that repeat
/// enough to compress to a third.
std::string standInBinary(std::string_view name, std::size_t kibibytes);
/// A package index as apt caches it: the packages' names and versions between binary fields.
std::string standInPackageCache(std::string_view seed, std::size_t kibibytes);
/// A PNG of a few strata, bottom darkest.
std::string strataPng(unsigned width, unsigned height);

} // namespace sample
