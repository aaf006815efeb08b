// SPDX-License-Identifier: Apache-2.0
#include "overlay/docker_diff.h"

#include "base/limits.h"

#include <utility>

namespace strata {
namespace {

constexpr std::string_view capabilities = "security.capability";

std::string_view capabilityOf(const FileDetails& details)
{
    const auto at = details.xattrs.find(capabilities);
    return at == details.xattrs.end() ? std::string_view() : std::string_view(at->second);
}

std::uint64_t statSize(const FileDetails& details)
{
    return details.type == FileType::Symlink ? details.target.size() : details.size;
}

/// Fractions count only where both sides have them.
bool sameTime(const FileDetails& a, const FileDetails& b)
{
    return a.mtime == b.mtime &&
           (a.mtimeNsec == b.mtimeNsec || a.mtimeNsec == 0 || b.mtimeNsec == 0);
}

/// go-archive asks for the bit of S_IFDIR, which block devices have as well.
bool timeCounts(const FileDetails& details)
{
    return details.type != FileType::Directory && details.type != FileType::BlockDevice;
}

bool isChanged(const FileDetails& before, const FileDetails& now)
{
    return before.type != now.type || before.mode != now.mode || before.uid != now.uid ||
           before.gid != now.gid || before.deviceMajor != now.deviceMajor ||
           before.deviceMinor != now.deviceMinor || capabilityOf(before) != capabilityOf(now) ||
           (timeCounts(before) && (!sameTime(before, now) || statSize(before) != statSize(now)));
}

class DiffWalk
{
public:
    explicit DiffWalk(const Container& container)
        : m_container(container)
    {
    }

    std::vector<DockerChange> run()
    {
        compare(Container::root(), Sighting{{}, MergedTree::root()}, {}, true);
        return std::move(m_out);
    }

private:
    /// The children of a directory, with what the image shows at its path. `told`: the directory
    /// itself is listed already, or never is.
    void compare(const Sighting& now, const std::optional<Sighting>& before,
                 const std::string& path, bool told)
    {
        if (m_depth == limits::containerDepth) {
            return;
        }
        ++m_depth;
        const std::size_t first = m_out.size();
        auto old = before ? m_container.children(*before) : std::vector<ContainerChild>();
        auto next = old.begin();
        const auto deletedUpTo = [&](std::string_view name, bool all) {
            for (; next != old.end() && (all || next->name < name); ++next) {
                m_out.push_back({'D', path + "/" + next->name});
            }
        };
        for (const auto& child : m_container.children(now)) {
            deletedUpTo(child.name, false);
            std::optional<Sighting> was;
            if (next != old.end() && next->name == child.name) {
                was = (next++)->sighting;
            }
            compareChild(child, was, path + "/" + child.name);
        }
        deletedUpTo({}, true);
        if (m_out.size() > first && !told) {
            m_out.insert(m_out.begin() + static_cast<std::ptrdiff_t>(first), {'C', path});
        }
        --m_depth;
    }

    void compareChild(const ContainerChild& child, const std::optional<Sighting>& was,
                      const std::string& path)
    {
        if (!child.sighting.upper && was) {
            return; // the image's own, untouched
        }
        const bool changed =
            was && isChanged(m_container.details(*was), m_container.details(child.sighting));
        if (!was || changed) {
            m_out.push_back({was ? 'C' : 'A', path});
        }
        if (m_container.isDirectory(child.sighting)) {
            const bool both = was && m_container.isDirectory(*was);
            compare(child.sighting, both ? was : std::nullopt, path, !was || changed);
        }
    }

    const Container& m_container;
    std::vector<DockerChange> m_out;
    std::size_t m_depth = 0;
};

} // namespace

std::vector<DockerChange> dockerDiff(const Container& container)
{
    return DiffWalk(container).run();
}

} // namespace strata
