// SPDX-License-Identifier: Apache-2.0
#include "archive_text.h"

#include "check.h"
#include "tree_text.h"

namespace strata::test {

Result<Archive> openArchive(const ArchiveBuilder& builder)
{
    return ImageArchive::open(builder.source(), "test.tar", {});
}

Result<Archive> openArchive(Bytes bytes)
{
    return ImageArchive::open(memorySource(std::move(bytes)), "test.tar", {});
}

std::shared_ptr<const OpenedImage> load(const Archive& archive, std::size_t image)
{
    auto opened = loadImage(archive, image, {});
    return opened ? *opened : nullptr;
}

std::shared_ptr<const OpenedImage> opened(const ImageBuilder& image)
{
    const auto archive = openArchive(ArchiveBuilder(ArchiveForm::Oci).image(image));
    return archive ? load(*archive) : nullptr;
}

std::string contentOf(const OpenedImage& image, std::string_view path)
{
    const auto node = image.tree->find(path);
    const auto* version = node ? image.tree->visible(*node) : nullptr;
    if (version == nullptr) {
        return "no such path";
    }
    auto stream = image.open(*version);
    return stream ? drain(**stream) : outcome(stream);
}

std::shared_ptr<const OpenedImage> loadTars(const std::vector<TarBuilder>& tars,
                                            const std::vector<Compression>& compressions)
{
    ImageBuilder image;
    for (std::size_t i = 0; i < tars.size(); ++i) {
        image.layer(tars[i], {}, compressions[i % compressions.size()]);
    }
    return opened(image);
}

std::string checksText(const std::vector<Check>& checks)
{
    std::string out;
    for (const Check& check : checks) {
        out += check.layer ? "L" + std::to_string(*check.layer) + " " : "";
        out += std::string(checkName(check.what)) + " " +
               std::string(checkResultName(check.result)) + "\n";
    }
    return out;
}

std::string diffIdChecks(const ImageBuilder& image)
{
    const auto archive = openArchive(ArchiveBuilder(ArchiveForm::Oci).image(image));
    if (!archive) {
        return outcome(archive);
    }
    const auto checks = verifyImage(**archive, (*archive)->images().front(), {});
    if (!checks) {
        return outcome(checks);
    }
    std::string out;
    for (const Check& check : *checks) {
        if (check.layer && checkName(check.what) == "diff-id") {
            out += "L" + std::to_string(*check.layer) + " " +
                   std::string(checkResultName(check.result)) + "\n";
        }
    }
    return out;
}

std::string treeOf(const Archive& archive, std::size_t image)
{
    const auto opened = loadImage(archive, image, {});
    return opened ? treeText(*(*opened)->tree) : "error: " + opened.error().message();
}

std::string told(const Result<Archive>& archive)
{
    if (!archive) {
        return "archive refused: " + outcome(archive);
    }
    std::string out = "archive: " + warningKinds((*archive)->warnings());
    for (std::size_t i = 0; i < (*archive)->images().size(); ++i) {
        const auto& image = (*archive)->images()[i];
        out += "; image: ";
        out += image.error ? "error " + errorCodeName(image.error->code) + " " : "";
        out += warningKinds(image.warnings);
        const auto loaded = loadImage(*archive, i, {});
        for (std::size_t layer = 0; layer < image.layers.size(); ++layer) {
            WarningList warnings = image.layers[layer].warnings;
            if (loaded) {
                warnings.append((*loaded)->layers[layer]->warnings());
            }
            const auto kinds = warningKinds(warnings);
            out += kinds.empty() ? "" : "; L" + std::to_string(layer) + ": " + kinds;
        }
        out += "; tree: " + (loaded ? std::to_string((*loaded)->tree->nodeCount() - 1) + " paths"
                                    : outcome(loaded));
    }
    return out;
}

WarningList allWarnings(const Archive& archive)
{
    WarningList all = archive->warnings();
    const auto& image = archive->images().at(0);
    all.append(image.warnings);
    for (const auto& layer : image.layers) {
        all.append(layer.warnings);
    }
    if (const auto opened = load(archive)) {
        for (const auto& layer : opened->layers) {
            all.append(layer->warnings());
        }
    }
    return all;
}

} // namespace strata::test
