// SPDX-License-Identifier: Apache-2.0
#include "base/byte_path.h"
#include "base/limits.h"
#include "image/config_p.h"
#include "image/json_p.h"
#include "image/readers_p.h"

#include <algorithm>
#include <map>
#include <set>

namespace strata::readers {

namespace {

std::string joinWords(const std::vector<std::string>& words)
{
    std::string out;
    for (const auto& word : words) {
        out += (out.empty() ? "" : " ") + word;
    }
    return out;
}

/// What a container starts with: the member `config` of the topmost layer's description.
void readRuntime(Documents& documents, const json::Value& top, Image& image)
{
    RuntimeConfig runtime = parseRuntime(json::member(top, "config"));
    if (documents.takeParts(partsOf(runtime))) {
        image.config.runtime = std::move(runtime);
    } else {
        setTooManyParts(image);
    }
}

/// One image from its topmost layer's id, parents followed down to the base.
Image readChain(Documents& documents, const std::string& top)
{
    Image image;
    std::set<std::string> seen;
    bool complete = true;
    for (std::string id = top; !id.empty();) {
        if (!seen.insert(id).second) {
            image.warnings.add(WarningCode::Malformed, "the chain of parents leads back to itself");
            complete = false;
            break;
        }
        if (documents.cancelled()) {
            complete = false;
            break;
        }
        if (!documents.takeParts(2)) { // the layer and its history item
            setTooManyParts(image);
            complete = false;
            break;
        }
        if (image.layers.size() >= limits::layers) {
            image.warnings.add(WarningCode::LimitReached, "the chain of parents has more than " +
                                                              std::to_string(limits::layers) +
                                                              " layers; deeper ones are not shown");
            complete = false;
            break;
        }
        const auto folder = cleanMemberName(id);
        const auto text = folder.empty() ? Result<std::string>(fail(ErrorCode::Malformed, "no id"))
                                         : documents.read(folder + "/json");
        const auto document =
            text ? json::parse(*text) : Result<json::Value>(std::unexpected(text.error()));
        if (!document) {
            image.warnings.add(WarningCode::LayerMissing, "the layer " +
                                                              quoteForDisplay(id.substr(0, 12)) +
                                                              " has no readable description");
            complete = false;
            break;
        }
        LayerDescriptor layer;
        layer.file = folder + "/layer.tar";
        layer.mediaType = "application/vnd.docker.image.rootfs.diff.tar";
        locateLayer(documents.files(), layer);
        image.layers.push_back(std::move(layer));
        HistoryItem item;
        item.created = json::text(*document, "created");
        item.author = json::text(*document, "author");
        item.comment = json::text(*document, "comment");
        item.createdBy = joinWords(
            json::texts(json::member(json::member(*document, "container_config"), "Cmd")));
        image.config.history.push_back(std::move(item));
        if (id == top) {
            image.platform.os = json::text(*document, "os");
            image.platform.architecture = json::text(*document, "architecture");
            image.config.platform = image.platform;
            readRuntime(documents, *document, image);
            if (const auto created = json::text(*document, "created"); !created.empty()) {
                image.config.created = created;
            }
        }
        id = json::text(*document, "parent");
    }
    std::ranges::reverse(image.layers);
    std::ranges::reverse(image.config.history);
    completeSteps(image);
    if (image.layers.empty() && !image.error) {
        image.error = Error{ErrorCode::Malformed, "has no description that can be read", {}};
    }
    image.available =
        complete && !image.layers.empty() &&
        std::ranges::all_of(image.layers, [](const LayerDescriptor& l) { return l.available; });
    return image;
}

} // namespace

Result<std::vector<Image>> legacyArchive(Documents& documents, WarningList& warnings)
{
    const auto text = documents.read("repositories");
    if (!text) {
        return std::unexpected(text.error());
    }
    const auto document = json::parse(*text);
    if (!document) {
        return fail(document.error().code, document.error().what, "repositories");
    }
    if (!document->is_object()) {
        return fail(ErrorCode::Malformed, "is no JSON object", "repositories");
    }
    std::map<std::string, std::vector<std::string>> namesOfId;
    for (const auto& [repository, tags] : document->items()) {
        for (const auto& [tag, id] : json::textMembers(tags)) {
            auto known = namesOfId.find(id);
            if (known == namesOfId.end()) {
                if (namesOfId.size() > limits::images) {
                    continue; // the one too many that is kept gives the warning below
                }
                known = namesOfId.emplace(id, std::vector<std::string>()).first;
            }
            auto& names = known->second;
            if (names.size() >= limits::imageNames) {
                addTooManyNames(warnings, names.front());
            } else if (auto name = repository.substr(0, limits::imageNameBytes) + ':' + tag;
                       documents.takeName(name, warnings)) {
                names.push_back(std::move(name));
            }
        }
    }
    std::vector<Image> images;
    for (auto& [id, names] : namesOfId) {
        if (images.size() >= limits::images) {
            warnings.add(WarningCode::LimitReached, "repositories names more than " +
                                                        std::to_string(limits::images) +
                                                        " images; the rest is not shown");
            break;
        }
        if (documents.cancelled()) {
            return cancelledError();
        }
        Image image = readChain(documents, id);
        image.names = std::move(names);
        if (image.error) {
            image.error->where = escapeForDisplay(image.displayName());
        }
        images.push_back(std::move(image));
    }
    if (images.empty()) {
        return fail(ErrorCode::NotAnImage, "names no image", "repositories");
    }
    return images;
}

} // namespace strata::readers
