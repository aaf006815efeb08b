// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tree/opened_image.h"
#include "tree/projection.h"

#include <QString>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>

namespace strata::ui {

/// How one layer's version of a path stands once layers 0…top are stacked.
struct VersionState
{
    enum class Kind {
        Visible, ///< what a container sees
        Covered, ///< `by` lists the path again
        Deleted, ///< `by` hides it
        Mark,    ///< the version is itself a removal, in force
        Undone,  ///< a removal that `by` ended by bringing the path back
        Later,   ///< its layer is above `top`
    };
    Kind kind = Kind::Visible;
    LayerNo by = 0;

    friend bool operator==(const VersionState&, const VersionState&) = default;
};

/// `index` into tree.versions(node).
VersionState versionState(const MergedTree& tree, NodeId node, std::size_t index, LayerNo top);
/// "visible", "covered by 2", "deleted by 3"; `by` stands in the number's place if given.
QString versionStateText(const VersionState& state, const QString& by = {});
/// One sentence on what the state means for the bytes of `image`.
QString versionStateHelp(const OpenedImage& image, const VersionState& state, bool directory);

/// What the layer did: "added · 399 B", "metadata: mode 0755 → 0644", "deleted by a whiteout".
QString versionActionText(const MergedTree& tree, NodeId node, std::size_t index);

/// "layer 3" within a sentence and at its beginning; a container's own layer by its name.
QString layerName(const OpenedImage& image, LayerNo layer);
QString layerNameFirst(const OpenedImage& image, LayerNo layer);
/// "3", or the container's name.
QString layerShortName(const OpenedImage& image, LayerNo layer);
/// "RUN … apache2" of a layer; "layer 3" where no instruction is known.
QString layerInstructionText(const Image& image, LayerNo layer, std::size_t width = 28);
/// Up to the first `longest` bytes of the instruction, for tooltips, " …" after what is cut. Plain
/// text.
QString layerInstructionFront(const Image& image, LayerNo layer, std::size_t longest = 600);

/// One version of one path, and the stack it is looked at in. A value: copy it to threads.
struct InspectedVersion
{
    std::shared_ptr<const OpenedImage> image;
    NodeId node;
    LayerNo top = 0;                  ///< the highest layer stacked
    std::optional<std::size_t> index; ///< into versions(node); none = listed by no layer

    explicit operator bool() const { return image && node.valid(); }
    const MergedTree& tree() const { return *image->tree; }
    const Version* version() const { return index ? &tree().versions(node)[*index] : nullptr; }
    bool removed() const { return index && version()->removed(); }
    /// Null for removals; an implied directory's for what no layer lists.
    std::optional<LayerEntry> entry() const;
    bool isFile() const { return entry() && entry()->type == FileType::File; }
    /// The content, for versions that are no removal. Errors: those of OpenedImage::open.
    Result<std::unique_ptr<ByteStream>> open(const Job& job) const;
    /// Gives all of the content to `sink`, block by block; the bytes in all. Progress in bytes of
    /// content. Errors: those of open and of `sink`, Cancelled.
    Result<std::uint64_t> read(const Job& job,
                               const std::function<Status(std::span<const std::byte>)>& sink) const;
    /// The nearest version below that is no removal, counted from this one.
    std::optional<std::size_t> below() const;
    InspectedVersion at(std::size_t other) const { return {image, node, top, other}; }

    friend bool operator==(const InspectedVersion&, const InspectedVersion&) = default;
};

/// The highest layer stacked in a scope.
LayerNo topOfScope(const MergedTree& tree, Scope scope, std::optional<LayerNo> layer);
/// The version a scope shows: the visible one, else the removal in force, else the nearest above.
std::optional<std::size_t> versionOfScope(const MergedTree& tree, NodeId node, Scope scope,
                                          std::optional<LayerNo> layer);

} // namespace strata::ui
