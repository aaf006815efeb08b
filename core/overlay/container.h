// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/job.h"
#include "overlay/content_store.h"
#include "overlay/trace.h"
#include "overlay/upper_layer.h"
#include "tree/opened_image.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace strata {

class Transaction;
struct Location;

/// A point in time, since 1970.
struct Timestamp
{
    std::int64_t seconds = 0;
    std::uint32_t nanoseconds = 0;

    friend bool operator==(const Timestamp&, const Timestamp&) = default;
};

struct ContainerOptions
{
    /// As a mount with `metacopy=on`: what changes metadata alone copies no content up.
    bool metacopy = false;
    /// What the time is; null = the system's own. Asked once for each operation.
    std::function<Timestamp()> clock;
};

/// What is at a path of a container: an inode of its own layer, a node of the image, or a directory
/// that is both, merged. A value; good until the container changes.
struct Sighting
{
    UpperId upper;
    NodeId lower; ///< beside an inode, only a directory's that is merged into it

    friend bool operator==(const Sighting&, const Sighting&) = default;
};

struct FileDetails : InodeMetadata
{
    std::uint64_t size = 0;       ///< content bytes; 0 for all but regular files
    bool inContainer = false;     ///< its inode is in the container's own layer
    std::optional<LayerNo> layer; ///< of the image, whose entry is seen or was copied up; none =
                                  ///< made in the container
    std::uint32_t links = 1;      ///< names of an inode in the container's own layer
    bool linksToNothing = false;  ///< a hard link of the image that has no content
};

struct ContainerChild
{
    std::string name;
    Sighting sighting;
};

/// What `docker ps -s` counts, and a little more. Bytes are content; what several names share
/// counts once.
struct ContainerSize
{
    std::uint64_t bytes = 0;      ///< in the container's own layer
    std::uint64_t imageBytes = 0; ///< in all layers of the image, shared by all its containers
    std::uint64_t paths = 0;      ///< in the upper directory: objects …
    std::uint64_t whiteouts = 0;  ///< … whiteouts …
    std::uint64_t opaque = 0;     ///< … and directories marked opaque
};

enum class Follow : std::uint8_t {
    Symlinks, ///< of a path that ends in a symlink, what it leads to is meant
    NotLast,  ///< the symlink itself
};

/// The content of a file that was opened for reading; `content` is null if that was refused. It is
/// the file's as it was, whatever becomes of it, and may outlive the container.
struct OpenedFile
{
    Trace trace;
    std::unique_ptr<ByteStream> content;
};

/// A container: one writable layer over an image that it shares and never changes, by the rules of
/// Linux overlayfs as container engines mount it (index, redirect_dir and metacopy off), for a
/// process that is root inside. Every operation does what the system call of its name does, to the
/// result code, and gives its trace; a refused one has changed nothing. Paths are bytes, taken from
/// the container's root; symlinks are followed as the kernel does and never lead out. What depends
/// on the host is left out: umask, disk quotas, security modules, sysctl fs.protected_*.
/// Not thread-safe; any number of containers may stand on one image, in any threads.
/// Cost: O(depth · log siblings) and the layers looked at, unless said otherwise.
class Container
{
public:
    explicit Container(std::shared_ptr<const OpenedImage> image, ContainerOptions options = {});

    const OpenedImage& image() const { return *m_image; }
    const std::shared_ptr<const OpenedImage>& sharedImage() const { return m_image; }
    const UpperLayer& upper() const { return m_upper; }
    /// Takes the same image with more of its changes decided (resolveContents).
    void takeDecisions(std::shared_ptr<const OpenedImage> image) { m_image = std::move(image); }
    const ContainerOptions& options() const { return m_options; }

    // What is seen.
    static Sighting root() { return {UpperLayer::root(), MergedTree::root()}; }
    /// None where nothing is. The path's spelling is cleaned; symlinks are not followed.
    std::optional<Sighting> find(std::string_view path) const;
    std::optional<Sighting> child(const Sighting& directory, std::string_view name) const;
    /// As stat(2) finds it: symlinks are followed.
    Permitted<Sighting> resolve(std::string_view path, Follow follow = Follow::Symlinks) const;
    /// In byte order; empty for what is no directory.
    std::vector<ContainerChild> children(const Sighting& directory) const;
    bool isDirectory(const Sighting& sighting) const;
    FileDetails details(const Sighting& sighting) const;
    /// Whether the image shows something at `name` of what is merged into `directory`.
    bool lowerHas(const Sighting& directory, std::string_view name) const;
    /// The content of a regular file. Errors: those of FileContent::open.
    Result<std::unique_ptr<ByteStream>> open(const Sighting& file, const Job& job = {}) const;
    /// Linear in the container's own layer.
    ContainerSize size() const;
    /// Whether the mode, owner or attributes of the root itself were changed. Not its time, which
    /// changes with every name in it.
    bool rootChanged() const;

