// SPDX-License-Identifier: Apache-2.0
#include "export/extract.h"

#include "base/byte_path.h"
#include "base/paced_progress.h"
#include "export/extract_log.h"
#include "export/extract_plan.h"
#include "export/target_folder.h"
#include "layer/content_reader.h"

#include <algorithm>
#include <cerrno>
#include <optional>
#include <span>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

namespace strata {
namespace {

constexpr std::size_t chunkBytes = 256UL * 1024;

using Leaf = ExtractLeaf;
using Reader = std::function<Result<std::size_t>(std::span<std::byte>)>;

/// As strerror, which may not be called from two threads.
std::string systemText(int error)
{
    return std::generic_category().message(error);
}

/// Whether an error ends the extraction, and not only the file it happened at.
bool endsAll(const Error& error)
{
    return error.code == ErrorCode::Io || error.code == ErrorCode::Changed ||
           error.code == ErrorCode::Cancelled;
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
        m_report.warnings = m_log.finish();
        return std::move(m_report);
    }

private:
    struct State
    {
        bool made : 1 = false;
        bool isNew : 1 = false; ///< a directory that was not there before
    };

    State& stateOf(NodeId node) { return m_states[node.index()]; }
    bool parentIsNew(NodeId node) { return stateOf(m_tree.parent(node)).isNew; }

