// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/digest.h"
#include "base/error.h"
#include "io/tar_reader.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace strata {

/// Writes one layer's tar by the rules of RULES.md "Writing a layer": PAX, whole seconds, empty
/// user and group names, xattrs as SCHILY.xattr. Through libarchive. Not thread-safe.
class LayerWriter
{
public:
    /// `sink` gets the tar's bytes in order.
    explicit LayerWriter(std::function<Status(std::span<const std::byte>)> sink);
    ~LayerWriter();
    LayerWriter(const LayerWriter&) = delete;
    LayerWriter& operator=(const LayerWriter&) = delete;

    /// Writes a member; `content` must hold member.size bytes (regular files only).
    Status add(const TarMember& member, std::span<const std::byte> content = {});
    /// The same with content that is read piece by piece. After an error of `content`, or when it
    /// is not as long as its member says, nothing more can be added.
    Status add(const TarMember& member, ByteStream& content);
    Status addWhiteout(std::string_view path);    ///< "a/b" → "a/.wh.b", mtime 0
    Status addOpaque(std::string_view directory); ///< "a" → "a/.wh..wh..opq", mtime 0
    /// Writes the end of the archive. Nothing can be added afterwards.
    Status finish();

private:
    Status addHeader(const TarMember& member, std::uint64_t size);

    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace strata
