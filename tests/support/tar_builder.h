// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bytes.h"
#include "tar_header.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace strata::test {

/// 2020-09-13 12:26:40 UTC: the time of every member that is given none.
inline constexpr std::int64_t defaultMtime = 1'600'000'000;

/// Metadata of a member. Without a mode: 0755 for directories, 0777 for symlinks, else 0644.
struct TarAttributes
{
    std::optional<std::int64_t> mode = {};
    std::int64_t uid = 0;
    std::int64_t gid = 0;
    std::int64_t mtime = defaultMtime;
};

struct SparseChunk
{
    std::uint64_t offset = 0;
    std::string data;
};

enum class SparseForm { OldGnu, Pax00, Pax01, Pax10 };

/// How names over a hundred bytes are written.
enum class LongNames { Pax, Gnu, UstarPrefix };

/// Builds a tar byte by byte, without any tar library, so that tests can hold what no well-behaved
/// writer makes. Names and contents are bytes. Every call gives the builder itself back.
class TarBuilder
{
public:
    TarBuilder& dir(std::string_view path, const TarAttributes& attributes = {});
    TarBuilder& file(std::string_view path, std::string_view content = {},
                     const TarAttributes& attributes = {});
    TarBuilder& symlink(std::string_view path, std::string_view target,
                        const TarAttributes& attributes = {});
    TarBuilder& hardlink(std::string_view path, std::string_view target,
                         const TarAttributes& attributes = {});
    TarBuilder& charDevice(std::string_view path, std::int64_t major, std::int64_t minor,
                           const TarAttributes& attributes = {});
    TarBuilder& blockDevice(std::string_view path, std::int64_t major, std::int64_t minor,
                            const TarAttributes& attributes = {});
    TarBuilder& fifo(std::string_view path, const TarAttributes& attributes = {});
    TarBuilder& whiteout(std::string_view path);    ///< "a/b" → "a/.wh.b"
    TarBuilder& opaque(std::string_view directory); ///< "a" → "a/.wh..wh..opq"; "" = the root's
    /// A file with holes: `chunks` in order, zeros between them and up to `realSize`.
    TarBuilder& sparse(SparseForm form, std::string_view path,
                       const std::vector<SparseChunk>& chunks, std::uint64_t realSize);

    /// Records of a PAX header before the next member; several calls add up. A record "size" also
    /// stands instead of the header's own.
    TarBuilder& pax(const std::vector<std::pair<std::string, std::string>>& records);
    TarBuilder& xattr(const std::string& name, const std::string& value);
    /// GNU 'L' and 'K' members before the next one, whatever its own name is.
    TarBuilder& gnuLongName(std::string_view path);
    TarBuilder& gnuLongLink(std::string_view target);
    TarBuilder& globalPax(const std::vector<std::pair<std::string, std::string>>& records);
    /// For all members after it. The default is Pax.
    TarBuilder& longNames(LongNames how);

    /// A header as given, then `content` filled up to whole blocks. Pending records come first.
    TarBuilder& header(const TarHeader& header, std::string_view content = {});
    TarBuilder& raw(std::string_view bytes);
    /// Zero blocks that end the archive; bytes() adds two where this was never called.
    TarBuilder& end(unsigned blocks = 2);

    std::size_t size() const { return m_out.size(); } ///< where the next member will start
    Bytes bytes() const;

private:
    TarBuilder& member(std::string_view path, char typeflag, std::string_view target,
                       std::string_view content, const TarAttributes& attributes,
                       std::int64_t defaultMode, std::int64_t major = 0, std::int64_t minor = 0);
    void writeName(TarHeader& header);
    void gnuExtension(char typeflag, std::string_view text);
    void flushPax();

    std::string m_out;
    std::vector<std::pair<std::string, std::string>> m_pax;
    LongNames m_longNames = LongNames::Pax;
    bool m_ended = false;
};

} // namespace strata::test
