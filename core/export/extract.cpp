// SPDX-License-Identifier: Apache-2.0
#include "export/extract.h"

#include "base/byte_path.h"
#include "base/paced_progress.h"
#include "export/content_pass.h"
#include "export/extract_log.h"
#include "export/extract_plan.h"
#include "export/target_folder.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <ranges>
#include <span>
#include <string>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

namespace strata {
namespace {

constexpr std::size_t chunkBytes = 256UL * 1024;

using Leaf = ExtractLeaf;

/// As strerror, which may not be called from two threads.
std::string systemText(int error)
{
    return std::generic_category().message(error);
}

/// What mknod and stat call it.
mode_t kindOf(FileType type)
{
    switch (type) {
    case FileType::File:
        return S_IFREG;
    case FileType::Directory:
        return S_IFDIR;
    case FileType::Symlink:
        return S_IFLNK;
    case FileType::CharDevice:
        return S_IFCHR;
    case FileType::BlockDevice:
        return S_IFBLK;
    case FileType::Fifo:
        return S_IFIFO;
    }
    std::unreachable();
}

class Extraction
{
public:
    Extraction(const OpenedImage& image, TargetFolder target, const ExtractOptions& options,
               const Job& job)
        : m_image(image)
        , m_tree(*image.tree)
        , m_target(std::move(target))
        , m_options(options)
        , m_job(job)
        , m_states(image.tree->nodeCount())
    {
    }

    Result<ExtractReport> run()
    {
        m_plan = planExtraction(m_tree, m_options, m_log);
        m_progress.emplace(m_job, m_plan.bytes);
        m_states[MergedTree::root().index()] = {.made = true, .isNew = m_target.isNew()};
        auto status = makeDirectories()
                          .and_then([this] { return writeFiles(); })
                          .and_then([this] { return makeSpecials(); })
                          .and_then([this] { return makeLinks(); });
        // Also after an error, so that what was written can be read and removed.
        finishDirectories();
        if (!status) {
            return std::unexpected(std::move(status.error()));
        }
        m_report.skipped = m_log.skippedCount();
        m_report.warnings = m_log.finish();
        return std::move(m_report);
    }

private:
    struct State
    {
        bool made : 1 = false;
        bool isNew : 1 = false;   ///< a directory that was not there before
        bool refused : 1 = false; ///< a device that the system did not allow
    };
    /// A directory that was there before, as it was.
    struct Kept
    {
        NodeId node;
        struct stat status{};
    };

    State& stateOf(NodeId node) { return m_states[node.index()]; }
    bool parentIsNew(NodeId node) { return stateOf(m_tree.parent(node)).isNew; }

    /// The directory that holds `node`, opened; -1 if it could not be made or opened, which has
    /// been reported.
    int parentOf(NodeId node)
    {
        const NodeId parent = m_tree.parent(node);
        if (!stateOf(parent).made) {
            m_log.skippedToo();
            return -1;
        }
        if (m_openParent != parent || !m_parent.valid()) {
            m_parent = m_target.openDirectory(m_tree.path(parent).substr(1), false);
            m_openParent = parent;
            if (!m_parent.valid()) {
                m_log.skipped(m_tree.path(node), systemText(errno));
            }
        }
        return m_parent.get();
    }

    std::unexpected<Error> fatal(NodeId node, int error) const
    {
        return failErrno("cannot write", error, escapeForDisplay(m_tree.path(node)));
    }

    Status skip(NodeId node, int error)
    {
        if (isFatal(error)) {
            return fatal(node, error);
        }
        m_log.skipped(m_tree.path(node),
                      error == EEXIST
                          ? "another path of the image has the same name on this file system"
                          : systemText(error));
        return {};
    }

    Status makeDirectories()
    {
        for (const NodeId node : m_plan.directories) {
            if (m_job.cancelled()) {
                return cancelledError();
            }
            if (auto status = makeDirectory(node); !status) {
                return status;
            }
        }
        return {};
    }

    Status makeDirectory(NodeId node)
    {
        const std::string name(m_tree.name(node));
        const int parent = parentOf(node);
        if (parent < 0) {
            return {};
        }
        struct stat before{};
        const bool wasThere =
            !parentIsNew(node) && fstatat(parent, name.c_str(), &before, AT_SYMLINK_NOFOLLOW) == 0;
        bool isNew = false;
        const int error = m_target.makeDirectory(parent, name, parentIsNew(node), isNew);
        if (error != 0) {
            return skip(node, error);
        }
        if (wasThere && !isNew) {
            m_kept.push_back({node, before});
        }
        stateOf(node).made = true;
        stateOf(node).isNew = isNew;
        ++m_report.written;
        return {};
    }

