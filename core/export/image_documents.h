// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/digest.h"
#include "image/config.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Private to core/export: the JSON documents of an image. The same values give the same bytes.
namespace strata {

/// What points to a blob (image-spec descriptor.md).
struct BlobDescriptor
{
    std::string mediaType;
    Digest digest;
    std::uint64_t size = 0;
};

using Annotations = std::vector<std::pair<std::string, std::string>>;

/// A config as image-spec config.md has it. A platform that is not known is this machine's, for
/// "os" and "architecture" must be there. Members of `original`, a config's text, and of its
/// "config" that an ImageConfig does not know are kept.
std::string configDocument(const ImageConfig& config, std::string_view original = {});
std::string manifestDocument(const BlobDescriptor& config,
                             const std::vector<BlobDescriptor>& layers,
                             const Annotations& annotations);
/// index.json with one manifest; `name` becomes its ref.name unless it is empty.
std::string indexDocument(const BlobDescriptor& manifest, const std::string& name);
/// manifest.json of a docker archive.
std::string dockerManifestDocument(const std::string& configFile,
                                   const std::vector<std::string>& layerFiles,
                                   const std::string& tag);
/// `repositories` of a docker archive.
std::string repositoriesDocument(const std::string& tag, std::string_view topLayer);

/// "repository:tag" for docker archives, ":latest" added where there is neither tag nor digest;
/// empty for a name that is empty or fixed by its digest.
std::string dockerTag(std::string_view name);

} // namespace strata
