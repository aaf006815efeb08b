// SPDX-License-Identifier: Apache-2.0
#include "stack_rules.h"

#include "bounds.h"
#include "image_rules.h"
#include "layer_rules.h"
#include "reexport.h"
#include "require.h"
#include "scratch.h"
#include "tree_rules.h"

#include "disk_tree.h"
#include "export/extract.h"
#include "export/image_writer.h"
#include "insight/text_diff.h"
#include "insight/verify.h"

#include <algorithm>
#include <fstream>
#include <iterator>

#include <unistd.h>

namespace strata::fuzz {

namespace {

/// The text of a version, where it is a small file that can be read.
std::optional<std::string> textOf(const OpenedImage& image, const Version& version,
                                  Contents contents)
{
    constexpr std::uint64_t largest = 16 << 10;
    if (version.removed() || image.tree->entry(version).type != FileType::File ||
        image.tree->entry(version).size > largest) {
        return std::nullopt;
    }
    const auto stream = image.open(version);
    const auto bytes = stream ? readAll(**stream, largest)
                              : Result<std::vector<std::byte>>(std::unexpected(stream.error()));
    if (!bytes) {
        require(contents == Contents::MayFail || !image.tree->content(version),
                "a file of a sound layer can be read", bytes.error().message());
        requireDisplayable(bytes.error());
        return std::nullopt;
    }
    return std::string(reinterpret_cast<const char*>(bytes->data()), bytes->size());
}

/// Every version of a path against the one before it.
void requireSoundHistory(const OpenedImage& image, NodeId node, Contents contents)
{
    std::optional<std::string> before;
    for (const Version& version : image.tree->versions(node)) {
        const auto text = textOf(image, version, contents);
        if (before && text) {
            const auto hunks = diffText(*before, *text);
            require(hunks && hunks->empty() == (*before == *text),
                    "equal texts differ in nothing, others in something");
            require(version.change != Change::Unchanged || *before == *text,
                    "what is unchanged has its content", image.tree->path(node));
        }
        before = text;
    }
}

std::shared_ptr<const OpenedImage> opened(const std::filesystem::path& path)
{
    const auto archive = ImageArchive::open(path, {});
    require(archive.has_value(), "an image that was written opens",
            archive ? std::string() : archive.error().message());
    requireSoundArchive(**archive);
    LoadOptions options;
    options.threads = 1;
    auto image = loadImage(*archive, 0, {}, options);
    require(image.has_value(), "an image that was written loads",
            image ? std::string() : image.error().message());
    const auto checks = verifyImage(**archive, (*image)->image(), {});
    require(checks.has_value(), "an image that was written can be verified");
    for (const Check& check : *checks) {
        require(check.result == CheckResult::Verified || check.result == CheckResult::Nothing,
                "an image that was written verifies", check.expected + " " + check.actual);
    }
    return *image;
}

std::shared_ptr<const OpenedImage> writtenAndOpened(std::vector<SharedSource> tars)
{
    const Scratch& scratch = Scratch::instance();
    ImageToWrite image;
    image.layerTars = std::move(tars);
    const auto target = scratch.images() / "again.tar";
    const auto written =
        writeImage(image, target, WriteFormat::DockerArchive, LayerCompression::None, {});
    require(written.has_value(), "an image can be written",
            written ? std::string() : written.error().message());
    return opened(target);
}

void requireSameState(const OpenedImage& a, LayerNo atA, const OpenedImage& b, LayerNo atB,
                      bool links)
{
    const auto left = visibleState(a, atA, links);
    const auto right = visibleState(b, atB, links);
    require(left.has_value() == right.has_value(), "an export can be read as its image could");
    if (left && right) {
        require(*left == *right, "an export shows what its image showed",
                test::differences(*left, *right));
    }
}

/// Each file on disk against the image up to layer `k`.
void requireSameContents(const OpenedImage& image, LayerNo k, const std::filesystem::path& target,
                         Contents contents)
{
    for (std::uint32_t i = 1; i < image.tree->nodeCount(); ++i) {
        const Version* version = image.tree->visibleAt({i}, k);
        const auto text = version != nullptr ? textOf(image, *version, contents) : std::nullopt;
        if (text) {
            const auto path = image.tree->path({i});
            std::ifstream in(target / path.substr(1), std::ios::binary);
            const std::string found(std::istreambuf_iterator<char>(in), {});
            require(in.is_open() && found == *text, "an extracted file has its content", path);
        }
    }
}

/// Modes keep only those out that are not root.
bool canLookInside(const MergedTree& tree, LayerNo k)
{
    for (std::uint32_t i = 1; i < tree.nodeCount() && ::geteuid() != 0; ++i) {
        const Version* version = tree.visibleAt({i}, k);
        if (version != nullptr && (tree.entry(*version).mode & 0500U) != 0500U) {
            return false;
        }
    }
    return true;
}

/// What lies in `target` after an extraction up to layer `k` that left nothing out.
void requireExtracted(const OpenedImage& image, LayerNo k, const std::filesystem::path& target,
                      Contents contents)
{
    const auto found = test::diskTree(target, false);
    const auto expected = test::visibleTree(*image.tree, k, false);
    require(found == expected, "extraction writes what is visible",
            test::differences(expected, found));
    requireSameContents(image, k, target, contents);
}

void extractTwice(const OpenedImage& image, LayerNo k, const ExtractOptions& options,
                  Contents contents)
{
    const Scratch& scratch = Scratch::instance();
    Scratch::clear(scratch.work());
    const auto target = scratch.work() / "target";
    const std::string before = scratch.surroundings();
    // The second goes over what is there already.
    for (const bool again : {false, true}) {
        const auto report = extractTree(image, target, options, {});
        require(scratch.surroundings() == before, "extraction changes nothing outside its folder");
        require(std::ranges::distance(std::filesystem::directory_iterator(scratch.work())) <= 1,
                "extraction makes nothing beside its folder");
        require(report || (contents == Contents::MayFail && !again), "an image can be extracted",
                report ? std::string() : report.error().message());
        if (!report) {
            requireDisplayable(report.error());
            return;
        }
        requireDisplayable(report->warnings);
        if (report->warnings.empty() && canLookInside(*image.tree, k)) {
            requireExtracted(image, k, target, contents);
        }
    }
}

} // namespace

bool isSmall(const OpenedImage& image)
{
    std::uint64_t content = 0;
    for (const auto& layer : image.layers) {
        if (layer->contentBytes() > bounds::contentBytes - content ||
            layer->nodes().size() > bounds::nodes) {
            return false;
        }
        content += layer->contentBytes();
    }
    return image.tree->nodeCount() <= bounds::nodes;
}

std::shared_ptr<const OpenedImage> requireSoundStack(const OpenedImage& image, Contents contents)
{
    for (const auto& layer : image.layers) {
        requireSoundLayer(*layer);
    }
    requireSoundTree(*image.tree);
    requirePrefixesAgree(*image.tree);
    auto resolved = resolveContents(image, {});
    require(resolved.has_value(), "contents can be compared");
    requireOnlyDecided(*image.tree, *(*resolved)->tree);
    requireSoundTree(*(*resolved)->tree);
    for (std::uint32_t i = 0; i < image.tree->nodeCount(); ++i) {
        requireSoundHistory(**resolved, {i}, contents);
    }
    return *resolved;
}

void requireSoundView(const OpenedImage& image, ProjectionSpec view, const std::string& filter)
{
    view.layer = std::min(
        view.layer, static_cast<LayerNo>(std::max<std::size_t>(image.tree->layerCount(), 1) - 1));
    auto parsed = Filter::parse(filter);
    if (parsed) {
        view.filter = std::move(*parsed);
    }
    const auto rows = project(image.tree, view, {});
    require(rows.has_value(), "a tree can be shown");
    requireSoundProjection(**rows);
}

void requireConfinedExtraction(const OpenedImage& image, Contents contents)
{
    const auto layers = static_cast<LayerNo>(image.tree->layerCount());
    extractTwice(image, std::max<LayerNo>(layers, 1) - 1,
                 {.roots = {}, .asOf = {}, .keepOwners = false}, contents);
    if (layers > 1) {
        extractTwice(image, 0, {.roots = {}, .asOf = LayerNo{0}, .keepOwners = false}, contents);
    }
    Scratch::clear(Scratch::instance().work());
}

void requireSameAfterExport(const OpenedImage& image)
{
    const auto layers = static_cast<LayerNo>(image.tree->layerCount());
    if (layers == 0) {
        return;
    }
    if (auto flat = flattened(image)) {
        const auto again = writtenAndOpened({memorySource(std::move(*flat))});
        requireSameState(image, layers - 1, *again, 0, true);
    }
    std::vector<SharedSource> tars;
    for (LayerNo k = 0; k < layers; ++k) {
        auto tar = layerAgain(image, k);
        if (!tar) {
            return;
        }
        tars.push_back(memorySource(std::move(*tar)));
    }
    const auto again = writtenAndOpened(std::move(tars));
    for (LayerNo k = 0; k < layers; ++k) {
        requireSameState(image, k, *again, k, false);
    }
}

} // namespace strata::fuzz
