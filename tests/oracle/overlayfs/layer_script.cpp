// SPDX-License-Identifier: Apache-2.0
#include "layer_script.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <stdexcept>

namespace strata::test {

namespace {

constexpr std::uint32_t nanosPerSecond = 1'000'000'000;

/// Seconds and a fraction as PAX writes them: −6 s and half a second is "-5.500000000".
std::string paxTime(std::int64_t seconds, std::uint32_t nanos)
{
    const bool negative = seconds < 0;
    if (negative && nanos > 0) {
        ++seconds;
        nanos = nanosPerSecond - nanos;
    }
    std::array<char, 64> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "%s%lld.%09u", negative ? "-" : "",
                  static_cast<long long>(negative ? -seconds : seconds), nanos);
    return buffer.data();
}

std::pair<std::int64_t, std::uint32_t> parsePaxTime(const std::string& text)
{
    const auto dot = text.find('.');
    auto seconds = static_cast<std::int64_t>(std::stoll(text.substr(0, dot)));
    std::string digits = dot == std::string::npos ? "" : text.substr(dot + 1);
    digits.resize(9, '0');
    auto nanos = static_cast<std::uint32_t>(std::stoul(digits));
    if (text.starts_with('-') && nanos > 0) {
        --seconds;
        nanos = nanosPerSecond - nanos;
    }
    return {seconds, nanos};
}

std::string literal(std::string_view bytes)
{
    if (bytes.size() > 60 && std::ranges::all_of(bytes, [&](char c) { return c == bytes[0]; })) {
        return "std::string(" + std::to_string(bytes.size()) + ", '" + bytes[0] + "')";
    }
    std::string out = "\"";
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (byte < 0x20 || byte >= 0x7f) {
            std::array<char, 8> buffer{};
            std::snprintf(buffer.data(), buffer.size(), "\\%03o", byte);
            out += buffer.data();
        } else {
            out += c;
        }
    }
    return out + (bytes.contains('\0') ? "\"s" : "\"");
}

std::string attributesText(const ScriptEntry& entry)
{
    std::string out;
    const auto add = [&out](const std::string& field) { out += (out.empty() ? "" : ", ") + field; };
    if (entry.mode != defaultMode(entry.kind)) {
        std::array<char, 32> buffer{};
        std::snprintf(buffer.data(), buffer.size(), ".mode = %04llo",
                      static_cast<unsigned long long>(entry.mode));
        add(buffer.data());
    }
    if (entry.uid != 0) {
        add(".uid = " + std::to_string(entry.uid));
    }
    if (entry.gid != 0) {
        add(".gid = " + std::to_string(entry.gid));
    }
    if (entry.mtime != defaultMtime && entry.mtimeNsec == 0) {
        add(".mtime = " + std::to_string(entry.mtime));
    }
    return out.empty() ? "" : ", {" + out + "}";
}

std::string callText(const ScriptEntry& entry)
{
    const auto path = literal(entry.path);
    const auto devices = std::to_string(entry.major) + ", " + std::to_string(entry.minor);
    switch (entry.kind) {
    case EntryKind::Directory:
        return ".dir(" + path + attributesText(entry) + ")";
    case EntryKind::File:
        break;
    case EntryKind::Symlink:
        return ".symlink(" + path + ", " + literal(entry.target) + attributesText(entry) + ")";
    case EntryKind::Hardlink:
        return ".hardlink(" + path + ", " + literal(entry.target) + ")";
    case EntryKind::CharDevice:
        return ".charDevice(" + path + ", " + devices + attributesText(entry) + ")";
    case EntryKind::BlockDevice:
        return ".blockDevice(" + path + ", " + devices + attributesText(entry) + ")";
    case EntryKind::Fifo:
        return ".fifo(" + path + attributesText(entry) + ")";
    }
    const auto attributes = attributesText(entry);
    return ".file(" + path +
           (entry.content.empty() && attributes.empty() ? "" : ", " + literal(entry.content)) +
           attributes + ")";
}

std::string entryText(const ScriptEntry& entry)
{
    std::string out;
    for (const auto& [name, value] : entry.xattrs) {
        out += "\n        .xattr(" + literal(name) + ", " + literal(value) + ")";
    }
    if (entry.mtimeNsec != 0) {
        out += "\n        .pax({{\"mtime\", \"" + paxTime(entry.mtime, entry.mtimeNsec) + "\"}})";
    }
    return out + "\n        " + callText(entry);
}

} // namespace

std::int64_t defaultMode(EntryKind kind)
{
    switch (kind) {
    case EntryKind::Directory:
        return 0755;
    case EntryKind::Symlink:
        return 0777;
    default:
        return 0644;
    }
}

