// SPDX-License-Identifier: Apache-2.0
#include "layer_rules.h"

#include "bounds.h"
#include "require.h"

#include "io/hasher.h"
#include "io/seek_index.h"
#include "layer/content_reader.h"
#include "tree_text.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace strata::fuzz {

namespace {

bool isName(std::string_view name)
{
    return !name.empty() && name != "." && name != ".." && name.find('/') == name.npos;
}

void requireSoundEntry(const LayerIndex& layer, const LayerEntry& entry)
{
    require(entry.mode <= 07777U, "a mode has twelve bits");
    require(entry.mtimeNsec < 1'000'000'000U, "nanoseconds are less than a second");
    require(entry.type == FileType::File || entry.size == 0, "only files have a size");
    require(entry.type != FileType::Symlink || entry.target.valid(), "a symlink has a target");
    require(!entry.hardlink || entry.inode.valid() != entry.lowerLink,
            "a hard link leads within its layer or below it");
    require(entry.hardlink || (!entry.inode && !entry.lowerLink), "only hard links lead elsewhere");
    if (entry.target) {
        static_cast<void>(layer.name(entry.target));
    }
    for (const Xattr& xattr : layer.xattrs(entry.xattrs)) {
        require(!layer.name(xattr.name).starts_with("trusted.overlay."),
                "overlayfs's own attributes are not shown");
    }
    if (entry.inode) {
        const LayerEntry& holder = layer.entry(entry.inode);
        require(!holder.hardlink, "an inode's entry is no link itself");
        require(holder.type == entry.type && holder.size == entry.size &&
                    holder.mode == entry.mode && holder.mtime == entry.mtime &&
                    holder.headerOffset == entry.headerOffset && holder.hashed == entry.hashed &&
                    holder.contentHash == entry.contentHash,
                "names of one inode agree");
    }
}

void requireSoundNode(const LayerIndex& layer, std::uint32_t id)
{
    const LayerNode& node = layer.nodes()[id];
    const auto [first, last] = layer.children(LayerNodeId{id});
    require(first > id && first <= last && last <= layer.nodes().size(),
            "children stand behind their parent");
    for (auto c = first; c < last; ++c) {
        const LayerNode& child = layer.nodes()[c];
        require(child.parent == LayerNodeId{id}, "a child knows its parent");
        require(isName(layer.name(child.name)), "a name is one component", layer.name(child.name));
        require(c == first || layer.name(layer.nodes()[c - 1].name) < layer.name(child.name),
                "siblings stand in byte order, each once", layer.name(child.name));
    }
    if (!node.entry) {
        return;
    }
    const LayerEntry& entry = layer.entry(node.entry);
    requireSoundEntry(layer, entry);
    require(entry.type == FileType::Directory || (first == last && !node.opaque),
            "only directories hold something", layer.name(node.name));
}

} // namespace

void requireSoundLayer(const LayerIndex& layer)
{
    require(!layer.nodes().empty(), "there is a root");
    require(layer.name(layer.node({0}).name).empty() && !layer.node({0}).whiteout,
            "the root has no name and is never removed");
    require(layer.children({0}).first == 1, "the first child follows the root");
    for (std::uint32_t i = 0; i < layer.nodes().size(); ++i) {
        requireSoundNode(layer, i);
        require(i == 0 || layer.children(LayerNodeId{i}).first ==
                              layer.children(LayerNodeId{i - 1}).second,
                "every node is one node's child");
    }
    require(layer.memberCount() >= layer.entries().size(), "an entry comes from a member");
    requireDisplayable(layer.warnings());
}

void requireReadableContents(const LayerIndex& layer, const SharedSource& stored,
                             Compression compression, bool exact)
{
    const bool readable = exact && !layer.damaged();
    std::uint64_t left = bounds::contentBytes;
    std::set<std::uint64_t> seen;
    std::vector<std::byte> buffer(std::size_t{1} << 16U);
    for (const LayerEntry& entry : layer.entries()) {
        if (entry.hardlink || entry.size > left || !seen.insert(entry.headerOffset).second) {
            continue;
        }
        const auto stream = openContent(stored, compression, nullptr, entry);
        require(stream || entry.type != FileType::File || !readable,
                "a file that is listed can be opened",
                stream ? std::string() : stream.error().message());
        if (!stream) {
            requireDisplayable(stream.error());
            continue;
        }
        ContentHasher hasher;
        std::uint64_t done = 0;
        auto n = (*stream)->read(buffer);
        for (; n && *n > 0 && done <= entry.size; n = (*stream)->read(buffer)) {
            hasher.add(std::span(buffer).first(*n));
            done += *n;
        }
        // A map of holes shows its faults only where its content is read, which indexing does not
        // do.
        const bool badMap = !n && n.error().what.contains("sparse map");
        require(n || !readable || badMap, "a file that is listed can be read",
                n ? std::string() : n.error().message());
        if (!n) {
            requireDisplayable(n.error());
            continue;
        }
        require(!exact || done == entry.size, "a file has the size that is shown",
                std::to_string(done) + " for " + std::to_string(entry.size));
        require(!exact || !entry.hashed || hasher.value() == entry.contentHash,
                "a content is the one that was hashed");
        left -= std::min(left, done);
    }
}

namespace {

/// What a stream gives, and which error it ends with.
struct Reading
{
    std::vector<std::byte> bytes;
    std::optional<ErrorCode> error;
    bool operator==(const Reading&) const = default;
};

Reading readingOf(ByteStream& stream)
{
    Reading out;
    std::vector<std::byte> buffer(std::size_t{1} << 16U);
    auto n = stream.read(buffer);
    for (; n && *n > 0; n = stream.read(buffer)) {
        out.bytes.insert(out.bytes.end(), buffer.begin(),
                         buffer.begin() + static_cast<std::ptrdiff_t>(*n));
    }
    if (!n) {
        out.error = n.error().code;
    }
    return out;
}

} // namespace

void requireSameFromPlaces(const SharedSource& stored, Compression compression)
{
    SeekIndexBuilder builder(1);
    const auto stream = decompressRecording(stored, compression, builder);
    if (!stream) {
        return;
    }
    const Reading whole = readingOf(**stream);
    const auto kept = builder.finish(compression);
    if (!kept) {
        return;
    }
    std::vector<std::byte> written;
    kept->appendTo(written);
    const auto places = SeekIndex::parse(written);
    require(places.has_value(), "places that were written can be read");
    require((*places)->placeCount() == kept->placeCount(), "all places are written");
    const std::size_t step = 1 + kept->placeCount() / bounds::places;
    for (std::size_t i = 0; i < kept->placeCount(); i += step) {
        const auto offset = (*places)->place(i).offset;
        require(offset <= whole.bytes.size(), "a place lies within what is decompressed");
        auto near = decompressNear(stored, compression, places->get(), offset);
        require(near && near->offset == offset, "a place can be gone on from");
        require(readingOf(*near->stream) ==
                    Reading{{whole.bytes.begin() + static_cast<std::ptrdiff_t>(offset),
                             whole.bytes.end()},
                            whole.error},
                "from a place on, all reads as from the start", std::to_string(offset));
    }
}

void requireSameLayer(const LayerIndex& a, const LayerIndex& b)
{
    const std::string left = test::layerText(a);
    const std::string right = test::layerText(b);
    require(left == right, "however it is stored, a layer reads the same", left + "---\n" + right);
    require(a.memberCount() == b.memberCount() && a.tarSize() == b.tarSize(),
            "however it is stored, a layer counts the same");
}

} // namespace strata::fuzz
