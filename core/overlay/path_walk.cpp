// SPDX-License-Identifier: Apache-2.0
#include "overlay/path_walk_p.h"

#include "base/limits.h"
#include "overlay/layer_lookup_p.h"

#include <algorithm>
#include <ranges>
#include <utility>

namespace strata {
namespace {

/// The parts of a path, the next one at the back.
std::vector<std::string> reversedParts(std::string_view path)
{
    std::vector<std::string> parts;
    for (const auto part : path | std::views::split('/')) {
        if (!part.empty()) {
            parts.emplace_back(part.begin(), part.end());
        }
    }
    std::ranges::reverse(parts);
    return parts;
}

std::string joined(const std::vector<WalkedDirectory>& directories, std::string_view name)
{
    std::string out;
    for (const auto& directory : directories) {
        if (!directory.name.empty()) {
            out += "/" + directory.name;
        }
    }
    if (!name.empty()) {
        out += "/" + std::string(name);
    }
    return out.empty() ? "/" : out;
}

} // namespace

std::string Location::path() const
{
    return joined(directories, name);
}

struct PathWalk::State
{
    std::vector<WalkedDirectory> directories{{Container::root(), {}}};
    std::vector<std::string> rest; ///< parts still to come, the next one at the back
    bool slashBehind = false;
    int links = 0;
};

Permitted<PathWalk::State> PathWalk::start(std::string_view path) const
{
    if (path.empty()) {
        return refuse(PosixError::NoEntry);
    }
    if (path.find('\0') != path.npos) {
        return refuse(PosixError::Invalid);
    }
    if (path.size() > maxPath) {
        return refuse(PosixError::NameTooLong);
    }
    State state;
    state.rest = reversedParts(path);
    state.slashBehind = path.ends_with('/') && !state.rest.empty();
    return state;
}

Permitted<Location> PathWalk::toParent(std::string_view path) const
{
    return start(path).and_then([&](State state) {
        return walk(std::move(state), true, Follow::NotLast, Missing::Allowed);
    });
}

Permitted<Location> PathWalk::toTarget(std::string_view path, Follow follow, Missing missing) const
{
    return start(path).and_then(
        [&](State state) { return walk(std::move(state), false, follow, missing); });
}

Permitted<void> PathWalk::lookUp(Location& location) const
{
    if (location.last != LastPart::Name) {
        return {};
    }
    if (location.name.size() > maxName) {
        return refuse(PosixError::NameTooLong);
    }
    location.sighting = m_container.child(location.parent().sighting, location.name);
    note(location.directories, location.name, location.sighting);
    return {};
}

std::string PathWalk::target(const Sighting& sighting) const
{
    return m_container.details(sighting).target;
}

bool PathWalk::isSymlink(const Sighting& sighting) const
{
    return m_container.details(sighting).type == FileType::Symlink;
}

Permitted<std::optional<Sighting>> PathWalk::step(const State& state, std::string_view name) const
{
    if (name.size() > maxName) {
        return refuse(PosixError::NameTooLong);
    }
    return m_container.child(state.directories.back().sighting, name);
}

/// Puts the target's parts before those to come.
Permitted<void> PathWalk::followLink(State& state, const Sighting& link) const
{
    if (++state.links > limits::symlinkHops) {
        return refuse(PosixError::SymlinkLoop);
    }
    const auto leadsTo = target(link);
    m_trace.lookups.back().followed = leadsTo;
    if (leadsTo.empty()) {
        return refuse(PosixError::NoEntry);
    }
    if (leadsTo.size() > maxPath) {
        return refuse(PosixError::NameTooLong);
    }
    if (leadsTo.starts_with('/')) {
        state.directories.resize(1);
    }
    if (state.rest.empty()) {
        state.slashBehind = state.slashBehind || leadsTo.ends_with('/');
    }
    std::ranges::move(reversedParts(leadsTo), std::back_inserter(state.rest));
    return {};
}

Permitted<Location> PathWalk::walk(State state, bool stopBeforeLast, Follow follow,
                                   Missing missing) const
{
    const auto itself = [](State& at) {
        Location out;
        out.sighting = at.directories.back().sighting;
        out.name = std::move(at.directories.back().name);
        at.directories.pop_back();
        out.directories = std::move(at.directories);
        out.last = out.directories.empty() ? LastPart::Root : LastPart::Dot;
        return out;
    };
    while (!state.rest.empty()) {
        const bool isLast = state.rest.size() == 1;
        const auto name = std::move(state.rest.back());
        state.rest.pop_back();
        const bool dots = name == "." || name == "..";
        if (isLast && stopBeforeLast) {
            Location out{.directories = std::move(state.directories),
                         .name = dots ? std::string() : name,
                         .slashBehind = state.slashBehind,
                         .sighting = {}};
            if (dots) {
                out.last = name == "." ? LastPart::Dot : LastPart::DotDot;
            }
            return out;
        }
        if (dots) {
            if (name == ".." && state.directories.size() > 1) {
                state.directories.pop_back();
            }
            continue;
        }
        if (isLast && state.slashBehind && missing == Missing::Allowed) {
            return refuse(PosixError::IsDirectory); // O_CREAT makes no directories
        }
        const auto found = step(state, name);
        if (!found) {
            return std::unexpected(found.error());
        }
        const bool mustBeDirectory = !isLast || state.slashBehind;
        const std::optional<Sighting> sighting = *found;
        if (!sighting) {
            note(state.directories, name, sighting);
            if (isLast && missing == Missing::Allowed) {
                return Location{.directories = std::move(state.directories),
                                .name = name,
                                .slashBehind = state.slashBehind,
                                .sighting = {}};
            }
            return refuse(PosixError::NoEntry);
        }
        if (isSymlink(*sighting) && (mustBeDirectory || follow == Follow::Symlinks)) {
            note(state.directories, name, sighting);
            if (auto followed = followLink(state, *sighting); !followed) {
                return std::unexpected(followed.error());
            }
            continue;
        }
        const bool directory = m_container.isDirectory(*sighting);
        if (isLast || !directory) {
            note(state.directories, name, sighting);
        }
        if (!directory && mustBeDirectory) {
            return refuse(PosixError::NotDirectory);
        }
        if (!directory || isLast) {
            return Location{.directories = std::move(state.directories),
                            .name = name,
                            .slashBehind = state.slashBehind,
                            .sighting = sighting};
        }
        state.directories.push_back({*sighting, name});
    }
    if (stopBeforeLast) {
        // Nothing but slashes.
        return itself(state);
    }
    auto out = itself(state);
    note(out.directories, out.name, out.sighting);
    return out;
}

Lookup& PathWalk::note(const std::vector<WalkedDirectory>& directories, std::string_view name,
                       const std::optional<Sighting>& found) const
{
    Lookup lookup;
    lookup.path = joined(directories, name);
    lookup.found = found.has_value();
    const auto& upper = m_container.upper();
    const bool isRoot = directories.empty();
    const Sighting parent = isRoot ? Container::root() : directories.back().sighting;
    const UpperId* own = parent.upper && !isRoot ? upper.find(parent.upper, name) : nullptr;
    LayerLook look; // of the container's own layer
    bool stops = false;
    if (isRoot) {
        look = {{}, Sight::Hit, true};
    } else if (own != nullptr && !own->valid()) {
        look.sight = Sight::Whiteout;
        stops = true;
    } else if (own != nullptr) {
        const UpperInode& inode = upper.inode(*own);
        look = {{}, inode.opaque ? Sight::Opaque : Sight::Hit, true};
        stops = inode.opaque || inode.type != FileType::Directory || !parent.lower;
    } else if (parent.upper && !parent.lower) {
        const bool marked = std::ranges::any_of(directories, [&](const WalkedDirectory& above) {
            return above.sighting.upper && upper.inode(above.sighting.upper).opaque;
        });
        look.sight = marked ? Sight::Opaque : Sight::Miss;
        stops = true;
    }
    lookup.layers.push_back(look);
    if (!stops) {
        std::vector<std::string_view> parts;
        for (const auto& directory : directories) {
            if (!directory.name.empty()) {
                parts.push_back(directory.name);
            }
        }
        if (!isRoot) {
            parts.push_back(name);
        }
        lookInLayers(*m_container.image().tree, parts, lookup.layers);
    }
    m_trace.lookups.push_back(std::move(lookup));
    return m_trace.lookups.back();
}

Permitted<Sighting> Container::resolve(std::string_view path, Follow follow) const
{
    Trace unused;
    return PathWalk(*this, unused).toTarget(path, follow).transform([](const Location& location) {
        return location.found();
    });
}

} // namespace strata