    // Content. Devices and fifos have none here: NoDevice. `job` stops reading the image.
    OpenedFile read(std::string_view path, const Job& job = {}) const;
    /// open(2) with O_CREAT | O_EXCL: an empty file.
    Trace create(std::string_view path, std::uint16_t mode = 0644);
    /// A file is made with mode 0644 if there is none. An existing one's content goes before it is
    /// copied up, so nothing of it is copied.
    Trace replace(std::string_view path, std::span<const std::byte> bytes);
    Trace replace(std::string_view path, ByteStream& bytes, const Job& job = {});
    Trace append(std::string_view path, std::span<const std::byte> bytes);
    /// Writes over what is at `offset` of an existing file.
    Trace edit(std::string_view path, std::uint64_t offset, std::span<const std::byte> bytes);
    Trace truncate(std::string_view path, std::uint64_t size);

    // Names.
    Trace makeDirectory(std::string_view path, std::uint16_t mode = 0755);
    /// A device, fifo or empty regular file. Invalid for other types.
    Trace makeNode(std::string_view path, FileType type, std::uint16_t mode = 0644,
                   std::uint32_t major = 0, std::uint32_t minor = 0);
    Trace symlink(std::string_view target, std::string_view path);
    Trace link(std::string_view existing, std::string_view path);
    Trace rename(std::string_view from, std::string_view to);
    Trace unlink(std::string_view path);
    Trace removeDirectory(std::string_view path);

    // Whole trees. Linear in their paths.
    /// As `rm -r`: what is seen at and below the path. One step to undo.
    Trace removeTree(std::string_view path);
    /// As mv(1) without its guessing: rename, or where that is CrossDevice, a copy with all
    /// metadata and hard links among its own, and removal. `to` is the new name itself. One work.
    Trace move(std::string_view from, std::string_view to);

    // Metadata.
    Trace changeMode(std::string_view path, std::uint16_t mode);
    /// None = as it is. Clears set-user-ID, set-group-ID and file capabilities, as the kernel does.
    Trace changeOwner(std::string_view path, std::optional<std::uint32_t> uid,
                      std::optional<std::uint32_t> gid, Follow follow = Follow::Symlinks);
    Trace setXattr(std::string_view path, std::string_view name, std::string_view value,
                   Follow follow = Follow::Symlinks);
    Trace removeXattr(std::string_view path, std::string_view name,
                      Follow follow = Follow::Symlinks);
    Trace setTime(std::string_view path, Timestamp time, Follow follow = Follow::Symlinks);

    /// Puts what a layer's tar holds (container_layer.h) into the container's own layer, where
    /// nothing may have been done yet. One step to undo. Errors, after which nothing has changed:
    /// Malformed for what no container writes, Io, Cancelled, those of the tar.
    Status restore(ByteStream& layerTar, const Job& job);

    /// Every operation that changed something is one work. False when there is none.
    bool undo() { return m_upper.undo(); }
    bool redo() { return m_upper.redo(); }
    std::size_t undoSteps() const { return m_upper.undoSteps(); }
    std::size_t redoSteps() const { return m_upper.redoSteps(); }

private:
    friend class Transaction;

    enum class Writing : std::uint8_t { Replace, Append, Edit };
    Trace write(Transaction& work, Writing how, std::uint64_t offset,
                const std::function<Permitted<SharedSource>()>& bytes);

    PosixError mayRename(const Location& from, const Location& to) const;
    Permitted<std::pair<Location, Location>> toBothNames(Transaction& work, std::string_view from,
                                                         std::string_view to) const;
    Permitted<void> renameFound(Transaction& work, Location& from, Location& to);

    std::shared_ptr<const OpenedImage> m_image;
    ContainerOptions m_options;
    UpperLayer m_upper;
    ContentStore m_store;
};

} // namespace strata
