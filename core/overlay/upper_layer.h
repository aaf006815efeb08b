// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/ids.h"
#include "io/tar_reader.h"
#include "overlay/file_content.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace strata {

using UpperId = Id<struct UpperTag>; ///< an inode of one UpperLayer

/// Extended attributes: raw values by name.
using XattrMap = std::map<std::string, std::string, std::less<>>;

/// What an inode is, apart from its content.
struct InodeMetadata
{
    FileType type = FileType::File;
    std::uint16_t mode = 0; ///< the twelve permission bits
    std::uint32_t uid = 0;
    std::uint32_t gid = 0;
    std::int64_t mtime = 0; ///< seconds since 1970
    std::uint32_t mtimeNsec = 0;
    bool impliedTime = false; ///< a directory that no layer lists, so that nobody knows its time
    std::uint32_t deviceMajor = 0;
    std::uint32_t deviceMinor = 0;
    std::string target; ///< of a symlink
    XattrMap xattrs;    ///< overlayfs's own left out
};

/// One inode of the upper layer.
struct UpperInode : InodeMetadata
{
    FileContent content;
    NodeId lower;                ///< directory of the image that is merged into this one
    std::optional<LayerNo> from; ///< the layer it was copied up from; none = made here, or implicit
    std::uint32_t links = 0;     ///< names it has
    bool opaque = false;         ///< carries overlayfs's mark: hides what the image has at its path
    bool metacopy = false;       ///< carries overlayfs's mark: its content is still the image's
};

/// The writable layer of one container: what was touched and nothing else. Inodes in one arena,
/// names in one map from directory and name; a name without an inode is a whiteout. Every change is
/// written down, so that steps can be taken back and made again at the cost of the change itself.
/// Not thread-safe.
class UpperLayer
{
public:
    /// `root`: the upper directory itself, which always exists.
    explicit UpperLayer(UpperInode root);

    static constexpr UpperId root() { return {0}; }
    const UpperInode& inode(UpperId id) const { return m_inodes[id.index()]; }
    std::size_t inodeCount() const { return m_inodes.size(); } ///< those without names included

    /// What `directory` holds under a name: null = nothing, none = a whiteout. O(log names).
    const UpperId* find(UpperId directory, std::string_view name) const;
    /// Names in `directory` in byte order, whiteouts among them. Views until the next change.
    std::vector<std::pair<std::string_view, UpperId>> children(UpperId directory) const;

    /// Every change is a part of the step that the last begin() began.
    void begin();
    UpperId add(UpperInode inode);
    void change(UpperId id, UpperInode inode);
    /// Gives a name to an inode, or with none makes it a whiteout; counts links.
    void set(UpperId directory, std::string_view name, UpperId id);
    void erase(UpperId directory, std::string_view name);

    /// Ends the step. It can be undone, and what was undone before can no longer be made again. A
    /// step without changes leaves all that as it was.
    void commit();
    void rollBack(); ///< as if it had not begun

    bool undo(); ///< false when there is nothing to undo
    bool redo();
    std::size_t undoSteps() const { return m_done.size(); }
    std::size_t redoSteps() const { return m_undone.size(); }

private:
    struct Key
    {
        UpperId directory;
        std::string name;
    };
    struct KeyView
    {
        UpperId directory;
        std::string_view name;
    };
    struct Before
    {
        using is_transparent = void;
        template <typename A, typename B> bool operator()(const A& a, const B& b) const
        {
            return a.directory != b.directory ? a.directory < b.directory
                                              : std::string_view(a.name) < b.name;
        }
    };
    /// What a name, or an inode, was before the change; once undone, what it was after it.
    struct NameChange
    {
        Key key;
        std::optional<UpperId> other;
    };
    struct InodeChange
    {
        UpperId id;
        UpperInode other;
    };
    struct Step
    {
        std::vector<std::variant<NameChange, InodeChange>> changes;
        std::size_t added = 0;         ///< inodes at the arena's end
        std::vector<UpperInode> taken; ///< these, while the step is undone
        bool empty() const { return changes.empty() && added == 0; }
    };

    void setName(Key key, std::optional<UpperId> id);
    void countLink(std::optional<UpperId> id, bool more);
    void swapBack(Step& step);
    void swapForth(Step& step);
    void swap(NameChange& change);
    void swap(InodeChange& change);

    std::vector<UpperInode> m_inodes;
    std::map<Key, UpperId, Before> m_names;
    Step m_step;
    std::vector<Step> m_done;
    std::vector<Step> m_undone;
};

} // namespace strata
