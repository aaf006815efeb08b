// SPDX-License-Identifier: Apache-2.0
#include "command_tree.h"

#include "base/byte_path.h"
#include "json_output.h"
#include "open_image.h"
#include "shared_inodes.h"
#include "text_output.h"
#include "tree_walk.h"
#include "version_details.h"

#include <cstdint>
#include <format>
#include <string>

namespace strata::cli {

namespace {

/// One visible path. `linksTo`: the name that it is a further name of; none if it is none.
struct Line
{
    const std::string& path;
    const Version& version;
    NodeId linksTo;
};
using PrintLine = std::function<void(std::string& out, const Line&)>;

/// Calls `print` for every visible path in order, until nobody reads any more.
void printVisible(const MergedTree& tree, NodeId from, LayerNo top, Output& output,
                  const PrintLine& print)
{
    const SharedInodes inodes(tree, top);
    walkTree(tree, from, [&](NodeId node, const std::string& path) {
        const auto* version = tree.visibleAt(node, top);
        if (version == nullptr) {
            return WalkStep::Skip; // nothing below a hidden path is visible
        }
        print(output.buffer(), {path, *version, inodes.nameFor(node, *version)});
        return output.commit() ? WalkStep::Descend : WalkStep::Stop;
    });
}

void appendJson(std::string& out, const MergedTree& tree, const Line& shown)
{
    const auto& version = shown.version;
    const auto details = detailsOf(tree, version);
    const auto& entry = details.entry;
    JsonObject line(out);
    line.bytes("path", shown.path);
    line.metadata(entry);
    line.number("layer", version.layer);
    if (entry.mtimeNsec != 0) {
        line.number("mtime_nsec", entry.mtimeNsec);
    }
    if (entry.type == FileType::Symlink) {
        line.bytes("target", details.target);
    }
    if (shown.linksTo) {
        line.bytes("hardlink", tree.path(shown.linksTo));
    }
    if (entry.type == FileType::CharDevice || entry.type == FileType::BlockDevice) {
        line.text("device", std::format("{}:{}", entry.deviceMajor, entry.deviceMinor));
    }
    line.attributes(details.xattrs);
    if (version.implicit()) {
        line.boolean("implicit", true);
    }
    line.close();
    out += '\n';
}

std::string sizeText(const LayerEntry& entry)
{
    switch (entry.type) {
    case FileType::File:
        return humanSize(entry.size);
    case FileType::CharDevice:
    case FileType::BlockDevice:
        return std::format("{}, {}", entry.deviceMajor, entry.deviceMinor);
    default:
        return "-";
    }
}

/// ownerText() of one entry after another, most of which have the owner of the one before.
class OwnerTexts
{
public:
    const std::string& of(const LayerEntry& entry)
    {
        if (m_text.empty() || entry.uid != m_uid || entry.gid != m_gid) {
            m_uid = entry.uid;
            m_gid = entry.gid;
            m_text = ownerText(entry);
        }
        return m_text;
    }

private:
    std::uint32_t m_uid = 0;
    std::uint32_t m_gid = 0;
    std::string m_text;
};

void printText(const OpenedImage& image, NodeId from, LayerNo top, Output& output)
{
    const auto& tree = *image.tree;
    const Style style(output);
    Columns columns(
        {{"LAYER", Align::Right}, {"MODE"}, {"OWNER"}, {"SIZE", Align::Right, 8}, {"PATH"}});
    columns.fit(1, modeText(FileType::File, 0));
    OwnerTexts owners;
    walkTree(tree, from, [&](NodeId node, const std::string&) {
        const auto* version = tree.visibleAt(node, top);
        if (version == nullptr) {
            return WalkStep::Skip;
        }
        columns.fit(2, owners.of(tree.entry(*version)));
        return WalkStep::Descend;
    });
    output.buffer() += style.faint(columns.titles());
    printVisible(tree, from, top, output, [&](std::string& out, const Line& line) {
        const auto& version = line.version;
        const auto details = detailsOf(tree, version);
        const auto& entry = details.entry;
        out += style.layer(version.layer, columns.cell(0, std::to_string(version.layer)));
        out += columns.cell(1, modeText(entry.type, entry.mode));
        out += columns.cell(2, owners.of(entry));
        out += columns.cell(3, sizeText(entry));
        const auto shown = escapeForDisplay(line.path);
        out += entry.type == FileType::Directory ? style.strong(shown + "/") : shown;
        if (line.linksTo) {
            out += style.faint(" link to " + escapeForDisplay(tree.path(line.linksTo)));
        } else if (details.linksToNothing) {
            out += style.faint(" (a hard link to nothing)");
        }
        if (entry.type == FileType::Symlink) {
            out += style.faint(" -> " + escapeForDisplay(details.target));
        }
        if (version.implicit()) {
            out += style.faint(" (listed by no layer)");
        }
        out += '\n';
    });
}

} // namespace

Outcome<ExitStatus> runTree(const Options& options, Output& output)
{
    const auto opened = openImageAsOf(options);
    if (!opened) {
        return std::unexpected(opened.error());
    }
    const auto& [image, top] = *opened;
    const auto from = findVisible(*image, options.path, top);
    if (!from) {
        return std::unexpected(from.error());
    }
    const auto& tree = *image->tree;
    if (options.json) {
        printVisible(tree, *from, top, output,
                     [&tree](std::string& out, const Line& line) { appendJson(out, tree, line); });
    } else {
        printText(*image, *from, top, output);
    }
    return ExitStatus::Done;
}

} // namespace strata::cli
