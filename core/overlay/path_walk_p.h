// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "overlay/container.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Private to core/overlay.
namespace strata {

/// Bytes of a name, and of a path or a symlink's target, that the system takes.
inline constexpr std::size_t maxName = 255;
inline constexpr std::size_t maxPath = 4095;

/// One directory on the way from the root.
struct WalkedDirectory
{
    Sighting sighting;
    std::string name; ///< empty for the root
};

/// How a path ends.
enum class LastPart : std::uint8_t { Name, Root, Dot, DotDot };

/// Where a path leads: a name in a directory.
struct Location
{
    std::vector<WalkedDirectory> directories; ///< the root first; empty for the root itself
    std::string name;
    LastPart last = LastPart::Name;
    bool slashBehind = false;         ///< so that only a directory is meant
    std::optional<Sighting> sighting; ///< what is there, once it was looked up

    /// What is there; only where something is.
    Sighting& found()
    {
        return *sighting; // NOLINT(bugprone-unchecked-optional-access): who calls knows it
    }
    const Sighting& found() const
    {
        return *sighting; // NOLINT(bugprone-unchecked-optional-access): likewise
    }

    const WalkedDirectory& parent() const { return directories.back(); }
    std::string path() const;
};

/// Resolves paths as the kernel's path_lookupat() does, and writes the look-ups that matter into a
/// trace.
class PathWalk
{
public:
    PathWalk(const Container& container, Trace& trace)
        : m_container(container)
        , m_trace(trace)
    {
    }

    /// To the directory that holds the last name; what is there is not looked up. For calls that
    /// make and remove names.
    Permitted<Location> toParent(std::string_view path) const;
    /// Looks up the last name, and follows no symlink. Errors: NameTooLong.
    Permitted<void> lookUp(Location& location) const;

    enum class Missing : std::uint8_t {
        Refused,
        Allowed, ///< the last name may be one that is to be made (O_CREAT)
    };
    /// To what is meant.
    Permitted<Location> toTarget(std::string_view path, Follow follow,
                                 Missing missing = Missing::Refused) const;

private:
    struct State;
    Permitted<State> start(std::string_view path) const;
    /// Goes on until one part is left, then, unless `stopBeforeLast`, through that as well.
    Permitted<Location> walk(State state, bool stopBeforeLast, Follow follow,
                             Missing missing) const;
    Permitted<std::optional<Sighting>> step(const State& state, std::string_view name) const;
    Permitted<void> followLink(State& state, const Sighting& link) const;
    Lookup& note(const std::vector<WalkedDirectory>& directories, std::string_view name,
                 const std::optional<Sighting>& found) const;
    std::string target(const Sighting& sighting) const;
    bool isSymlink(const Sighting& sighting) const;

    const Container& m_container;
    Trace& m_trace;
};

} // namespace strata