    Status writeFiles()
    {
        const ContentVisitor visitor{
            .file = [this](const Leaf& leaf,
                           const ContentReader& read) { return writeFile(leaf, read, true); },
            .unreadable =
                [this](std::span<const Leaf> leaves, const Error& error) {
                    for (const Leaf& leaf : leaves) {
                        m_log.unreadable(m_tree.path(leaf.node), error.what);
                    }
                },
        };
        auto rest = std::span<const Leaf>(m_plan.files);
        while (!rest.empty()) {
            const LayerNo layer = rest.front().content.layer;
            const auto end = std::ranges::find_if(
                rest, [layer](const Leaf& leaf) { return leaf.content.layer != layer; });
            const auto count = static_cast<std::size_t>(end - rest.begin());
            if (auto status = visitContents(m_image, rest.first(count), m_job, visitor); !status) {
                return status;
            }
            rest = rest.subspan(count);
        }
        return {};
    }

    /// `counted`: its content is part of the progress; not so a further copy of what was written.
    Status writeFile(const Leaf& leaf, const ContentReader& read, bool counted)
    {
        const int parent = parentOf(leaf.node);
        if (parent < 0) {
            return {};
        }
        const std::string name(m_tree.name(leaf.node));
        Descriptor file;
        TargetFolder::Draft draft;
        const auto create = [&](const std::string& as) {
            constexpr int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
            file = Descriptor(openat(parent, as.c_str(), flags, 0600));
            return file.valid() ? 0 : errno;
        };
        if (const int error = m_target.make(parent, name, parentIsNew(leaf.node), create, draft);
            error != 0) {
            return skip(leaf.node, error);
        }
        const std::uint64_t before = m_report.bytes;
        const auto copied = copyToFile(read, file.get(), m_tree.entry(leaf.content).size, m_buffer,
                                       m_job, [&](std::size_t count) {
                                           if (counted) {
                                               m_progress->reached(m_report.bytes += count);
                                           }
                                       });
        if (!copied) {
            m_report.bytes = before;
            return cannotCopy(leaf, copied.error());
        }
        auto status =
            complete(leaf, draft,
                     setAttributes(file.get(), Held::Open, attributesOf(m_tree, *leaf.version),
                                   m_options.keepOwners));
        if (!stateOf(leaf.node).made) {
            m_report.bytes = before;
        }
        return status;
    }

    /// What it is like is settled; from now on it is there.
    Status complete(const Leaf& leaf, TargetFolder::Draft& draft, const Refusals& refusals)
    {
        if (const int error = m_target.putInPlace(draft); error != 0) {
            return skip(leaf.node, error);
        }
        stateOf(leaf.node).made = true;
        ++m_report.written;
        if (refusals.any()) {
            m_log.refused(m_tree.path(leaf.node), refusals);
        }
        return {};
    }

    Status cannotCopy(const Leaf& leaf, const CopyFailure& failure)
    {
        if (failure.errnum != 0) {
            return skip(leaf.node, failure.errnum);
        }
        if (endsAll(failure.error)) {
            return std::unexpected(failure.error);
        }
        m_log.unreadable(m_tree.path(leaf.node), failure.error.what);
        return {};
    }

    Status makeSpecials()
    {
        for (const Leaf& leaf : m_plan.specials) {
            if (m_job.cancelled()) {
                return cancelledError();
            }
            if (auto status = makeSpecial(leaf); !status) {
                return status;
            }
        }
        return {};
    }

    Status makeSpecial(const Leaf& leaf)
    {
        const LayerEntry& entry = m_tree.entry(leaf.content);
        const std::string name(m_tree.name(leaf.node));
        const bool device =
            entry.type == FileType::CharDevice || entry.type == FileType::BlockDevice;
        std::string target;
        if (entry.type == FileType::Symlink) {
            target = m_tree.layer(leaf.content.layer).name(entry.target);
            if (target.empty() || target.find('\0') != target.npos) {
                m_log.skipped(m_tree.path(leaf.node), "its link target cannot be one");
                return {};
            }
        }
        const int parent = parentOf(leaf.node);
        if (parent < 0) {
            return {};
        }
        TargetFolder::Draft draft;
        const auto create = [&](const std::string& as) {
            const int made = entry.type == FileType::Symlink
                                 ? symlinkat(target.c_str(), parent, as.c_str())
                                 : mknodat(parent, as.c_str(), kindOf(entry.type) | 0600U,
                                           makedev(entry.deviceMajor, entry.deviceMinor));
            return made == 0 ? 0 : errno;
        };
        const int error = m_target.make(parent, name, parentIsNew(leaf.node), create, draft);
        if (error == EPERM && device) {
            m_log.deviceRefused(m_tree.path(leaf.node), error);
            stateOf(leaf.node).refused = true;
            return {};
        }
        if (error != 0) {
            return skip(leaf.node, error);
        }
        const Descriptor made = TargetFolder::holdMade(parent, draft.name(), kindOf(entry.type));
        if (!made.valid()) {
            draft.leave();
            m_log.skipped(m_tree.path(leaf.node), "something else took its place meanwhile");
            return {};
        }
        return complete(leaf, draft,
                        setAttributes(made.get(), Held::ByPath, attributesOf(m_tree, *leaf.version),
                                      m_options.keepOwners));
    }

