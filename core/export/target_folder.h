// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"
#include "export/descriptor.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

/// Private to core/export: the file-system half of extraction.
namespace strata {

/// A folder on disk below which things are made, and nowhere else: directories are reached by
/// openat2(2) beneath it without following any link (step by step where that call is not to be
/// had), and the last step is always one name in an opened directory. Nothing is made twice in one
/// run: where two names of the image are one on this file system (which may ignore case), the
/// second is refused with EEXIST. What stood there before is replaced, but never a directory, and
/// only by what is complete: until then it stays as it is.
///
/// Functions give 0 or an errno. Not thread-safe.
class TargetFolder
{
public:
    /// Makes the folder if need be. Errors: Io, Denied, NotFound.
    static Result<TargetFolder> open(const std::filesystem::path& path);

    bool isNew() const { return m_isNew; }
    const std::string& path() const { return m_path; } ///< for errors
    int root() const { return m_root.get(); }

    /// A directory beneath the root by its path "a/b", "" = the root itself. `readable` for what is
    /// to get metadata; otherwise it serves only to reach what is in it. Invalid with errno set.
    Descriptor openDirectory(std::string_view path, bool readable) const;

    /// A thing made but not yet complete; it is removed again unless it is put in place. The
    /// parent must stay open as long.
    class Draft
    {
    public:
        Draft() = default;
        Draft(const Draft&) = delete;
        Draft& operator=(const Draft&) = delete;
        ~Draft();

        /// The name that it has for now: its own, or another one where that is still taken.
        const std::string& name() const { return m_name; }
        /// It is not removed: what has its name by now is somebody else's.
        void leave() { m_parent = -1; }

    private:
        friend class TargetFolder;
        int m_parent = -1; ///< -1 = nothing to be removed
        std::string m_name;
        std::string m_finalName;
        bool m_parentIsNew = false;
    };

    /// How a thing is made under a name: 0 or an errno; EEXIST when something has that name.
    using Maker = std::function<int(const std::string& name)>;
    /// Calls `make` for what is to be `name` in `parent`. `parentIsNew` = this run made that
    /// directory, so all in it is its own.
    int make(int parent, const std::string& name, bool parentIsNew, const Maker& make,
             Draft& draft);
    /// Gives a draft, complete by now, its name, and so replaces what stood there before this run.
    int putInPlace(Draft& draft);
    /// A directory of mode 0700 for now; one that is there already is kept. `isNew` tells which.
    int makeDirectory(int parent, const std::string& name, bool parentIsNew, bool& isNew);

    /// What stands at `name`, held with O_PATH and never followed. Invalid unless it is of the
    /// file type `kind` (S_IFLNK and so on) and has that one name: then it is not what was made
    /// there a moment ago, but something put in its place.
    static Descriptor holdMade(int parent, const std::string& name, unsigned kind);

private:
    TargetFolder(Descriptor root, std::string path, bool isNew);
    Descriptor openBeneath(int from, const std::string& path, int flags) const;
    void remember(int parent, const std::string& name);
    int makeUnderFreeName(const Maker& make, std::string& name);
    int replaceByDirectory(int parent, const std::string& name);

    Descriptor m_root;
    std::string m_path;
    bool m_isNew = false;
    mutable bool m_hasOpenat2 = true;
    std::uint64_t m_freeNames = 0; ///< tried so far
    /// Device and inode of what was made in directories that were there before.
    std::set<std::pair<std::uint64_t, std::uint64_t>> m_made;
};

} // namespace strata
