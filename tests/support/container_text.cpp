// SPDX-License-Identifier: Apache-2.0
#include "container_text.h"

#include "bytes.h"

#include "base/byte_path.h"
#include "overlay/docker_diff.h"
#include "overlay/layer_members.h"
#include "overlay/upper_directory.h"

#include <format>

namespace strata::test {

namespace {

std::string lineText(const FileDetails& details, const std::string& path)
{
    std::string out = std::string(fileTypeName(details.type)) + " " + escapeForDisplay(path);
    if (details.type == FileType::Symlink) {
        return out + " -> " + escapeForDisplay(details.target);
    }
    if (details.type == FileType::File) {
        out += " " + std::to_string(details.size);
    }
    if (details.type == FileType::CharDevice || details.type == FileType::BlockDevice) {
        out += std::format(" {}:{}", details.deviceMajor, details.deviceMinor);
    }
    out += std::format(" {:04o}", details.mode);
    if (details.uid != 0 || details.gid != 0) {
        out += std::format(" {}:{}", details.uid, details.gid);
    }
    for (const auto& [name, value] : details.xattrs) {
        out += " " + name + "=" + escapeForDisplay(value);
    }
    return out;
}

void appendMerged(const Container& container, const Sighting& directory, const std::string& above,
                  std::string& out)
{
    for (const auto& child : container.children(directory)) {
        const auto details = container.details(child.sighting);
        const auto path = above + "/" + child.name;
        out += lineText(details, path) + " ";
        out += details.inContainer ? "here" : "L" + std::to_string(details.layer.value_or(0));
        out += "\n";
        appendMerged(container, child.sighting, path, out);
    }
}

} // namespace

Container containerOn(std::shared_ptr<const OpenedImage> image, bool metacopy)
{
    return Container(std::move(image),
                     {.metacopy = metacopy, .clock = [] { return containerTime; }});
}

std::string mergedText(const Container& container)
{
    std::string out;
    appendMerged(container, Container::root(), {}, out);
    return out;
}

std::string upperText(const Container& container)
{
    std::string out;
    for (const auto& item : upperDirectory(container)) {
        if (item.path == "/") {
            continue;
        }
        auto details = item.details;
        details.xattrs.erase(std::string(opaqueXattr));
        details.xattrs.erase(std::string(metacopyXattr));
        out += item.whiteout ? "whiteout " + escapeForDisplay(item.path)
                             : lineText(details, item.path);
        out += item.opaque ? " opaque" : "";
        out += item.metacopy ? " metacopy\n" : "\n";
    }
    return out;
}

std::string membersText(const Container& container)
{
    std::string out;
    for (const auto& member : layerMembers(container).members) {
        out += escapeForDisplay(member.tarName());
        out += member.member.hardlink ? " = " + escapeForDisplay(member.member.linkTarget) : "";
        out += "\n";
    }
    return out;
}

std::string dockerDiffText(const Container& container)
{
    std::string out;
    for (const auto& change : dockerDiff(container)) {
        out += std::string(1, change.kind) + " " + escapeForDisplay(change.path) + "\n";
    }
    return out;
}

std::string readText(const Container& container, std::string_view path)
{
    const auto opened = container.read(path);
    return opened.content ? drain(*opened.content) : resultOf(opened.trace);
}

std::string resultOf(const Trace& trace)
{
    return trace.done() ? "done" : std::string(posixErrorName(trace.error));
}

} // namespace strata::test