    Status makeLinks()
    {
        for (const ExtractLink& link : m_plan.links) {
            if (m_job.cancelled()) {
                return cancelledError();
            }
            if (auto status = makeLink(link.first, link.other); !status) {
                return status;
            }
        }
        return {};
    }

    Status makeLink(const Leaf& first, const Leaf& other)
    {
        if (stateOf(first.node).refused) {
            m_log.deviceRefused(m_tree.path(other.node), EPERM);
            return {};
        }
        if (!stateOf(first.node).made) {
            m_log.skipped(m_tree.path(other.node), "it is a hard link to one that was not written");
            return {};
        }
        const int parent = parentOf(other.node);
        if (parent < 0) {
            return {};
        }
        const Descriptor from =
            m_target.openDirectory(m_tree.path(m_tree.parent(first.node)).substr(1), false);
        if (!from.valid()) {
            return skip(other.node, errno);
        }
        const std::string fromName(m_tree.name(first.node));
        const std::string name(m_tree.name(other.node));
        TargetFolder::Draft draft;
        const auto link = [&](const std::string& as) {
            return linkat(from.get(), fromName.c_str(), parent, as.c_str(), 0) == 0 ? 0 : errno;
        };
        const int error = m_target.make(parent, name, parentIsNew(other.node), link, draft);
        const bool noMoreLinks =
            error == EMLINK || error == EPERM || error == EXDEV || error == ENOTSUP;
        if (noMoreLinks && m_tree.entry(other.content).type == FileType::File) {
            // File systems without links, or out of them, still hold a copy.
            const auto stream =
                m_image.open(*other.version, Job{.stop = m_job.stop, .progress = {}});
            return stream ? writeFile(
                                other,
                                [&](std::span<std::byte> into) { return (*stream)->read(into); },
                                false)
                          : cannotCopy(other, {stream.error()});
        }
        if (error != 0) {
            return skip(other.node, error);
        }
        return complete(other, draft, {});
    }

    /// Deepest first: a directory's time changes with what is made in it, and its mode may lock it.
    void finishDirectories()
    {
        for (std::size_t i = m_plan.directories.size(); i-- > 0;) {
            if (stateOf(m_plan.directories[i]).isNew) {
                finishDirectory(m_plan.directories[i]);
            }
        }
        // What the user had already keeps its own metadata. None of it lies in what is new.
        for (const Kept& kept : m_kept | std::views::reverse) {
            putBack(kept);
        }
        if (m_target.isNew()) {
            finishDirectory(MergedTree::root());
        }
    }

    void finishDirectory(NodeId node)
    {
        const Version* version = shownVersion(m_tree, node, m_options);
        if (version == nullptr) {
            return;
        }
        const std::string path = m_tree.path(node);
        const Descriptor directory = m_target.openDirectory(std::string_view(path).substr(1), true);
        if (directory.valid()) {
            m_log.refused(path,
                          setAttributes(directory.get(), Held::Open, attributesOf(m_tree, *version),
                                        m_options.keepOwners));
            return;
        }
        Refusals unreachable;
        unreachable.mode = unreachable.time = errno;
        m_log.refused(path, unreachable);
    }

    /// Its mode may have been changed to write into it, its time has by what was made in it.
    void putBack(const Kept& kept)
    {
        const std::string path = m_tree.path(kept.node);
        const Descriptor directory = m_target.openDirectory(std::string_view(path).substr(1), true);
        struct stat now{};
        if (!directory.valid() || fstat(directory.get(), &now) != 0 ||
            now.st_dev != kept.status.st_dev || now.st_ino != kept.status.st_ino) {
            return; // not to be read, or gone: whoever did that knows of it
        }
        Refusals refusals;
        if (now.st_mode != kept.status.st_mode &&
            fchmod(directory.get(), kept.status.st_mode & 07777U) != 0) {
            refusals.mode = errno;
        }
        const std::array<timespec, 2> times = {timespec{.tv_sec = 0, .tv_nsec = UTIME_OMIT},
                                               kept.status.st_mtim};
        // Only its owner may, and another's time is that of the writing.
        [[maybe_unused]] const int ignored = futimens(directory.get(), times.data());
        if (refusals.any()) {
            m_log.refused(path, refusals);
        }
    }

    const OpenedImage& m_image;
    const MergedTree& m_tree;
    TargetFolder m_target;
    const ExtractOptions& m_options;
    const Job& m_job;
    ExtractPlan m_plan;
    std::vector<State> m_states;
    std::vector<Kept> m_kept; ///< parents before children
    std::vector<std::byte> m_buffer = std::vector<std::byte>(chunkBytes);
    Descriptor m_parent;
    NodeId m_openParent;
    std::optional<PacedProgress> m_progress;
    ExtractLog m_log;
    ExtractReport m_report;
};

} // namespace

Result<ExtractReport> extractTree(const OpenedImage& image, const std::filesystem::path& target,
                                  const ExtractOptions& options, const Job& job)
{
    auto folder = TargetFolder::open(target);
    if (!folder) {
        return std::unexpected(std::move(folder.error()));
    }
    return Extraction(image, std::move(*folder), options, job).run();
}

} // namespace strata
