// SPDX-License-Identifier: Apache-2.0
#include "models/metadata_changes.h"

#include "base/byte_path.h"
#include "text/capability_text.h"
#include "text/format.h"

#include <QByteArray>
#include <QCoreApplication>

#include <algorithm>
#include <map>
#include <optional>

namespace strata::ui {

namespace {

struct Words
{
    Q_DECLARE_TR_FUNCTIONS(MetadataChanges)
};

QString deviceText(const LayerEntry& entry)
{
    const bool device = entry.type == FileType::CharDevice || entry.type == FileType::BlockDevice;
    return device ? QStringLiteral("%1, %2").arg(entry.deviceMajor).arg(entry.deviceMinor)
                  : QStringLiteral("–");
}

} // namespace

QString xattrValueText(std::string_view name, std::string_view value)
{
    if (name == "security.capability") {
        if (const auto text = capabilityText(value); !text.isEmpty()) {
            return text;
        }
    }
    constexpr std::size_t longest = 4096;
    const auto shown = value.substr(0, longest);
    const bool text = std::ranges::none_of(shown, [](char c) {
        return static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t';
    });
    const auto out =
        text && (shown.size() < value.size() || isValidUtf8(shown))
            ? displayText(shown)
            : QString::fromLatin1(
                  QByteArray(shown.data(), static_cast<qsizetype>(shown.size())).toHex(' '));
    return shown.size() < value.size()
               ? Words::tr("%1 … (%2 in all)").arg(out, exactSizeText(value.size()))
               : out;
}

QString linkTargetText(const MergedTree& tree, const Version& version)
{
    return displayText(tree.linkTarget(version));
}

QString listedLinkText(const MergedTree& tree, const Version& version)
{
    if (version.removed() || version.implicit()) {
        return {};
    }
    const auto& layer = tree.layer(version.layer);
    const auto& own = layer.entry(version.entry);
    return own.hardlink && own.type != FileType::Symlink && own.target.valid()
               ? displayText(layer.name(own.target))
               : QString();
}

std::vector<MetadataChange> metadataChanges(const MergedTree& tree, const Version& before,
                                            const Version& after)
{
    std::vector<MetadataChange> out;
    const auto& a = tree.entry(before);
    const auto& b = tree.entry(after);
    const auto add = [&out](MetadataKind kind, QString name, QString was, QString is) {
        if (was != is) {
            out.push_back({kind, std::move(name), std::move(was), std::move(is)});
        }
    };
    add(MetadataKind::Type, Words::tr("type"), fileTypeText(a.type), fileTypeText(b.type));
    add(MetadataKind::Mode, Words::tr("mode"), modeText(a.mode), modeText(b.mode));
    add(MetadataKind::Owner, Words::tr("owner"), ownerText(a.uid, a.gid), ownerText(b.uid, b.gid));
    add(MetadataKind::Device, Words::tr("device"), deviceText(a), deviceText(b));
    const auto symlink = [&](const LayerEntry& e, const Version& v) {
        return e.type == FileType::Symlink ? linkTargetText(tree, v) : QStringLiteral("–");
    };
    add(MetadataKind::Target, Words::tr("link target"), symlink(a, before), symlink(b, after));
    if (!before.implicit() && !after.implicit() &&
        std::pair(a.mtime, a.mtimeNsec) != std::pair(b.mtime, b.mtimeNsec)) {
        add(MetadataKind::Time, Words::tr("time"), fullTimeText(a.mtime, a.mtimeNsec),
            fullTimeText(b.mtime, b.mtimeNsec));
    }
    using Value = std::optional<std::string_view>;
    std::map<std::string_view, std::pair<Value, Value>> attributes;
    for (const auto& [name, value] : tree.xattrs(before)) {
        attributes[name].first = value;
    }
    for (const auto& [name, value] : tree.xattrs(after)) {
        attributes[name].second = value;
    }
    for (const auto& [name, values] : attributes) {
        if (values.first != values.second) {
            const auto text = [key = name](const Value& value) {
                return value ? xattrValueText(key, *value) : QStringLiteral("–");
            };
            out.push_back(
                {MetadataKind::Xattr, displayText(name), text(values.first), text(values.second)});
        }
    }
    return out;
}

} // namespace strata::ui
