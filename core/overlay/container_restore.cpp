// SPDX-License-Identifier: Apache-2.0
// Container::restore: the way back from a layer's tar.
#include "base/byte_path.h"
#include "base/limits.h"
#include "io/tar_reader.h"
#include "overlay/container.h"

#include <string>
#include <utility>

namespace strata {
namespace {

constexpr std::string_view whiteoutPrefix = ".wh.";
constexpr std::string_view opaqueName = ".wh..wh..opq";
constexpr std::size_t longestName = 255;
constexpr std::string_view overlaysOwn = "trusted.overlay.";

std::unexpected<Error> malformed(std::string_view path, const std::string& why)
{
    return fail(ErrorCode::Malformed, why, std::string(path));
}

UpperInode inodeOf(const TarMember& member)
{
    UpperInode inode;
    inode.type = member.type;
    inode.mode = member.mode;
    inode.uid = member.uid;
    inode.gid = member.gid;
    inode.mtime = member.mtime;
    inode.mtimeNsec = member.mtimeNsec;
    inode.deviceMajor = member.deviceMajor;
    inode.deviceMinor = member.deviceMinor;
    inode.target = member.type == FileType::Symlink ? member.linkTarget : std::string();
    for (const auto& [name, value] : member.xattrs) {
        if (!name.starts_with(overlaysOwn)) {
            inode.xattrs.emplace(name, value);
        }
    }
    return inode;
}

/// Puts the members of a tar into an upper layer, one by one.
class Restoring
{
public:
    Restoring(const Container& container, UpperLayer& upper, ContentStore& store)
        : m_container(container)
        , m_upper(upper)
        , m_store(store)
    {
    }

    Status run(ByteStream& tar, const Job& job)
    {
        TarReader reader(tar, 0, job.stop);
        std::size_t members = 0;
        for (;;) {
            if (job.cancelled()) {
                return cancelledError();
            }
            const auto member = reader.next();
            if (!member) {
                return std::unexpected(member.error());
            }
            if (*member == nullptr) {
                return {};
            }
            if (++members > limits::layerEntries) {
                return fail(ErrorCode::LimitExceeded, "has too many entries");
            }
            if (auto taken = take(**member, reader, job); !taken) {
                return taken;
            }
        }
    }

private:
    /// Reads the content that a TarReader stands at.
    class MemberStream final : public ByteStream
    {
    public:
        explicit MemberStream(TarReader& reader)
            : m_reader(reader)
        {
        }
        Result<std::size_t> read(std::span<std::byte> into) override
        {
            auto got = m_reader.read(into);
            m_position += got.value_or(0);
            if (!got) {
                error = got.error();
            }
            return got;
        }
        std::uint64_t sourcePosition() const override { return m_position; }
        std::optional<Error> error;

    private:
        TarReader& m_reader;
        std::uint64_t m_position = 0;
    };

    struct Place
    {
        UpperId directory;
        NodeId lower; ///< that is merged into it; none = nothing is
        std::string name;
    };

    Result<Place> placeOf(std::string_view path) const
    {
        const auto split = splitPath(path);
        if (split.escapes || split.parts.empty()) {
            return malformed(path, "is no path of a container");
        }
        Place place{.directory = UpperLayer::root(), .lower = MergedTree::root(), .name = {}};
        for (const auto& part : split.parts) {
            if (part.size() > longestName) {
                return malformed(path, "has a name that is too long");
            }
            if (&part == &split.parts.back()) {
                break;
            }
            const UpperId* id = m_upper.find(place.directory, part);
            if (id == nullptr || !*id || m_upper.inode(*id).type != FileType::Directory) {
                return malformed(path, "lies in no folder that stands before it");
            }
            place.directory = *id;
            place.lower = m_upper.inode(*id).lower;
        }
        place.name = split.parts.back();
        return place;
    }

    Status take(const TarMember& member, TarReader& reader, const Job& job)
    {
        auto place = placeOf(member.path);
        if (!place) {
            return std::unexpected(std::move(place.error()));
        }
        if (place->name == opaqueName) {
            return hideBelow(place->directory, member.path);
        }
        const Sighting directory{place->directory, place->lower};
        if (place->name.starts_with(whiteoutPrefix)) {
            const auto name = place->name.substr(whiteoutPrefix.size());
            if (m_container.lowerHas(directory, name)) {
                m_upper.set(place->directory, name, {});
            }
            return {};
        }
        if (m_upper.find(place->directory, place->name) != nullptr) {
            return malformed(member.path, "stands there twice");
        }
        if (member.hardlink) {
            return takeLink(member, *place);
        }
        UpperInode inode = inodeOf(member);
        if (inode.type == FileType::Directory && m_container.lowerHas(directory, place->name)) {
            const MergedTree& tree = *m_container.image().tree;
            const auto below = tree.child(place->lower, place->name);
            const Version* seen = below ? tree.visible(*below) : nullptr;
            if (below && seen != nullptr && tree.outline(*seen).type == FileType::Directory) {
                inode.lower = *below;
            } else {
                inode.opaque = true; // as the kernel marks a folder made over a whiteout
            }
        }
        if (inode.type == FileType::File && member.size > 0) {
            MemberStream stream(reader);
            auto kept = m_store.keep(stream, {.stop = job.stop, .progress = {}});
            if (!kept) {
                return std::unexpected(stream.error.value_or(
                    Error{ErrorCode::Io, "its bytes could not be kept", kept.error().reason}));
            }
            inode.content = inode.content.with(0, std::move(*kept));
        }
        const UpperId id = m_upper.add(std::move(inode));
        m_upper.set(place->directory, place->name, id);
        return {};
    }

    Status hideBelow(UpperId directory, std::string_view path)
    {
        if (directory == UpperLayer::root()) {
            return malformed(path, "hides all of the image");
        }
        UpperInode inode = m_upper.inode(directory);
        inode.opaque = true;
        inode.lower = {};
        m_upper.change(directory, std::move(inode));
        return {};
    }

    Status takeLink(const TarMember& member, const Place& place)
    {
        const auto target = placeOf(member.linkTarget);
        const UpperId* id = target ? m_upper.find(target->directory, target->name) : nullptr;
        if (id == nullptr || !*id || m_upper.inode(*id).type == FileType::Directory) {
            return malformed(member.path, "is a hard link to what does not stand before it");
        }
        m_upper.set(place.directory, place.name, *id);
        return {};
    }

    const Container& m_container;
    UpperLayer& m_upper;
    ContentStore& m_store;
};

} // namespace

Status Container::restore(ByteStream& layerTar, const Job& job)
{
    m_upper.begin();
    auto restored = Restoring(*this, m_upper, m_store).run(layerTar, job);
    if (restored) {
        m_upper.commit();
    } else {
        m_upper.rollBack();
    }
    return restored;
}

} // namespace strata
