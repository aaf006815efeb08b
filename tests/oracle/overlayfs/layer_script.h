// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tar_builder.h"

#include "io/byte_stream.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace strata::test {

/// What an entry of a layer makes. Whiteouts are files of a special name, as in a tar.
enum class EntryKind { Directory, File, Symlink, Hardlink, CharDevice, BlockDevice, Fifo };

/// The mode of an entry that is given none.
std::int64_t defaultMode(EntryKind kind);

/// One entry of a layer, said once for the tar and for the disk.
struct ScriptEntry
{
    EntryKind kind = EntryKind::File;
    std::string path = {}; ///< as the tar spells it
    std::string content = {};
    std::string target = {}; ///< of symlinks and hardlinks
    std::int64_t major = 0;
    std::int64_t minor = 0;
    std::int64_t mode = 0644;
    std::int64_t uid = 0;
    std::int64_t gid = 0;
    std::int64_t mtime = defaultMtime;
    std::uint32_t mtimeNsec = 0;
    std::vector<std::pair<std::string, std::string>> xattrs = {};

    friend bool operator==(const ScriptEntry&, const ScriptEntry&) = default;
};

/// One layer in the abstract: entries in the tar's order. The calls are TarBuilder's, so that what
/// scriptText() prints may be pasted into any test.
struct LayerScript
{
    std::vector<ScriptEntry> entries;
    Compression compression = Compression::None;

    LayerScript& dir(std::string_view path, const TarAttributes& attributes = {});
    LayerScript& file(std::string_view path, std::string_view content = {},
                      const TarAttributes& attributes = {});
    LayerScript& symlink(std::string_view path, std::string_view target,
                         const TarAttributes& attributes = {});
    /// A hardlink's own metadata mean nothing: it has those of what it links to.
    LayerScript& hardlink(std::string_view path, std::string_view target);
    LayerScript& charDevice(std::string_view path, std::int64_t major, std::int64_t minor,
                            const TarAttributes& attributes = {});
    LayerScript& blockDevice(std::string_view path, std::int64_t major, std::int64_t minor,
                             const TarAttributes& attributes = {});
    LayerScript& fifo(std::string_view path, const TarAttributes& attributes = {});
    LayerScript& whiteout(std::string_view path);    ///< "a/b" → "a/.wh.b"
    LayerScript& opaque(std::string_view directory); ///< "a" → "a/.wh..wh..opq"

    /// Of the next entry. The only PAX record there is here is "mtime", with a fraction.
    LayerScript& pax(const std::vector<std::pair<std::string, std::string>>& records);
    LayerScript& xattr(const std::string& name, const std::string& value);
    LayerScript& compressed(Compression how);

    friend bool operator==(const LayerScript& a, const LayerScript& b)
    {
        return a.entries == b.entries && a.compression == b.compression;
    }

private:
    LayerScript& add(ScriptEntry entry, const TarAttributes& attributes);

    std::vector<std::pair<std::string, std::string>> m_xattrs;
    std::string m_mtime;
};

/// Layers, base first.
using StackScript = std::vector<LayerScript>;

/// The layer's tar.
TarBuilder tarOf(const LayerScript& layer);

/// The stack as C++ that builds it again.
std::string scriptText(const StackScript& stack);

} // namespace strata::test
