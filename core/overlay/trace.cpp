// SPDX-License-Identifier: Apache-2.0
#include "overlay/trace.h"

#include "base/byte_path.h"

#include <algorithm>
#include <utility>

namespace strata {

std::string_view operationName(OperationKind kind)
{
    switch (kind) {
    case OperationKind::Read:
        return "read";
    case OperationKind::Create:
        return "create";
    case OperationKind::Replace:
        return "replace";
    case OperationKind::Append:
        return "append";
    case OperationKind::Edit:
        return "edit";
    case OperationKind::Truncate:
        return "truncate";
    case OperationKind::MakeDirectory:
        return "mkdir";
    case OperationKind::MakeNode:
        return "mknod";
    case OperationKind::Symlink:
        return "symlink";
    case OperationKind::Link:
        return "link";
    case OperationKind::Rename:
        return "rename";
    case OperationKind::Move:
        return "mv";
    case OperationKind::ChangeMode:
        return "chmod";
    case OperationKind::ChangeOwner:
        return "chown";
    case OperationKind::SetXattr:
        return "setxattr";
    case OperationKind::RemoveXattr:
        return "removexattr";
    case OperationKind::SetTime:
        return "settime";
    case OperationKind::Unlink:
        return "unlink";
    case OperationKind::RemoveDirectory:
        return "rmdir";
    case OperationKind::RemoveTree:
        return "rm-r";
    }
    std::unreachable();
}

std::string_view sightName(Sight sight)
{
    switch (sight) {
    case Sight::Miss:
        return "miss";
    case Sight::Hit:
        return "hit";
    case Sight::Whiteout:
        return "whiteout";
    case Sight::Opaque:
        return "opaque";
    case Sight::NotDirectory:
        return "not-directory";
    case Sight::Absent:
        return "absent";
    }
    std::unreachable();
}

std::string_view effectName(EffectKind kind)
{
    switch (kind) {
    case EffectKind::CopiedUp:
        return "copied-up";
    case EffectKind::CopiedData:
        return "copied-data";
    case EffectKind::Created:
        return "created";
    case EffectKind::Written:
        return "written";
    case EffectKind::Resized:
        return "resized";
    case EffectKind::Metadata:
        return "metadata";
    case EffectKind::Renamed:
        return "renamed";
    case EffectKind::Linked:
        return "linked";
    case EffectKind::Removed:
        return "removed";
    case EffectKind::WhiteoutLeft:
        return "whiteout";
    case EffectKind::OpaqueSet:
        return "opaque";
    }
    std::unreachable();
}

const LayerLook* Lookup::hit() const
{
    const auto at = std::ranges::find_if(layers, &LayerLook::shows);
    return found && at != layers.end() ? &*at : nullptr;
}

std::uint64_t Trace::bytesCopiedUp() const
{
    std::uint64_t sum = 0;
    for (const auto& effect : effects) {
        if (effect.kind == EffectKind::CopiedUp || effect.kind == EffectKind::CopiedData) {
            sum += effect.bytes;
        }
    }
    return sum;
}

namespace {

std::string shown(std::string_view path)
{
    return path.empty() ? "\"\"" : escapeForDisplay(path);
}

std::string countText(std::uint64_t count, std::string_view word)
{
    return std::to_string(count) + " " + std::string(word) + (count == 1 ? "" : "s");
}

std::string layerName(std::optional<LayerNo> layer)
{
    return layer ? "layer " + std::to_string(*layer) : "container";
}

std::string lookText(const LayerLook& look)
{
    if (look.sight == Sight::Opaque && look.shows) {
        return "hit, opaque";
    }
    return look.sight == Sight::NotDirectory ? "no directory" : std::string(sightName(look.sight));
}

std::string lookupText(const Lookup& lookup)
{
    std::string out = "look for " + shown(lookup.path) + ": ";
    bool first = true;
    for (const auto& look : lookup.layers) {
        out += (first ? "" : ", ") + layerName(look.layer) + " " + lookText(look);
        first = false;
    }
    return lookup.followed.empty() ? out : out + ", on to " + shown(lookup.followed);
}

std::string copiedText(const Effect& effect)
{
    std::string out = "copied up " + shown(effect.path) + ", ";
    if (effect.dataBelow) {
        out += "its metadata alone,";
    } else if (effect.type == FileType::File) {
        out += countText(effect.bytes, "byte");
    } else {
        out += fileTypeWords(effect.type);
        out += ",";
    }
    return effect.from ? out + " from " + layerName(effect.from) : out + " that no layer lists";
}

std::string effectText(const Effect& effect)
{
    const std::string instead = effect.overWhiteout ? ", instead of a whiteout" : "";
    switch (effect.kind) {
    case EffectKind::CopiedUp:
        return copiedText(effect);
    case EffectKind::CopiedData:
        return "copied up the content of " + shown(effect.path) + ", " +
               countText(effect.bytes, "byte") + " from " + layerName(effect.from);
    case EffectKind::Created:
        return "made " + shown(effect.path) + ", " + std::string(fileTypeWords(effect.type)) +
               instead;
    case EffectKind::Written:
        return "wrote " + countText(effect.bytes, "byte") + " to " + shown(effect.path);
    case EffectKind::Resized:
        return "set the size of " + shown(effect.path) + " to " + countText(effect.bytes, "byte");
    case EffectKind::Metadata:
        return "changed the metadata of " + shown(effect.path);
    case EffectKind::Renamed:
        return "renamed " + shown(effect.path) + " to " + shown(effect.other) + instead;
    case EffectKind::Linked:
        return "made " + shown(effect.path) + " one more name of " + shown(effect.other) + instead;
    case EffectKind::Removed:
        return "removed " + shown(effect.path) + " from the container" +
               (effect.paths > 1 ? ", " + countText(effect.paths, "path") + " in all" : "");
    case EffectKind::WhiteoutLeft:
        return "left a whiteout at " + shown(effect.path) +
               (effect.paths > 1 ? ", which hides " + countText(effect.paths, "path") : "");
    case EffectKind::OpaqueSet:
        return "marked " + shown(effect.path) + " opaque";
    }
    std::unreachable();
}

} // namespace

std::string traceText(const Trace& trace)
{
    std::string out = std::string(operationName(trace.operation)) + " " + shown(trace.path);
    if (!trace.other.empty()) {
        out += (trace.operation == OperationKind::Symlink ? " -> " : " to ") + shown(trace.other);
    }
    out += "\n";
    for (const auto& lookup : trace.lookups) {
        out += "  " + lookupText(lookup) + "\n";
    }
    for (const auto& effect : trace.effects) {
        out += "  " + effectText(effect) + "\n";
    }
    if (!trace.done()) {
        out += "  refused: " + std::string(posixErrorName(trace.error)) + ", " +
               std::string(posixErrorText(trace.error)) +
               (trace.reason.empty() ? "" : " (" + trace.reason + ")") + "\n";
    }
    return out;
}

} // namespace strata
