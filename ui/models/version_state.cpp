// SPDX-License-Identifier: Apache-2.0
#include "models/version_state.h"

#include "image/instruction.h"
#include "models/metadata_changes.h"
#include "text/format.h"

#include <QCoreApplication>
#include <QStringList>

namespace strata::ui {

namespace {

/// Bytes of an instruction that its short form is made from.
constexpr std::size_t longestInstruction = 64 << 10;

struct Words
{
    Q_DECLARE_TR_FUNCTIONS(VersionState)
};

/// For one line; the details show all of it.
QString shortened(const QString& text)
{
    constexpr qsizetype longest = 200;
    return text.size() <= longest
               ? text
               : text.left(longest / 2) + QStringLiteral("…") + text.right(longest / 2);
}

/// The highest ancestor that the same layer removed too, or the node itself.
NodeId topRemoved(const MergedTree& tree, NodeId node, LayerNo layer)
{
    for (NodeId up = tree.parent(node); up.valid() && up != MergedTree::root();
         up = tree.parent(up)) {
        const auto* version = tree.versionIn(up, layer);
        if (!version || !version->removed()) {
            break;
        }
        node = up;
    }
    return node;
}

QString removalText(const MergedTree& tree, NodeId node, const Version& version)
{
    const auto start = topRemoved(tree, node, version.layer);
    switch (version.cause) {
    case Cause::Opaque:
        return Words::tr("hidden: folder replaced");
    case Cause::ReplacedParent:
        return Words::tr("hidden: the folder above became something else");
    case Cause::Entry:
    case Cause::Whiteout:
        break;
    }
    return start == node ? Words::tr("deleted by a whiteout")
                         : Words::tr("deleted with the folder %1")
                               .arg(shortened(displayText(tree.name(start))));
}

QString measure(const LayerEntry& entry, const MergedTree& tree, const Version& version)
{
    switch (entry.type) {
    case FileType::File:
        return sizeText(entry.size);
    case FileType::Symlink:
        return QStringLiteral("→ ") + shortened(linkTargetText(tree, version));
    case FileType::Directory:
    case FileType::CharDevice:
    case FileType::BlockDevice:
    case FileType::Fifo:
        return fileTypeText(entry.type);
    }
    return {};
}

QString metadataText(const MergedTree& tree, const Version& old, const Version& now)
{
    constexpr qsizetype mostNamed = 5;
    QStringList parts;
    for (const auto& change : metadataChanges(tree, old, now)) {
        if (parts.size() == mostNamed) {
            parts << QStringLiteral("…");
            break;
        }
        parts << (change.kind == MetadataKind::Time
                      ? Words::tr("time")
                      : Words::tr("%1 %2 → %3")
                            .arg(shortened(change.name), shortened(change.before),
                                 shortened(change.after)));
    }
    return parts.isEmpty() ? Words::tr("metadata")
                           : Words::tr("metadata: %1").arg(parts.join(QStringLiteral(", ")));
}

} // namespace

VersionState versionState(const MergedTree& tree, NodeId node, std::size_t index, LayerNo top)
{
    const auto versions = tree.versions(node);
    const auto& version = versions[index];
    using enum VersionState::Kind;
    if (version.layer > top) {
        return {Later, version.layer};
    }
    if (index + 1 < versions.size() && versions[index + 1].layer <= top) {
        const auto& next = versions[index + 1];
        return {version.removed() ? Undone : next.removed() ? Deleted : Covered, next.layer};
    }
    return {version.removed() ? Mark : Visible, version.layer};
}

QString versionStateText(const VersionState& state, const QString& name)
{
    const QString by = name.isEmpty() ? QString::number(state.by) : name;
    switch (state.kind) {
    case VersionState::Kind::Visible:
        return Words::tr("visible");
    case VersionState::Kind::Covered:
        return Words::tr("covered by %1").arg(by);
    case VersionState::Kind::Deleted:
        return Words::tr("deleted by %1").arg(by);
    case VersionState::Kind::Mark:
        return Words::tr("deleted here");
    case VersionState::Kind::Undone:
        return Words::tr("undone by %1", "a deletion").arg(by);
    case VersionState::Kind::Later:
        return Words::tr("not stacked yet");
    }
    return {};
}

QString versionStateHelp(const OpenedImage& image, const VersionState& state, bool directory)
{
    switch (state.kind) {
    case VersionState::Kind::Visible:
        return Words::tr("The topmost copy: this is what a container sees at this path.");
    case VersionState::Kind::Covered:
        return directory
                   ? Words::tr(
                         "Folders are merged: %1 decides mode, owner and time, and the files of "
                         "both layers are seen together.")
                         .arg(layerName(image, state.by))
                   : Words::tr(
                         "%1 lies above it with its own copy. This one cannot be seen any more, "
                         "but its bytes are still stored in the image.")
                         .arg(layerNameFirst(image, state.by));
    case VersionState::Kind::Deleted:
        return Words::tr(
                   "%1 hides it. Its bytes are still stored in the image: deleting in a later "
                   "layer does not make an image smaller.")
            .arg(layerNameFirst(image, state.by));
    case VersionState::Kind::Mark:
        return Words::tr(
            "Layers are read-only, so deleting leaves a mark in the upper layer that hides "
            "the path. The layer below keeps its bytes.");
    case VersionState::Kind::Undone:
        return Words::tr("This layer deleted the path, and %1 brought it back.")
            .arg(layerName(image, state.by));
    case VersionState::Kind::Later:
        return Words::tr(
            "Its layer lies above the one you are looking at, so it is not part of this "
            "view.");
    }
    return {};
}

QString versionActionText(const MergedTree& tree, NodeId node, std::size_t index)
{
    const auto versions = tree.versions(node);
    const auto& version = versions[index];
    if (version.removed()) {
        return removalText(tree, node, version);
    }
    if (version.implicit()) {
        return Words::tr("not listed, implied by what lies inside");
    }
    const auto& entry = tree.entry(version);
    const auto what = measure(entry, tree, version);
    const bool overSomething = index > 0 && !versions[index - 1].removed();
    switch (version.change) {
    case Change::Modified:
        if (overSomething) {
            const auto before = tree.entry(versions[index - 1]).type;
            if (before != entry.type) {
                return Words::tr("replaced: %1 → %2")
                    .arg(fileTypeText(before), fileTypeText(entry.type));
            }
        }
        return version.undecided ? Words::tr("same size, being compared · %1").arg(what)
                                 : Words::tr("modified · %1").arg(what);
    case Change::Metadata:
        return overSomething ? metadataText(tree, versions[index - 1], version)
                             : Words::tr("metadata · %1").arg(what);
    case Change::Unchanged:
        return Words::tr("listed again, identical · %1").arg(what);
    case Change::Added:
    case Change::Removed:
        break;
    }
    if (const auto other = listedLinkText(tree, version); !other.isEmpty()) {
        return Words::tr("added · hard link to %1").arg(shortened(other));
    }
    return Words::tr("added · %1").arg(what);
}

QString layerName(const OpenedImage& image, LayerNo layer)
{
    return image.isContainers(layer) ? layerShortName(image, layer)
                                     : Words::tr("layer %1").arg(layer);
}

QString layerNameFirst(const OpenedImage& image, LayerNo layer)
{
    return image.isContainers(layer) ? layerShortName(image, layer)
                                     : Words::tr("Layer %1").arg(layer);
}

QString layerShortName(const OpenedImage& image, LayerNo layer)
{
    return image.isContainers(layer) ? displayText(image.image().layers[layer].instruction)
                                     : QString::number(layer);
}

QString layerInstructionText(const Image& image, LayerNo layer, std::size_t width)
{
    if (layer < image.layers.size()) {
        const auto front =
            std::string_view(image.layers[layer].instruction).substr(0, longestInstruction);
        const auto text = displayText(shortInstruction(front, width));
        if (!text.isEmpty()) {
            return text;
        }
    }
    return Words::tr("layer %1").arg(layer);
}

QString layerInstructionFront(const Image& image, LayerNo layer, std::size_t longest)
{
    return layer < image.layers.size() ? displayFront(image.layers[layer].instruction, longest)
                                       : QString();
}

std::optional<LayerEntry> InspectedVersion::entry() const
{
    static constexpr Version implied{};
    const auto* v = version();
    return v && v->removed() ? std::nullopt : std::optional(tree().entry(v ? *v : implied));
}

Result<std::unique_ptr<ByteStream>> InspectedVersion::open(const Job& job) const
{
    // Progress of the way to the content is not in bytes of the content.
    return image->open(*version(), {.stop = job.stop, .progress = {}});
}

Result<std::uint64_t>
InspectedVersion::read(const Job& job,
                       const std::function<Status(std::span<const std::byte>)>& sink) const
{
    auto stream = open(job);
    if (!stream) {
        return std::unexpected(stream.error());
    }
    std::vector<std::byte> block(256U << 10U);
    std::uint64_t done = 0;
    for (;;) {
        if (job.cancelled()) {
            return cancelledError();
        }
        const auto got = (*stream)->read(block);
        if (!got) {
            return std::unexpected(got.error());
        }
        if (*got == 0) {
            return done;
        }
        if (auto taken = sink(std::span(block).first(*got)); !taken) {
            return std::unexpected(taken.error());
        }
        done += *got;
        job.report(done, entry()->size);
    }
}

std::optional<std::size_t> InspectedVersion::below() const
{
    const auto versions = tree().versions(node);
    for (std::size_t i = index.value_or(0); i > 0; --i) {
        if (!versions[i - 1].removed()) {
            return i - 1;
        }
    }
    return {};
}

LayerNo topOfScope(const MergedTree& tree, Scope scope, std::optional<LayerNo> layer)
{
    const auto last = tree.layerCount() == 0 ? 0 : static_cast<LayerNo>(tree.layerCount() - 1);
    return scope == Scope::UpToLayer && layer ? std::min(*layer, last) : last;
}

std::optional<std::size_t> versionOfScope(const MergedTree& tree, NodeId node, Scope scope,
                                          std::optional<LayerNo> layer)
{
    const auto versions = tree.versions(node);
    if (versions.empty()) {
        return {};
    }
    const auto place = [&](const Version* v) {
        return static_cast<std::size_t>(v - versions.data());
    };
    if (scope == Scope::OnlyLayer && layer) {
        if (const auto* own = tree.versionIn(node, *layer)) {
            return place(own);
        }
    }
    const auto top = scope == Scope::WholeImage || !layer ? topOfScope(tree, scope, layer) : *layer;
    const auto* there = tree.versionAt(node, top);
    return there ? place(there) : 0;
}

} // namespace strata::ui
