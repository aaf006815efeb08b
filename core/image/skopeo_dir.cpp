// SPDX-License-Identifier: Apache-2.0
#include "base/byte_path.h"
#include "image/manifest_p.h"
#include "io/hasher.h"

#include <set>

namespace strata::readers {

namespace {

std::string hexFile(const Digest& digest)
{
    return std::string(digest.hex());
}

Image readListed(Documents& documents, const Descriptor& described, const Digest& digest)
{
    const auto file = hexFile(digest) + ".manifest.json";
    const auto text = documents.read(file);
    if (!text) {
        Image image = listedImage(documents, described, {});
        image.error = text.error().code == ErrorCode::Missing
                          ? Error{ErrorCode::Missing, "its manifest is not in the archive", {}}
                          : text.error();
        image.error->where = escapeForDisplay(image.displayName());
        return image;
    }
    Image image = manifestImage(documents, *text, described, &hexFile);
    image.manifestFile = file;
    return image;
}

/// What skopeo copies with --all: manifest.json is a list, its manifests lie beside it.
std::vector<Image> readList(Documents& documents, const json::Value& manifests,
                            WarningList& warnings)
{
    std::vector<Image> images;
    std::set<Digest> seen;
    for (const auto& item : manifests) {
        if (documents.cancelled()) {
            break;
        }
        if (images.size() >= limits::images) {
            warnings.add(WarningCode::LimitReached, "manifest.json lists more than " +
                                                        std::to_string(limits::images) +
                                                        " images; the rest is not shown");
            break;
        }
        const Descriptor described = parseDescriptor(item);
        if (!described.digest) {
            warnings.add(WarningCode::Malformed,
                         "manifest.json has an entry without a valid digest");
        } else if (seen.insert(*described.digest).second) {
            images.push_back(readListed(documents, described, *described.digest));
        }
    }
    return images;
}

} // namespace

Result<std::vector<Image>> skopeoDir(Documents& documents, WarningList& warnings)
{
    const auto text = documents.read("manifest.json");
    if (!text) {
        return std::unexpected(text.error());
    }
    if (const auto list = json::parse(*text)) {
        const auto& manifests = json::member(*list, "manifests");
        if (manifests.is_array()) {
            auto images = readList(documents, manifests, warnings);
            if (images.empty()) {
                return fail(ErrorCode::NotAnImage, "lists no image", "manifest.json");
            }
            return images;
        }
    }
    Descriptor described;
    described.digest = sha256(*text);
    Image image = manifestImage(documents, *text, described, &hexFile);
    image.manifestFile = "manifest.json";
    return std::vector{std::move(image)};
}

} // namespace strata::readers
