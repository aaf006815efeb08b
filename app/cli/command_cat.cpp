// SPDX-License-Identifier: Apache-2.0
#include "command_cat.h"

#include "base/byte_path.h"
#include "open_image.h"
#include "text_output.h"
#include "version_details.h"

#include <cstddef>
#include <utility>
#include <vector>

namespace strata::cli {

namespace {

/// The version whose content is meant. Never a removal.
Outcome<const Version*> chooseVersion(const OpenedImage& image, const Options& options)
{
    const auto& path = options.path;
    if (!options.layer) {
        const auto top = topOfStack(image, {});
        const auto node = findVisible(image, path, *top);
        if (!node) {
            return std::unexpected(node.error());
        }
        return image.tree->visible(*node);
    }
    const auto layer = requireLayer(image, *options.layer);
    if (!layer) {
        return std::unexpected(layer.error());
    }
    const auto node = findPath(image, path);
    if (!node) {
        return std::unexpected(node.error());
    }
    const auto* version = image.tree->versionIn(*node, *layer);
    if (version == nullptr || version->removed()) {
        return answerNo("layer " + std::to_string(*layer) +
                            (version == nullptr ? " holds no copy" : " removes it"),
                        path);
    }
    return version;
}

} // namespace

Outcome<ExitStatus> runCat(const Options& options, Output& output)
{
    const auto image = openImage(options);
    if (!image) {
        return std::unexpected(image.error());
    }
    const auto version = chooseVersion(**image, options);
    if (!version) {
        return std::unexpected(version.error());
    }
    if (*version == nullptr) { // a root that no layer lists
        return answerNo("is a directory, not a file", options.path);
    }
    const auto details = detailsOf(*(*image)->tree, **version);
    if (details.entry.type != FileType::File) {
        auto what = "is " + std::string(fileTypeWords(details.entry.type)) + ", not a file";
        if (!details.target.empty()) {
            what = "is a symlink to " + escapeForDisplay(details.target) + ", not a file";
        }
        return answerNo(what, options.path);
    }
    if (details.linksToNothing) {
        return answerNo("is a hard link to nothing", options.path);
    }
    auto stream = (*image)->open(**version);
    std::vector<std::byte> buffer(std::size_t{256} << 10);
    while (stream) {
        const auto got = (*stream)->read(buffer);
        if (!got) {
            stream = std::unexpected(got.error());
            break;
        }
        const std::string_view bytes(reinterpret_cast<const char*>(buffer.data()), *got);
        if (*got == 0 || !output.write(bytes)) {
            return ExitStatus::Done;
        }
    }
    auto error = stream.error();
    if (error.where.empty()) {
        error.where = escapeForDisplay(options.path);
    }
    return std::unexpected(std::move(error));
}

} // namespace strata::cli