    /// The directory that holds `node`, opened; -1 if it could not be made or opened, which has
    /// been reported.
    int parentOf(NodeId node)
    {
        const NodeId parent = m_tree.parent(node);
        if (!stateOf(parent).made) {
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
        bool isNew = false;
        const int error = m_target.makeDirectory(parent, name, parentIsNew(node), isNew);
        if (error != 0) {
            return skip(node, error);
        }
        stateOf(node).made = true;
        stateOf(node).isNew = isNew;
        ++m_report.written;
        return {};
    }

    Status writeFiles()
    {
        auto rest = std::span<const Leaf>(m_plan.files);
        while (!rest.empty()) {
            const LayerNo layer = rest.front().content.layer;
            const auto end = std::ranges::find_if(
                rest, [layer](const Leaf& leaf) { return leaf.content.layer != layer; });
            const auto count = static_cast<std::size_t>(end - rest.begin());
            if (auto status = writeLayer(layer, rest.first(count)); !status) {
                return status;
            }
            rest = rest.subspan(count);
        }
        return {};
    }

    Status writeLayer(LayerNo layer, std::span<const Leaf> files)
    {
        std::vector<Leaf> filled;
        for (const Leaf& leaf : files) {
            if (m_tree.entry(leaf.content).size > 0) {
                filled.push_back(leaf);
            } else if (auto status = writeFile(leaf, [](auto) { return std::size_t{0}; });
                       !status) {
                return status;
            }
        }
        if (filled.empty()) {
            return {};
        }
        const auto stored = m_image.archive->openLayer(m_image.image(), layer);
        if (!stored) {
            return unreadable(filled, stored.error());
        }
        const Compression compression = m_image.image().layers[layer].compression;
        return compression == Compression::None ? writePlain(*stored, filled)
                                                : writeCompressed(*stored, compression, filled);
    }

    Status unreadable(std::span<const Leaf> files, const Error& error)
    {
        if (endsAll(error)) {
            return std::unexpected(error);
        }
        for (const Leaf& leaf : files) {
            m_log.unreadable(m_tree.path(leaf.node), error.what);
        }
        return {};
    }

    Status writePlain(const SharedSource& stored, std::span<const Leaf> files)
    {
        for (const Leaf& leaf : files) {
            const auto stream = openContent(stored, Compression::None, m_tree.entry(leaf.content));
            const Status status =
                stream ? writeFile(leaf,
                                   [&](std::span<std::byte> into) { return (*stream)->read(into); })
                       : unreadable(std::span(&leaf, 1), stream.error());
            if (!status) {
                return status;
            }
        }
        return {};
    }

    /// One pass over the whole layer: opening file by file would decompress it from its start each
    /// time.
    Status writeCompressed(const SharedSource& stored, Compression compression,
                           std::span<const Leaf> files)
    {
        const auto stream = decompress(stored, compression);
        if (!stream) {
            return unreadable(files, stream.error());
        }
        TarReader reader(**stream);
        while (!files.empty()) {
            if (m_job.cancelled()) {
                return cancelledError();
            }
            const auto member = reader.next();
            if (!member) {
                return unreadable(files, member.error());
            }
            const std::uint64_t offset = m_tree.entry(files.front().content).headerOffset;
            if (*member == nullptr || offset < (*member)->headerOffset) {
                const Error gone{
                    ErrorCode::Malformed, "the layer is not the one that was indexed", {}};
                return unreadable(files, gone);
            }
            if (offset == (*member)->headerOffset) {
                const auto status = writeFile(
                    files.front(), [&](std::span<std::byte> into) { return reader.read(into); });
                if (!status) {
                    return status;
                }
                files = files.subspan(1);
            }
        }
        return {};
    }

    Status writeFile(const Leaf& leaf, const Reader& read)
    {
        const int parent = parentOf(leaf.node);
        if (parent < 0) {
            return {};
        }
        const std::string name(m_tree.name(leaf.node));
        Descriptor file;
        const int error = m_target.make(parent, name, parentIsNew(leaf.node), [&] {
            constexpr int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
            file = Descriptor(openat(parent, name.c_str(), flags, 0600));
            return file.valid() ? 0 : errno;
        });
        if (error != 0) {
            return skip(leaf.node, error);
        }
        const std::uint64_t before = m_report.bytes;
        if (const Status status = copy(leaf, file.get(), read); !status) {
            m_report.bytes = before;
            unlinkat(parent, name.c_str(), 0);
            return unreadable(std::span(&leaf, 1), status.error());
        }
        const Refusals refusals = m_target.setAttributes(
            file.get(), attributesOf(m_tree, *leaf.version), m_options.keepOwners);
        wrote(leaf.node, refusals);
        return {};
    }

    void wrote(NodeId node, const Refusals& refusals)
    {
        stateOf(node).made = true;
        ++m_report.written;
        m_log.refused(m_tree.path(node), refusals);
    }

    /// Long runs of zeros become holes: a sparse file of the image may claim more than any disk
    /// has.
    Status copy(const Leaf& leaf, int file, const Reader& read)
    {
        const std::uint64_t size = m_tree.entry(leaf.content).size;
        std::uint64_t done = 0;
        while (true) {
            if (m_job.cancelled()) {
                return cancelledError();
            }
            const auto count = read(m_buffer);
            if (!count) {
                return std::unexpected(count.error());
            }
            if (*count == 0) {
                break;
            }
            const auto bytes = std::span<const std::byte>(m_buffer).first(*count);
            if (const int error = writeSparse(file, done, bytes); error != 0) {
                return isFatal(error) ? Status(fatal(leaf.node, error))
                                      : fail(ErrorCode::LimitExceeded, systemText(error));
            }
            done += *count;
            m_report.bytes += *count;
            if (m_progress) {
                m_progress->reached(m_report.bytes);
            }
        }
        if (done != size) {
            return fail(ErrorCode::Truncated, "it ends after " + std::to_string(done) + " of " +
                                                  std::to_string(size) + " bytes");
        }
        // A hole at the end has no byte of its own to give the file its length.
        if (ftruncate(file, static_cast<off_t>(size)) != 0) {
            const int error = errno;
            return isFatal(error) ? Status(fatal(leaf.node, error))
                                  : fail(ErrorCode::LimitExceeded, systemText(error));
        }
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
        const int error = m_target.make(parent, name, parentIsNew(leaf.node), [&] {
            const mode_t kind = entry.type == FileType::CharDevice ? S_IFCHR
                                : device                           ? S_IFBLK
                                                                   : S_IFIFO;
            const int made = entry.type == FileType::Symlink
                                 ? symlinkat(target.c_str(), parent, name.c_str())
                                 : mknodat(parent, name.c_str(), kind | 0600U,
                                           makedev(entry.deviceMajor, entry.deviceMinor));
            return made == 0 ? 0 : errno;
        });
        if (error == EPERM && device) {
            m_log.deviceRefused(m_tree.path(leaf.node));
            return {};
        }
        if (error != 0) {
            return skip(leaf.node, error);
        }
        wrote(leaf.node,
              m_target.setAttributesAt(parent, name, entry.type,
                                       attributesOf(m_tree, *leaf.version), m_options.keepOwners));
        return {};
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
        if (!stateOf(first.node).made) {
            m_log.skipped(m_tree.path(other.node), "it is a hard link to one that was not written");
            return {};
        }
        const Descriptor from =
            m_target.openDirectory(m_tree.path(m_tree.parent(first.node)).substr(1), false);
        const int parent = parentOf(other.node);
        if (parent < 0 || !from.valid()) {
            return {};
        }
        const std::string fromName(m_tree.name(first.node));
        const std::string name(m_tree.name(other.node));
        const int error = m_target.make(parent, name, parentIsNew(other.node), [&] {
            return linkat(from.get(), fromName.c_str(), parent, name.c_str(), 0) == 0 ? 0 : errno;
        });
        const bool noMoreLinks =
            error == EMLINK || error == EPERM || error == EXDEV || error == ENOTSUP;
        if (noMoreLinks && m_tree.entry(other.content).type == FileType::File) {
            // File systems without links, or out of them, still hold a copy.
            const auto stream = m_image.open(*other.version);
            return stream
                       ? writeFile(other,
                                   [&](std::span<std::byte> into) { return (*stream)->read(into); })
                       : unreadable(std::span(&other, 1), stream.error());
        }
        if (error != 0) {
            return skip(other.node, error);
        }
        wrote(other.node, {});
        return {};
    }

    /// Deepest first: a directory's time changes with what is made in it, and its mode may lock it.
    void finishDirectories()
    {
        for (std::size_t i = m_plan.directories.size(); i-- > 0;) {
            if (stateOf(m_plan.directories[i]).made) {
                finishDirectory(m_plan.directories[i]);
            }
        }
        // A folder that the user had already keeps its own metadata.
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
        if (!directory.valid()) {
            m_log.refused(path, {.owner = false, .mode = true, .time = true, .xattr = {}});
            return;
        }
        m_log.refused(path, m_target.setAttributes(directory.get(), attributesOf(m_tree, *version),
                                                   m_options.keepOwners));
    }

    const OpenedImage& m_image;
    const MergedTree& m_tree;
    TargetFolder m_target;
    const ExtractOptions& m_options;
    const Job& m_job;
    ExtractPlan m_plan;
    std::vector<State> m_states;
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