LayerScript& LayerScript::add(ScriptEntry entry, const TarAttributes& attributes)
{
    entry.mode = attributes.mode.value_or(defaultMode(entry.kind));
    entry.uid = attributes.uid;
    entry.gid = attributes.gid;
    entry.mtime = attributes.mtime;
    if (!m_mtime.empty()) {
        std::tie(entry.mtime, entry.mtimeNsec) = parsePaxTime(std::exchange(m_mtime, {}));
    }
    entry.xattrs = std::exchange(m_xattrs, {});
    entries.push_back(std::move(entry));
    return *this;
}

LayerScript& LayerScript::dir(std::string_view path, const TarAttributes& attributes)
{
    return add({.kind = EntryKind::Directory, .path = std::string(path)}, attributes);
}

LayerScript& LayerScript::file(std::string_view path, std::string_view content,
                               const TarAttributes& attributes)
{
    return add(
        {.kind = EntryKind::File, .path = std::string(path), .content = std::string(content)},
        attributes);
}

LayerScript& LayerScript::symlink(std::string_view path, std::string_view target,
                                  const TarAttributes& attributes)
{
    return add(
        {.kind = EntryKind::Symlink, .path = std::string(path), .target = std::string(target)},
        attributes);
}

LayerScript& LayerScript::hardlink(std::string_view path, std::string_view target)
{
    return add(
        {.kind = EntryKind::Hardlink, .path = std::string(path), .target = std::string(target)},
        {});
}

LayerScript& LayerScript::charDevice(std::string_view path, std::int64_t major, std::int64_t minor,
                                     const TarAttributes& attributes)
{
    return add(
        {.kind = EntryKind::CharDevice, .path = std::string(path), .major = major, .minor = minor},
        attributes);
}

LayerScript& LayerScript::blockDevice(std::string_view path, std::int64_t major, std::int64_t minor,
                                      const TarAttributes& attributes)
{
    return add(
        {.kind = EntryKind::BlockDevice, .path = std::string(path), .major = major, .minor = minor},
        attributes);
}

LayerScript& LayerScript::fifo(std::string_view path, const TarAttributes& attributes)
{
    return add({.kind = EntryKind::Fifo, .path = std::string(path)}, attributes);
}

LayerScript& LayerScript::whiteout(std::string_view path)
{
    const auto slash = path.rfind('/');
    const auto at = slash == std::string_view::npos ? 0 : slash + 1;
    return file(std::string(path.substr(0, at)) + ".wh." + std::string(path.substr(at)));
}

LayerScript& LayerScript::opaque(std::string_view directory)
{
    return file((directory.empty() ? "" : std::string(directory) + "/") + ".wh..wh..opq");
}

LayerScript& LayerScript::pax(const std::vector<std::pair<std::string, std::string>>& records)
{
    for (const auto& [key, value] : records) {
        if (key != "mtime") {
            throw std::runtime_error("a layer script knows no PAX record " + key);
        }
        m_mtime = value;
    }
    return *this;
}

LayerScript& LayerScript::xattr(const std::string& name, const std::string& value)
{
    m_xattrs.emplace_back(name, value);
    return *this;
}

LayerScript& LayerScript::compressed(Compression how)
{
    compression = how;
    return *this;
}

TarBuilder tarOf(const LayerScript& layer)
{
    TarBuilder tar;
    for (const auto& entry : layer.entries) {
        const TarAttributes attributes{
            .mode = entry.mode, .uid = entry.uid, .gid = entry.gid, .mtime = entry.mtime};
        for (const auto& [name, value] : entry.xattrs) {
            tar.xattr(name, value);
        }
        if (entry.mtimeNsec != 0) {
            tar.pax({{"mtime", paxTime(entry.mtime, entry.mtimeNsec)}});
        }
        switch (entry.kind) {
        case EntryKind::Directory:
            tar.dir(entry.path, attributes);
            break;
        case EntryKind::File:
            tar.file(entry.path, entry.content, attributes);
            break;
        case EntryKind::Symlink:
            tar.symlink(entry.path, entry.target, attributes);
            break;
        case EntryKind::Hardlink:
            tar.hardlink(entry.path, entry.target, attributes);
            break;
        case EntryKind::CharDevice:
            tar.charDevice(entry.path, entry.major, entry.minor, attributes);
            break;
        case EntryKind::BlockDevice:
            tar.blockDevice(entry.path, entry.major, entry.minor, attributes);
            break;
        case EntryKind::Fifo:
            tar.fifo(entry.path, attributes);
            break;
        }
    }
    return tar;
}

std::string scriptText(const StackScript& stack)
{
    std::string out = "StackScript{";
    for (const auto& layer : stack) {
        out += "\n    LayerScript()";
        if (layer.compression != Compression::None) {
            out += "\n        .compressed(Compression::" +
                   std::string(layer.compression == Compression::Gzip ? "Gzip" : "Zstd") + ")";
        }
        for (const auto& entry : layer.entries) {
            out += entryText(entry);
        }
        out += ",";
    }
    return out + "\n}\n";
}

} // namespace strata::test
