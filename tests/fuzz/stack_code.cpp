// SPDX-License-Identifier: Apache-2.0
#include "stack_code.h"

#include "tar_builder.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

namespace strata::fuzz {

namespace {

using namespace std::string_literals;
using namespace std::string_view_literals;
using test::TarAttributes;
using test::TarBuilder;
using test::TarHeader;

constexpr std::size_t mostLayers = 5;
constexpr std::size_t mostMembers = 60;

// The first four are the commonest, so that most paths are met again in other layers.
constexpr std::array words = {
    "a"sv,     "b"sv,       "c"sv,        "lib"sv,          "d"sv,
    "usr"sv,   "etc"sv,     "A"sv,        ".."sv,           "."sv,
    ""sv,      ".wh.a"sv,   ".wh.b"sv,    ".wh.c"sv,        ".wh.lib"sv,
    ".wh.d"sv, ".wh."sv,    ".wh..."sv,   ".wh..wh..opq"sv, ".wh..wh.a"sv,
    "keep"sv,  "outside"sv, "\xff\xfe"sv, "\xc3\xa9"sv,     "e\xcc\x81"sv,
    "x\ny"sv,  "\\"sv,      "-"sv,        "a b"sv,          ".wh..wh.aufs"sv,
    "Files"sv, "Hives"sv,
};
constexpr std::array<std::size_t, 8> sizes = {0, 1, 1, 3, 511, 512, 513, 5000};
constexpr std::array<std::int64_t, 8> modes = {0644, 0755, 0600, 0777, 04755, 02755, 01777, 0};
constexpr std::array<std::int64_t, 4> owners = {0, 0, 33, 4'000'000'000};
constexpr std::array<std::int64_t, 8> times = {
    0, test::defaultMtime, test::defaultMtime, 1, -1, -5'000'000'000, 1LL << 33U, 1LL << 40U};

/// The code's bytes one by one; zeros behind the end.
class Bytes
{
public:
    explicit Bytes(std::span<const std::byte> left)
        : m_left(left)
    {
    }
    bool atEnd() const { return m_left.empty(); }
    unsigned next()
    {
        if (m_left.empty()) {
            return 0;
        }
        const auto value = std::to_integer<unsigned>(m_left.front());
        m_left = m_left.subspan(1);
        return value;
    }
    std::string take(std::size_t count)
    {
        std::string out;
        for (; count > 0 && !atEnd(); --count) {
            out += static_cast<char>(next());
        }
        return out;
    }

private:
    std::span<const std::byte> m_left;
};

template <typename Table> auto pick(const Table& table, unsigned which)
{
    return table[which % table.size()];
}

class Decoder
{
public:
    Decoder(std::span<const std::byte> code, const std::string& outside)
        : m_code(code)
        , m_outside(outside)
    {
    }

    StackCode run()
    {
        readHead();
        for (std::size_t n = 0; n < mostMembers && !m_code.atEnd(); ++n) {
            readMember(m_code.next());
        }
        endLayer();
        return std::move(m_out);
    }

private:
    void readHead()
    {
        constexpr std::array formats = {WriteFormat::OciArchive, WriteFormat::OciLayout,
                                        WriteFormat::DockerArchive};
        constexpr std::array compressions = {LayerCompression::None, LayerCompression::Gzip,
                                             LayerCompression::Zstd, LayerCompression::None};
        const unsigned how = m_code.next();
        m_out.format = pick(formats, how & 3U);
        m_out.compression = pick(compressions, how >> 2U);
        const unsigned view = m_code.next();
        constexpr std::array scopes = {Scope::WholeImage, Scope::UpToLayer, Scope::OnlyLayer};
        m_out.view.scope = pick(scopes, view & 3U);
        m_out.view.sortKey = static_cast<SortKey>((view >> 2U) % 7U);
        m_out.view.showRemoved = (view & 32U) != 0;
        m_out.view.descending = (view & 64U) != 0;
        m_out.view.directoriesFirst = (view & 128U) != 0;
        const unsigned more = m_code.next();
        m_out.view.layer = more >> 5U;
        m_out.filter = m_code.take(more & 31U);
    }

    std::string readPath()
    {
        const unsigned shape = m_code.next();
        std::string out = (shape & 4U) != 0 ? "/" : (shape & 8U) != 0 ? "./" : "";
        for (unsigned i = 0; i <= (shape & 3U); ++i) {
            out += i == 0 ? "" : "/";
            out += pick(words, m_code.next());
        }
        if ((shape & 0xf0U) == 0xf0U) {
            out += "/" + std::string(120, 'n');
        }
        return out;
    }

    std::string readTarget()
    {
        const unsigned kind = m_code.next();
        switch (kind) {
        case 0:
            return m_outside;
        case 1:
            return m_outside + "/keep";
        case 2:
            return "../../../outside";
        case 3:
            return "/";
        case 4:
            return "";
        case 5:
            return std::string(3000, 't');
        default:
            return readPath();
        }
    }

    TarAttributes readAttributes(bool directory)
    {
        const unsigned how = m_code.next();
        // A locked directory only keeps those out who check what was extracted.
        const std::int64_t mode = pick(modes, how) | (directory ? 0700 : 0);
        return {.mode = mode,
                .uid = pick(owners, how >> 3U),
                .gid = 0,
                .mtime = pick(times, how >> 5U)};
    }

    std::string readContent()
    {
        const unsigned how = m_code.next();
        return std::string(pick(sizes, how), static_cast<char>('A' + (how >> 3U)));
    }

    void readMember(unsigned what)
    {
        switch (what % 16U) {
        case 0:
        case 1:
        case 2: {
            const std::string path = readPath();
            const std::string content = readContent();
            m_tar.file(path, content, readAttributes(false));
            return;
        }
        case 3: {
            const std::string path = readPath() + ((what & 16U) != 0 ? "/" : "");
            m_tar.dir(path, readAttributes(true));
            return;
        }
        case 4: {
            const std::string path = readPath();
            m_tar.symlink(path, readTarget());
            return;
        }
        case 5: {
            const std::string path = readPath();
            m_tar.hardlink(path, readTarget());
            return;
        }
        case 6:
            m_tar.whiteout(readPath());
            return;
        case 7:
            m_tar.opaque((what & 16U) != 0 ? "" : readPath());
            return;
        case 8: {
            const std::string path = readPath();
            const unsigned numbers = m_code.next();
            m_tar.charDevice(path, numbers >> 4U, numbers & 15U);
            return;
        }
        case 9: {
            const std::string path = readPath();
            if ((what & 16U) != 0) {
                m_tar.fifo(path, readAttributes(false));
            } else {
                m_tar.blockDevice(path, 1LL << (m_code.next() % 33U), 7);
            }
            return;
        }
        case 10:
            readExtension(m_code.next());
            return;
        case 11:
            readOddHeader();
            return;
        case 12:
            readGarbage(what);
            return;
        case 13:
            readSparse();
            return;
        case 14:
            endLayer();
            return;
        default:
            if (!m_out.layerTars.empty() && m_out.layerTars.size() < mostLayers) {
                m_out.layerTars.push_back(m_out.layerTars.back());
            }
        }
    }

    void readExtension(unsigned which)
    {
        switch (which % 8U) {
        case 0:
            m_tar.xattr("user.a", m_code.take(4));
            return;
        case 1:
            m_tar.xattr("trusted.overlay.opaque", "y");
            return;
        case 2:
            m_tar.xattr("security.capability", "\x01\0\0\x02"s);
            return;
        case 3:
            m_tar.pax({{"path", readPath()}});
            return;
        case 4:
            m_tar.pax({{"linkpath", readTarget()}});
            return;
        case 5:
            m_tar.pax({{"mtime", "-1.25"}});
            return;
        case 6:
            m_tar.gnuLongName(readPath());
            return;
        default:
            m_tar.globalPax({{"path", "global"}, {"mtime", "7"}});
        }
    }

    void readOddHeader()
    {
        TarHeader header;
        header.name = readPath();
        header.typeflag = static_cast<char>(m_code.next());
        header.mode = static_cast<std::int64_t>(m_code.next()) << 9U | 0755;
        header.linkname = readTarget();
        m_tar.header(header);
    }

    void readGarbage(unsigned what)
    {
        std::string bytes = m_code.take(m_code.next() % 64U);
        if ((what & 16U) != 0) {
            bytes.resize(512, '\0'); // else it shifts all that follows
        }
        m_tar.raw(bytes);
    }

    void readSparse()
    {
        const unsigned how = m_code.next();
        const std::string path = readPath();
        const auto form = static_cast<test::SparseForm>(how & 3U);
        const std::uint64_t size = (how & 4U) != 0 ? 4096 : 70'000;
        m_tar.sparse(form, path, {{512, std::string(512, 's')}}, size);
    }

    void endLayer()
    {
        if (m_out.layerTars.size() < mostLayers) {
            m_out.layerTars.push_back(memorySource(m_tar.bytes()));
        }
        m_tar = TarBuilder();
    }

    Bytes m_code;
    const std::string& m_outside;
    StackCode m_out;
    TarBuilder m_tar;
};

} // namespace

bool isStackCode(std::span<const std::byte> input)
{
    return input.empty() || input.front() < std::byte{0x10};
}

StackCode decodeStack(std::span<const std::byte> code, const std::string& outside)
{
    return Decoder(code, outside).run();
}

} // namespace strata::fuzz
