// SPDX-License-Identifier: Apache-2.0
#include "overlay/container_view.h"

#include "layer/layer_index_builder.h"
#include "overlay/layer_members.h"

#include <cstdint>
#include <map>
#include <optional>
#include <utility>

namespace strata {
namespace {

/// The container's own layer as an index, and where its contents come from.
struct IndexedUpper
{
    std::shared_ptr<const LayerIndex> index;
    std::map<EntryId, FileContent> contents;
    SharedContents shared;
};

/// A whiteout or an opaque mark as the tar has it: an empty file of a certain name.
TarMember mark(const LayerMember& member)
{
    TarMember out;
    out.path = member.tarName();
    return out;
}

/// The root's metadata, for which the tar has no member, where the container changed it.
std::optional<TarMember> changedRoot(const Container& container)
{
    if (!container.rootChanged()) {
        return std::nullopt;
    }
    const UpperInode& now = container.upper().inode(UpperLayer::root());
    TarMember out;
    out.path = "./";
    out.type = FileType::Directory;
    out.xattrs = {now.xattrs.begin(), now.xattrs.end()};
    out.mtime = now.mtime;
    out.mtimeNsec = now.mtimeNsec;
    out.uid = now.uid;
    out.gid = now.gid;
    out.mode = now.mode;
    return out;
}

/// Index of what the members make. Their place in the list stands in for the place in a tar that
/// is never written.
IndexedUpper indexUpper(const Container& container)
{
    const auto list = layerMembers(container);
    const MergedTree& tree = *container.image().tree;
    std::map<std::uint64_t, UpperId> inodes;
    LayerIndexBuilder builder;
    if (const auto root = changedRoot(container)) {
        builder.add(*root);
    }
    std::uint64_t place = 0;
    for (const LayerMember& member : list.members) {
        TarMember taken = member.kind == LayerMember::Kind::Object ? member.member : mark(member);
        taken.headerOffset = place;
        builder.add(taken);
        if (member.kind == LayerMember::Kind::Object) {
            inodes.emplace(place, member.inode);
        }
        ++place;
    }
    for (const auto& warning : list.warnings.items()) {
        builder.warn(warning.code, warning.text);
    }
    IndexedUpper out;
    out.index = builder.finish(0, false);
    for (std::uint32_t i = 0; i < out.index->entryCount(); ++i) {
        const EntryId id{i};
        const LayerEntry entry = out.index->entry(id);
        if (entry.type != FileType::File || entry.inode) {
            continue;
        }
        const auto inode = inodes.find(entry.headerOffset);
        if (inode == inodes.end()) {
            continue;
        }
        const FileContent& content = container.upper().inode(inode->second).content;
        out.contents.emplace(id, content);
        if (const auto version = content.wholeOfImage()) {
            if (const auto holder = tree.content(*version)) {
                out.shared.emplace(id, *holder);
            }
        }
    }
    return out;
}

Image extended(const Image& image, const std::string& name)
{
    Image out = image;
    LayerDescriptor layer;
    layer.available = true;
    layer.instruction = name;
    out.layers.push_back(std::move(layer));
    Step step;
    step.layer = static_cast<LayerNo>(out.layers.size() - 1);
    step.instruction = name;
    out.steps.push_back(std::move(step));
    return out;
}

} // namespace

Result<std::shared_ptr<const OpenedImage>> viewContainer(const Container& container,
                                                         const std::string& name, const Job& job)
{
    const auto& image = container.sharedImage();
    auto upper = indexUpper(container);
    auto tree = stackLayer(*image->tree, upper.index, upper.shared, job);
    if (!tree) {
        return std::unexpected(tree.error());
    }
    auto layer = std::make_shared<ContainerLayer>();
    layer->image = extended(image->image(), name);
    layer->open = [image, contents = std::move(upper.contents)](
                      EntryId entry, const Job& reading) -> Result<std::unique_ptr<ByteStream>> {
        const auto content = contents.find(entry);
        return content == contents.end() ? fail(ErrorCode::NotFound, "has no content here")
                                         : content->second.open(image, reading);
    };
    auto view = std::make_shared<OpenedImage>(*image);
    const auto own = static_cast<LayerNo>(view->layers.size());
    view->layers.push_back(std::move(upper.index));
    view->places.push_back(nullptr);
    view->tree = std::move(*tree);
    view->container = std::move(layer);
    if (view->tree->counts(own).undecided == 0) {
        return view;
    }
    return resolveContents(*view, job, own);
}

} // namespace strata
