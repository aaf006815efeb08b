// SPDX-License-Identifier: Apache-2.0
#include "entry_maker.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

namespace strata::test {

namespace {

using namespace std::string_literals;

constexpr std::array<std::string_view, 8> plainNames = {"a", "b", "c", "d", "e", "lib", "usr", "x"};
const std::vector<std::string> oddNames = {"two words",
                                           ".hidden",
                                           ".wh",
                                           "wh.a",
                                           "...",
                                           "new\nline",
                                           "tab\t",
                                           "\377\376",
                                           "caf\303\251",
                                           "cafe\314\201",
                                           "-rf",
                                           "back\\slash",
                                           "quo\"te",
                                           "*",
                                           " ",
                                           "a.",
                                           "%41",
                                           "A",
                                           "\177",
                                           std::string(101, 'n'),
                                           std::string(240, 'm')};
constexpr std::array<std::int64_t, 10> modes = {0755,  0644,  0600, 04755, 02755,
                                                01777, 06711, 0,    07777, 0400};
constexpr std::array<std::int64_t, 6> owners = {0, 1, 33, 1000, 65534, 100000};
// None within the second before 1970: "-0.5" reaches us as 0.5, for libarchive keeps no sign of −0.
constexpr std::array<std::int64_t, 7> times = {
    0, 1, -2, 1'000'000'000, 2'147'483'648, 4'294'967'296, -86'400};
constexpr std::array<std::uint32_t, 4> fractions = {1, 500'000'000, 999'999'999, 123'456'789};
const std::vector<std::string> values = {"x", "y", "v\0w"s, "\377\200", std::string(300, 'v')};
const std::string capability("\x01\0\0\x02\0\x04\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 20);

} // namespace

std::string EntryMaker::name()
{
    return m_random.chance(85) ? std::string(m_random.oneOf(plainNames)) : m_random.oneOf(oddNames);
}

EntryKind EntryMaker::kind()
{
    return m_random.oneOf(std::array{EntryKind::File, EntryKind::File, EntryKind::File,
                                     EntryKind::Directory, EntryKind::Directory, EntryKind::Symlink,
                                     EntryKind::Fifo, EntryKind::CharDevice,
                                     EntryKind::BlockDevice});
}

std::string EntryMaker::content()
{
    if (m_random.chance(5)) {
        return std::string(5000 + m_random.below(3) * 200'000, 'z');
    }
    // Few lengths and letters, so that equal sizes and equal contents are met often.
    const auto letter = m_random.chance(50) ? 'p' : 'q';
    return std::string(m_random.below(4), letter);
}

ScriptEntry EntryMaker::entry(const std::string& path, EntryKind kind, const std::string& goal)
{
    ScriptEntry entry{.kind = kind, .path = path, .mode = defaultMode(kind)};
    switch (kind) {
    case EntryKind::File:
        entry.content = content();
        break;
    case EntryKind::Symlink: {
        const auto steps = static_cast<std::size_t>(std::ranges::count(path, '/'));
        std::string up;
        for (std::size_t i = 0; i < steps; ++i) {
            up += "../";
        }
        entry.target =
            m_random.oneOf(std::vector{goal, "/" + goal, up + goal, up + "../../" + goal, name(),
                                       "./" + name() + "/", name() + "/../" + goal});
        break;
    }
    case EntryKind::CharDevice:
    case EntryKind::BlockDevice:
        entry.major = static_cast<std::int64_t>(m_random.oneOf(std::array{0, 1, 8, 259}));
        entry.minor = static_cast<std::int64_t>(m_random.oneOf(std::array{0, 3, 255, 65536}));
        if (kind == EntryKind::CharDevice && entry.major == 0 && entry.minor == 0) {
            entry.minor = 5;
        }
        break;
    default:
        break;
    }
    if (m_random.chance(40)) {
        decorate(entry);
    }
    return entry;
}

void EntryMaker::decorate(ScriptEntry& entry)
{
    const auto before = entry;
    if (entry.kind != EntryKind::Symlink && m_random.chance(50)) {
        entry.mode = m_random.oneOf(modes);
    }
    if (m_random.chance(40)) {
        entry.uid = m_random.oneOf(owners);
        entry.gid = m_random.oneOf(owners);
    }
    if (m_random.chance(40)) {
        entry.mtime = m_random.oneOf(times);
        entry.mtimeNsec = m_random.chance(50) ? m_random.oneOf(fractions) : 0;
    }
    if (m_random.chance(30)) {
        entry.xattrs.clear();
        const bool user = entry.kind == EntryKind::File || entry.kind == EntryKind::Directory;
        if (user && m_random.chance(70)) {
            const auto name = "user." + std::string(m_random.oneOf(plainNames));
            entry.xattrs.emplace_back(name, m_random.oneOf(values));
        }
        if (m_random.chance(40)) {
            entry.xattrs.emplace_back("trusted.strata", m_random.oneOf(values));
        }
        if (entry.kind == EntryKind::File && m_random.chance(30)) {
            entry.xattrs.emplace_back("security.capability", capability);
        }
    }
    if (entry == before) {
        entry.mtime += 100;
    }
}

void EntryMaker::respell(ScriptEntry& entry)
{
    const auto slash = entry.path.find('/');
    switch (m_random.below(5)) {
    case 0:
        entry.path.insert(0, "./");
        break;
    case 1:
        entry.path.insert(0, "/");
        break;
    case 2:
        entry.path.insert(0, name() + "/../");
        break;
    case 3:
        if (slash != std::string::npos) {
            entry.path.insert(slash, "/");
        }
        break;
    default:
        if (slash != std::string::npos) {
            entry.path.insert(slash, "/.");
        }
        break;
    }
}

} // namespace strata::test
