// SPDX-License-Identifier: Apache-2.0
#include "inspector/details_rows.h"

#include "base/byte_path.h"
#include "io/hasher.h"
#include "models/metadata_changes.h"
#include "text/format.h"
#include "tree/windows_registry.h"

#include <QByteArray>
#include <QCoreApplication>
#include <QLocale>

#include <algorithm>
#include <ranges>

namespace strata::ui {

namespace {

using Rows = std::vector<DetailRow>;
using Kind = DetailRow::Kind;

/// Bounds of the table, whatever a layer holds.
constexpr std::size_t mostAttributes = 200;
constexpr std::size_t longestName = 300;

struct Words
{
    Q_DECLARE_TR_FUNCTIONS(Details)
};

void add(Rows& rows, const QString& name, const QString& value, const QString& help = {},
         Kind kind = Kind::Value)
{
    if (!value.isEmpty() || kind != Kind::Value) {
        rows.push_back({name, value, help, kind});
    }
}

QString removalText(Cause cause)
{
    switch (cause) {
    case Cause::Opaque:
        return Words::tr("removal (by an opaque folder above)");
    case Cause::ReplacedParent:
        return Words::tr("removal (a folder above became something else)");
    case Cause::Entry:
    case Cause::Whiteout:
        break;
    }
    return Words::tr("removal (by a whiteout)");
}

void addPath(Rows& rows, const InspectedVersion& v)
{
    const auto path = v.tree().path(v.node);
    add(rows, Words::tr("Path"), displayText(path));
    if (!isValidUtf8(path)) {
        add(rows, Words::tr("Path as bytes"),
            QString::fromLatin1(QByteArray::fromStdString(path).toHex(' ')),
            Words::tr("The name is not UTF-8 text; these are its bytes as the layer stores them."));
    }
    if (v.tree().isEstargzArtefact(v.node)) {
        add(rows, Words::tr("Made for"), Words::tr("eStargz: loading the layer bit by bit"),
            Words::tr(
                "Not part of the software: whoever built the image put this file into the layer so "
                "that a container can start before all of it is downloaded. Engines that do not "
                "know eStargz show it as an ordinary file."));
    }
    if (const auto key = registryKey(v.tree(), v.node); !key.empty()) {
        add(rows, Words::tr("Registry hive"), displayText(key),
            Words::tr(
                "Windows keeps its registry in files called hives. A base layer holds whole hives; "
                "each layer above it holds what it changes in them."));
    }
}

void addEntry(Rows& rows, const InspectedVersion& v, const LayerEntry& entry)
{
    const auto* version = v.version();
    const bool listed = version && !version->implicit();
    add(rows, Words::tr("Type"), fileTypeText(entry.type));
    if (!listed) {
        add(rows, Words::tr("Listed"), Words::tr("no: implied by what lies inside"),
            Words::tr(
                "No layer lists this folder itself; engines make it with mode 0755, owner 0:0."));
    }
    if (entry.type == FileType::File) {
        add(rows, Words::tr("Size"), exactSizeText(entry.size));
    }
    add(rows, Words::tr("Mode"),
        QStringLiteral("%1  %2").arg(modeText(entry.mode),
                                     modeLettersText(entry.type, entry.mode)));
    add(rows, Words::tr("Owner"), ownerText(entry.uid, entry.gid),
        Words::tr(
            "User and group by number: layers know no names, the container's /etc/passwd does."));
    if (!listed) {
        return;
    }
    add(rows, Words::tr("Modified"), fullTimeText(entry.mtime, entry.mtimeNsec));
    if (entry.type == FileType::Symlink) {
        add(rows, Words::tr("Link target"), linkTargetText(v.tree(), *version));
    }
    if (entry.type == FileType::CharDevice || entry.type == FileType::BlockDevice) {
        add(rows, Words::tr("Device"),
            Words::tr("major %1, minor %2").arg(entry.deviceMajor).arg(entry.deviceMinor));
    }
    if (const auto other = listedLinkText(v.tree(), *version); !other.isEmpty()) {
        add(rows, Words::tr("Hard link"), Words::tr("stored as a link to %1").arg(other),
            Words::tr(
                "Two names of one file; the layer stores its content once, under the other name. "
                "A higher layer may have put something else there since."));
    }
    if (entry.type == FileType::File) {
        add(rows, Words::tr("Other names"), {},
            Words::tr("Other paths of this layer that are the same file."), Kind::Hardlinks);
    }
    std::size_t attributes = 0;
    const auto all = v.tree().xattrs(*version);
    for (const auto& [name, value] : all | std::views::take(mostAttributes)) {
        add(rows, displayFront(name, longestName), xattrValueText(name, value),
            Words::tr("An extended attribute of the file."));
        ++attributes;
    }
    if (attributes < all.size()) {
        add(rows, Words::tr("More attributes"),
            Words::tr("and %1 more").arg(QLocale().toString(qulonglong{all.size() - attributes})),
            Words::tr("Extended attributes that are not listed here."));
    }
}

QString stateText(const InspectedVersion& v)
{
    const auto state = versionState(v.tree(), v.node, *v.index, v.top);
    return versionStateText(state, layerShortName(*v.image, state.by));
}

void addLayer(Rows& rows, const InspectedVersion& v, const Version& version)
{
    const auto& image = v.image->image();
    const LayerNo number = version.layer;
    add(rows, layerNameFirst(*v.image, v.version()->layer), {}, {}, Kind::Heading);
    add(rows, Words::tr("What it did"),
        versionActionText(v.tree(), v.node, *v.index) + QStringLiteral(" · ") + stateText(v));
    if (number < image.layers.size()) {
        const auto& layer = image.layers[number];
        add(rows, Words::tr("Instruction"), displayText(layer.instruction));
        const auto digest = [](const std::optional<Digest>& d) {
            return d ? QString::fromStdString(d->text()) : QString();
        };
        add(rows, Words::tr("Diff ID"), digest(layer.diffId),
            Words::tr("Digest of the layer's uncompressed tar: what the image's config names."));
        add(rows, Words::tr("Chain ID"), digest(layer.chainId),
            Words::tr("Stands for this layer on exactly these layers below."));
        add(rows, Words::tr("Layer digest"), digest(layer.digest),
            Words::tr("Digest of the layer as it is stored and transferred."));
        add(rows, Words::tr("Media type"), displayText(layer.mediaType));
    }
    if (v.tree().layer(number).rootIsFiles()) {
        add(rows, Words::tr("Root of the layer"), Words::tr("Files/, as in Windows layers"),
            Words::tr(
                "A Windows layer keeps what the container sees in the folder Files/ of its tar, "
                "shown here as /. Hives/ beside it holds the layer's part of the registry."));
    }
    if (const auto ref = v.tree().content(version); ref && !v.image->isContainers(ref->layer)) {
        const auto offset = v.tree().entry(*ref).headerOffset;
        const auto place = QLocale().toString(qulonglong{offset});
        add(rows, Words::tr("Place in the tar"),
            ref->layer == number
                ? Words::tr("byte %1").arg(place)
                : Words::tr("layer %1, byte %2").arg(QString::number(ref->layer), place),
            Words::tr("Where the entry's header begins in the uncompressed tar of the layer."));
    }
    if (v.isFile()) {
        add(rows, Words::tr("Content SHA-256"), {},
            Words::tr("Computed from the content when you ask for it."), Kind::ContentSum);
    }
}

std::string pathInLayer(const LayerIndex& layer, LayerNodeId node)
{
    std::vector<std::string_view> parts;
    for (; node.value != 0; node = layer.node(node).parent) { // 0 is the root
        parts.push_back(layer.name(layer.node(node).name));
    }
    std::ranges::reverse(parts);
    return joinPath(parts);
}

} // namespace

std::vector<DetailRow> detailRows(const InspectedVersion& version)
{
    Rows rows;
    if (!version) {
        return rows;
    }
    const auto entry = version.entry();
    add(rows,
        !entry                               ? Words::tr("Deleted path")
        : entry->type == FileType::Directory ? Words::tr("Folder")
                                             : Words::tr("File"),
        {}, {}, Kind::Heading);
    addPath(rows, version);
    if (entry) {
        addEntry(rows, version, *entry);
    } else {
        add(rows, Words::tr("Type"), removalText(version.version()->cause),
            Words::tr("A mark in the layer that hides the path in the layers below."));
    }
    if (const auto* v = version.version()) {
        addLayer(rows, version, *v);
    }
    return rows;
}

Result<std::vector<QString>> otherNames(const InspectedVersion& version, std::size_t limit,
                                        const Job& job)
{
    std::vector<QString> out;
    const auto* own = version.version();
    if (!own || own->removed() || own->implicit()) {
        return out;
    }
    const auto& layer = version.tree().layer(own->layer);
    const auto holder = [&layer](EntryId id) {
        const auto inode = layer.entry(id).inode;
        return inode.valid() ? inode : id;
    };
    const auto wanted = holder(own->entry);
    const auto path = version.tree().path(version.node);
    const auto nodes = layer.nodes();
    for (std::uint32_t i = 0; i < nodes.size() && out.size() < limit; ++i) {
        if (i % 65'536 == 0 && job.cancelled()) {
            return cancelledError();
        }
        if (nodes[i].entry.valid() && nodes[i].entry != own->entry &&
            holder(nodes[i].entry) == wanted) {
            if (auto other = pathInLayer(layer, {i}); other != path) {
                out.push_back(displayText(other));
            }
        }
    }
    return out;
}

Result<QString> contentSum(const InspectedVersion& version, const Job& job)
{
    Hasher hasher;
    const auto read = version.read(job, [&hasher](std::span<const std::byte> block) -> Status {
        hasher.add(block);
        return {};
    });
    return read ? Result<QString>(QString::fromStdString(hasher.finish().text()))
                : std::unexpected(read.error());
}

} // namespace strata::ui
