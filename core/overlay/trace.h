// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/ids.h"
#include "io/tar_reader.h"
#include "overlay/posix_error.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What an operation in a container looked at and did: plain data, for views to play.
namespace strata {

enum class OperationKind : std::uint8_t {
    Read,
    Create,
    Replace,  ///< open(2) with O_CREAT | O_TRUNC, and write
    Append,   ///< with O_CREAT | O_APPEND
    Edit,     ///< write at an offset into a file that is there
    Truncate, ///< truncate(2): shorter or longer
    MakeDirectory,
    MakeNode,
    Symlink,
    Link,
    Rename,
    Move, ///< rename, or where the kernel refuses that, copy and remove, as mv(1) does
    ChangeMode,
    ChangeOwner,
    SetXattr,
    RemoveXattr,
    SetTime,
    Unlink,
    RemoveDirectory,
    RemoveTree,
};

/// "read", "create", "replace", "append", "edit", "truncate", "mkdir", "mknod", "symlink", "link",
/// "rename", "mv", "chmod", "chown", "setxattr", "removexattr", "settime", "unlink", "rmdir",
/// "rm-r".
std::string_view operationName(OperationKind kind);

/// What a look-up met in one layer.
enum class Sight : std::uint8_t {
    Miss,         ///< the layer says nothing of the path: look below
    Hit,          ///< it is here. A directory's look-up goes on below, for what is merged into it
    Whiteout,     ///< the path, or a directory above it, is deleted here: nothing below counts
    Opaque,       ///< the directory, or one above the path, hides all below
    NotDirectory, ///< something else stands in the way: nothing below counts
    Absent,       ///< the archive does not hold the layer: nobody knows; look below all the same
};

/// "miss", "hit", "whiteout", "opaque", "not-directory", "absent".
std::string_view sightName(Sight sight);

struct LayerLook
{
    std::optional<LayerNo> layer; ///< none = the container's own
    Sight sight = Sight::Miss;
    /// The path itself is in this layer, and part of what is seen. A directory that the layer only
    /// implies is there too, with the metadata that it has below.
    bool shows = false;

    friend bool operator==(const LayerLook&, const LayerLook&) = default;
};

/// The way through the layers to one path. Directories on the way that were simply there are left
/// out; symlinks that were followed have a look-up of their own.
struct Lookup
{
    std::string path;              ///< absolute, symlinks on the way to it resolved
    std::vector<LayerLook> layers; ///< top down, as far as it went; the last says why it stopped
    bool found = false;
    std::string followed; ///< target of a symlink that led on from here; empty if none did

    /// The layer whose metadata and content are seen, if it was found.
    const LayerLook* hit() const;

    friend bool operator==(const Lookup&, const Lookup&) = default;
};

enum class EffectKind : std::uint8_t {
    CopiedUp,     ///< `path` is in the container now, as it was in layer `from`: `bytes` of content
    CopiedData,   ///< content that metacopy had left in layer `from` until it was written to
    Created,      ///< something new at `path`; `overWhiteout` if it was deleted before
    Written,      ///< `bytes` written
    Resized,      ///< to `bytes`
    Metadata,     ///< mode, owner, time or attributes changed
    Renamed,      ///< `path` is now called `other`
    Linked,       ///< `path` is one more name of `other`
    Removed,      ///< gone from the container; of a tree, `paths` that were seen
    WhiteoutLeft, ///< a whiteout now says that `path` is deleted
    OpaqueSet,    ///< the directory `path` now hides what the image has there
};

/// "copied-up", "copied-data", "created", "written", "resized", "metadata", "renamed", "linked",
/// "removed", "whiteout", "opaque".
std::string_view effectName(EffectKind kind);

/// One thing that happened to the container's own layer.
struct Effect
{
    EffectKind kind = EffectKind::Created;
    std::string path;
    std::string other = {}; // NOLINT(readability-redundant-member-init): designated initializers
    FileType type = FileType::File;
    std::optional<LayerNo> from = {}; // NOLINT(readability-redundant-member-init): likewise
    std::uint64_t bytes = 0;
    std::uint64_t paths = 0;
    bool parent = false;       ///< CopiedUp: only because something in it changes
    bool overWhiteout = false; ///< Created, Renamed, Linked: a whiteout made way
    bool dataBelow = false;    ///< CopiedUp: metadata alone, the content stays in the image

    friend bool operator==(const Effect&, const Effect&) = default;
};

/// An operation from its beginning to its end, or to what refused it.
struct Trace
{
    OperationKind operation = OperationKind::Read;
    std::string path;  ///< as given
    std::string other; ///< the second path, or a symlink's target
    std::vector<Lookup> lookups;
    std::vector<Effect> effects; ///< in order; empty when refused, for then nothing has changed
    PosixError error = PosixError::None;
    std::string reason; ///< what lies behind Io, NoSpace and Interrupted; else empty

    bool done() const { return error == PosixError::None; }
    std::uint64_t bytesCopiedUp() const;

    friend bool operator==(const Trace&, const Trace&) = default;
};

/// A few lines of plain text, each ended by '\n', names escaped for display:
///   append /etc/motd
///     look for /etc/motd: container miss, layer 2 miss, layer 1 hit
///     copied up /etc, a directory, from layer 0
///     copied up /etc/motd, 286 bytes from layer 1
///     wrote 3 bytes to /etc/motd
/// A refused one ends with "  refused: ENOENT, No such file or directory".
std::string traceText(const Trace& trace);

} // namespace strata
