// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

namespace strata::fuzz {

/// A folder of this process in memory, where there is one in memory, with something beside the
/// extraction's target that must stay as it is. Removed when the process ends.
///
///   <root>/canary          a file
///   <root>/outside/keep    a file in a folder; hostile links are pointed at it
///   <root>/images/         where the images that are looked at lie
///   <root>/work/           where things are extracted to
class Scratch
{
public:
    /// Also makes it the process's TMPDIR.
    static Scratch& instance();

    std::filesystem::path images() const { return m_root / "images"; }
    const std::filesystem::path& work() const { return m_work; }
    std::string outside() const { return (m_root / "outside").native(); }

    /// Empties a folder, locked directories and all.
    static void clear(const std::filesystem::path& folder);
    /// Names, contents and metadata of all but work().
    std::string surroundings() const;

private:
    Scratch();
    ~Scratch();
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;

    std::filesystem::path m_root;
    std::filesystem::path m_work;
};

} // namespace strata::fuzz
