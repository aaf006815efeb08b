// SPDX-License-Identifier: Apache-2.0
#include "container_output.h"

#include "base/byte_path.h"
#include "overlay/docker_diff.h"
#include "overlay/layer_members.h"
#include "overlay/upper_directory.h"

#include <format>
#include <ranges>

namespace strata::cli {

namespace {

void appendLookup(std::string& out, const Lookup& lookup)
{
    JsonObject object(out);
    object.bytes("path", lookup.path);
    object.boolean("found", lookup.found);
    std::string& layers = object.field("layers");
    layers += '[';
    for (const auto& look : lookup.layers) {
        layers += &look == lookup.layers.data() ? "" : ",";
        JsonObject item(layers);
        if (look.layer) {
            item.number("layer", *look.layer);
        } else {
            item.null("layer");
        }
        item.text("sight", sightName(look.sight));
        item.boolean("shows", look.shows);
        item.close();
    }
    layers += ']';
    if (!lookup.followed.empty()) {
        object.bytes("followed", lookup.followed);
    }
    object.close();
}

void appendEffect(std::string& out, const Effect& effect)
{
    JsonObject object(out);
    object.text("effect", effectName(effect.kind));
    object.bytes("path", effect.path);
    if (!effect.other.empty()) {
        object.bytes("other", effect.other);
    }
    object.text("type", fileTypeName(effect.type));
    if (effect.from) {
        object.number("from", *effect.from);
    }
    if (effect.kind == EffectKind::CopiedUp || effect.kind == EffectKind::CopiedData ||
        effect.kind == EffectKind::Written || effect.kind == EffectKind::Resized) {
        object.number("bytes", effect.bytes);
    }
    if (effect.paths > 0) {
        object.number("paths", effect.paths);
    }
    if (effect.kind == EffectKind::CopiedUp) {
        object.boolean("parent", effect.parent);
        object.boolean("data_below", effect.dataBelow);
    }
    if (effect.overWhiteout) {
        object.boolean("over_whiteout", true);
    }
    object.close();
}

template <typename Items, typename Append>
void appendList(std::string& out, const Items& items, const Append& append)
{
    out += '[';
    bool first = true;
    for (const auto& item : items) {
        out += first ? "" : ",";
        first = false;
        append(out, item);
    }
    out += ']';
}

void appendPlace(JsonObject& object, std::string_view record, const ScriptPlace& place)
{
    object.text("record", record);
    object.text("container", place.container);
    if (place.line > 0) {
        object.number("line", place.line);
    }
}

/// The layer whose copy a path shows; null = the container's own.
void appendLayer(JsonObject& object, const FileDetails& details)
{
    if (details.layer && !details.inContainer) {
        object.number("layer", *details.layer);
    } else {
        object.null("layer");
    }
}

void appendDetails(JsonObject& object, const FileDetails& details)
{
    object.text("type", fileTypeName(details.type));
    object.number("size", details.size);
    object.text("mode", modeDigits(details.mode));
    object.number("uid", details.uid);
    object.number("gid", details.gid);
    object.number("mtime", details.mtime);
    if (details.type == FileType::Symlink) {
        object.bytes("target", details.target);
    }
    if (details.type == FileType::CharDevice || details.type == FileType::BlockDevice) {
        object.text("device", std::format("{}:{}", details.deviceMajor, details.deviceMinor));
    }
    object.attributes(details.xattrs);
}

/// "-rw-r--r--     0:0      12 B  /etc/motd"
std::string lineText(const FileDetails& details, std::string_view path)
{
    const bool device =
        details.type == FileType::CharDevice || details.type == FileType::BlockDevice;
    const auto size = device ? std::format("{}, {}", details.deviceMajor, details.deviceMinor)
                      : details.type == FileType::File ? humanSize(details.size)
                                                       : "-";
    auto out =
        std::format("{} {:>9} {:>9}  {}", modeText(details.type, details.mode),
                    std::format("{}:{}", details.uid, details.gid), size, escapeForDisplay(path));
    if (details.type == FileType::Symlink) {
        out += " -> " + escapeForDisplay(details.target);
    }
    return out;
}

} // namespace

void appendTraceText(std::string& out, const ScriptPlace& place, bool named, const Trace& trace)
{
    out += named ? std::string(place.container) + ": " : std::string();
    out += traceText(trace);
}

void appendTraceJson(std::string& out, const ScriptPlace& place, const Trace& trace)
{
    JsonObject object(out);
    appendPlace(object, "trace", place);
    object.text("operation", operationName(trace.operation));
    object.bytes("path", trace.path);
    if (!trace.other.empty()) {
        object.bytes("other", trace.other);
    }
    object.text("result", trace.done() ? "done" : posixErrorName(trace.error));
    if (!trace.reason.empty()) {
        object.text("reason", trace.reason);
    }
    appendList(object.field("lookups"), trace.lookups, appendLookup);
    appendList(object.field("effects"), trace.effects, appendEffect);
    object.number("bytes_copied_up", trace.bytesCopiedUp());
    object.close();
    out += '\n';
}

void appendListingText(std::string& out, const Style& style, const Container& container,
                       const std::vector<ContainerChild>& children)
{
    for (const auto& child : children) {
        const auto details = container.details(child.sighting);
        const bool own = details.inContainer || !details.layer;
        const auto from =
            own ? style.strong(std::format("{:<9}", "container"))
                : style.layer(*details.layer,
                              std::format("{:<9}", std::format("layer {}", *details.layer)));
        out += "  " + from + " " + lineText(details, child.name) + "\n";
    }
}

void appendListingJson(std::string& out, const ScriptPlace& place, std::string_view path,
                       const Container& container, const std::vector<ContainerChild>& children)
{
    JsonObject object(out);
    appendPlace(object, "listing", place);
    object.bytes("path", path);
    appendList(object.field("entries"), children,
               [&](std::string& to, const ContainerChild& child) {
                   JsonObject item(to);
                   const auto details = container.details(child.sighting);
                   item.bytes("name", child.name);
                   appendLayer(item, details);
                   appendDetails(item, details);
                   item.close();
               });
    object.close();
    out += '\n';
}

void appendDiffText(std::string& out, const Container& container)
{
    for (const auto& change : dockerDiff(container)) {
        out += change.kind;
        out += " " + escapeForDisplay(change.path) + "\n";
    }
}

void appendDiffJson(std::string& out, std::string_view name, const Container& container)
{
    for (const auto& change : dockerDiff(container)) {
        JsonObject object(out);
        appendPlace(object, "diff", {.line = 0, .container = name});
        object.text("change", std::string_view(&change.kind, 1));
        object.bytes("path", change.path);
        object.close();
        out += '\n';
    }
}

void appendUpperText(std::string& out, const Container& container)
{
    out += "the upper directory, as overlayfs keeps it:\n";
    for (const auto& item : upperDirectory(container)) {
        out += "  " + lineText(item.details, item.path) + (item.whiteout ? "  (whiteout)" : "") +
               (item.opaque ? "  (opaque)" : "") +
               (item.metacopy ? "  (metacopy: the content is the image's)" : "") + "\n";
    }
    out += "the layer's tar, as it will be:\n";
    const auto list = layerMembers(container);
    for (const auto& member : list.members) {
        out += "  " + escapeForDisplay(member.tarName());
        if (member.member.hardlink) {
            out += " = " + escapeForDisplay(member.member.linkTarget);
        }
        out += "\n";
    }
    for (const auto& warning : list.warnings.texts()) {
        out += "  " + warning + "\n";
    }
}

void appendUpperJson(std::string& out, std::string_view name, const Container& container)
{
    for (const auto& item : upperDirectory(container)) {
        JsonObject object(out);
        appendPlace(object, "upper", {.line = 0, .container = name});
        object.bytes("path", item.path);
        object.boolean("whiteout", item.whiteout);
        object.boolean("opaque", item.opaque);
        object.boolean("metacopy", item.metacopy);
        appendDetails(object, item.details);
        object.close();
        out += '\n';
    }
    for (const auto& member : layerMembers(container).members) {
        JsonObject object(out);
        appendPlace(object, "member", {.line = 0, .container = name});
        object.bytes("name", member.tarName());
        if (member.member.hardlink) {
            object.bytes("hardlink", member.member.linkTarget);
        }
        object.close();
        out += '\n';
    }
}

} // namespace strata::cli
