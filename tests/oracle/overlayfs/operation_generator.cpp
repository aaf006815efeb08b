// SPDX-License-Identifier: Apache-2.0
#include "container_script.h"
#include "entry_maker.h"
#include "random.h"
#include "script_generator.h"

#include "base/byte_path.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace strata::test {

namespace {

using namespace std::string_literals;

constexpr std::size_t longestContent = 9000;
constexpr std::array<std::uint16_t, 8> modes = {0755, 0644, 0600, 04755, 02755, 06711, 0, 0777};
constexpr std::array<std::uint32_t, 5> owners = {0, 1, 33, 1000, 65534};
const std::string capability("\x01\0\0\x02\0\x04\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 20);

/// Kinds and how often they come, of a hundred.
constexpr std::array<std::pair<OperationKind, unsigned>, 20> weights = {{
    {OperationKind::Read, 4},
    {OperationKind::Create, 5},
    {OperationKind::Replace, 8},
    {OperationKind::Append, 6},
    {OperationKind::Edit, 4},
    {OperationKind::Truncate, 3},
    {OperationKind::MakeDirectory, 9},
    {OperationKind::MakeNode, 3},
    {OperationKind::Symlink, 5},
    {OperationKind::Link, 6},
    {OperationKind::Rename, 13},
    {OperationKind::Move, 5},
    {OperationKind::ChangeMode, 4},
    {OperationKind::ChangeOwner, 3},
    {OperationKind::SetXattr, 3},
    {OperationKind::RemoveXattr, 2},
    {OperationKind::SetTime, 2},
    {OperationKind::Unlink, 7},
    {OperationKind::RemoveDirectory, 4},
    {OperationKind::RemoveTree, 4},
}};

class Generator
{
public:
    explicit Generator(std::uint64_t seed)
        : m_random(seed)
        , m_entries(m_random)
    {
    }

    ContainerScript run(std::uint64_t seed, std::size_t length)
    {
        ContainerScript script{.stack = tamed(randomStack(seed)), .operations = {}};
        m_paths.emplace_back();
        for (const auto& layer : script.stack) {
            for (const auto& entry : layer.entries) {
                remember(entry.path);
            }
        }
        for (std::size_t i = 0; i < length; ++i) {
            script.operations.push_back(operation());
        }
        return script;
    }

private:
    static StackScript tamed(StackScript stack)
    {
        for (auto& layer : stack) {
            layer.compression = Compression::None;
            for (auto& entry : layer.entries) {
                if (entry.kind == EntryKind::Directory) {
                    entry.mode &= ~std::int64_t{01000};
                }
                entry.content.resize(std::min(entry.content.size(), longestContent));
            }
        }
        return stack;
    }

    /// The path, and those of its directories.
    void remember(const std::string& path)
    {
        const auto split = splitPath(path);
        auto parts = split.parts;
        if (split.escapes) {
            return;
        }
        for (; !parts.empty(); parts.pop_back()) {
            const auto joined = joinPath(parts).substr(1);
            const auto name = parts.back();
            if (!name.starts_with(".wh.") && std::ranges::find(m_paths, joined) == m_paths.end()) {
                m_paths.push_back(joined);
            } else if (name.starts_with(".wh.") && name.size() > 4 && name != ".wh..wh..opq" &&
                       name != ".wh.." && name != ".wh...") {
                const auto at = joined.rfind('/') + 1; // what the whiteout hides
                m_paths.push_back(joined.substr(0, at) + std::string(name.substr(4)));
            }
        }
    }

    /// One that may be there; the later, the more likely.
    std::string oldPath()
    {
        const auto recent = std::min<std::size_t>(m_paths.size(), 12);
        return m_random.chance(40) ? m_paths[m_paths.size() - 1 - m_random.below(recent)]
                                   : m_random.oneOf(m_paths);
    }

    std::string newPath()
    {
        const auto above = oldPath();
        return (above.empty() ? "" : above + "/") + m_entries.name();
    }

    std::string anyPath() { return m_random.chance(70) ? oldPath() : newPath(); }

    /// Mostly from the root; now and then with what the walk has to cope with.
    std::string spelled(const std::string& path)
    {
        if (m_random.chance(92)) {
            return "/" + path;
        }
        const std::vector<std::string> forms = {
            path,
            "/" + path + "/",
            "//" + path + "/.",
            "/" + path + "/..",
            "/../" + path,
            "/" + path + "/../" + m_entries.name(),
            "/" + path + "/" + std::string(256, 'l'),
            "/" + std::string(4094, '/') + "x",
            "",
            "/",
        };
        return m_random.oneOf(forms);
    }

    std::string content()
    {
        return m_random.chance(5) ? std::string(5000, 'w') : std::string(m_random.below(5), 'w');
    }

    OperationKind kind()
    {
        auto at = m_random.below(100);
        for (const auto& [kind, weight] : weights) {
            if (at < weight) {
                return kind;
            }
            at -= weight;
        }
        return OperationKind::Read;
    }

    ContainerOperation operation()
    {
        ContainerOperation out{.kind = kind()};
        const bool makes =
            out.kind == OperationKind::Create || out.kind == OperationKind::MakeDirectory ||
            out.kind == OperationKind::MakeNode || out.kind == OperationKind::Symlink ||
            out.kind == OperationKind::Replace || out.kind == OperationKind::Append;
        const auto path = makes && m_random.chance(60) ? newPath() : anyPath();
        const bool whole = out.kind == OperationKind::Move || out.kind == OperationKind::RemoveTree;
        out.path = whole ? "/" + path : spelled(path);
        if (whole && path.empty()) {
            out.path += m_entries.name();
        }
        out.mode = m_random.oneOf(modes);
        fill(out);
        remember(path);
        return out;
    }

    void fill(ContainerOperation& out)
    {
        switch (out.kind) {
        case OperationKind::Replace:
        case OperationKind::Append:
            out.bytes = content();
            break;
        case OperationKind::Edit:
            out.bytes = content();
            out.number = static_cast<std::int64_t>(m_random.below(8));
            break;
        case OperationKind::Truncate:
            out.number = static_cast<std::int64_t>(m_random.below(6));
            break;
        case OperationKind::MakeNode:
            out.type = m_random.oneOf(std::array{FileType::Fifo, FileType::CharDevice,
                                                 FileType::CharDevice, FileType::BlockDevice,
                                                 FileType::File});
            out.first = m_random.chance(70) ? 0 : 1;
            out.second = m_random.chance(70) ? 0 : 3;
            break;
        case OperationKind::Symlink:
            out.other = m_random.oneOf(std::vector{"/" + anyPath(), oldPath(), "../" + oldPath(),
                                                   m_entries.name(), "/" + oldPath() + "/", "."s});
            break;
        case OperationKind::Link:
        case OperationKind::Rename:
        case OperationKind::Move: {
            const auto to = m_random.chance(50) ? newPath() : anyPath();
            out.other = out.kind == OperationKind::Move ? "/" + to : spelled(to);
            if (out.kind == OperationKind::Move && to.empty()) {
                out.other += m_entries.name();
            }
            remember(to);
            break;
        }
        case OperationKind::ChangeOwner:
            out.first = m_random.oneOf(owners);
            out.second = m_random.oneOf(owners);
            out.last = m_random.chance(60);
            break;
        case OperationKind::SetXattr:
        case OperationKind::RemoveXattr:
            out.other = m_random.oneOf(std::vector{"user.a"s, "user.b"s, "trusted.strata"s,
                                                   "security.capability"s, "nothing"s,
                                                   "user." + std::string(251, 'n')});
            if (out.kind == OperationKind::SetXattr && out.other == "nothing") {
                out.other = "user.a"; // the kernel copies up before it refuses
            }
            out.bytes = content();
            if (out.other.starts_with("security")) {
                // An empty one can be set, but never be read.
                out.bytes = m_random.chance(80) ? capability : "w" + out.bytes;
            }
            out.last = m_random.chance(70);
            if (out.kind == OperationKind::SetXattr) {
                m_withXattr.push_back(out);
            } else if (!m_withXattr.empty() && m_random.chance(60)) {
                const auto& set = m_random.oneOf(m_withXattr);
                out.path = set.path;
                out.other = set.other;
                out.last = set.last;
            }
            break;
        case OperationKind::SetTime:
            out.number = static_cast<std::int64_t>(m_random.below(5)) * 1'000'000 - 2;
            out.last = m_random.chance(60);
            break;
        default:
            break;
        }
    }

    Random m_random;
    EntryMaker m_entries;
    std::vector<ContainerOperation> m_withXattr; ///< those that set one
    std::vector<std::string> m_paths;            ///< without the leading slash; the root is empty
};

} // namespace

ContainerScript randomContainerScript(std::uint64_t seed, std::size_t length)
{
    return Generator(seed).run(seed, length);
}

} // namespace strata::test
