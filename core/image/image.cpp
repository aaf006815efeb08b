// SPDX-License-Identifier: Apache-2.0
#include "image/image.h"

namespace strata {

std::string_view imageKindName(ImageKind kind)
{
    switch (kind) {
    case ImageKind::Image:
        return "image";
    case ImageKind::Artifact:
        return "artifact";
    case ImageKind::Attestation:
        return "attestation";
    }
    return "image";
}

std::uint64_t Image::storedSize() const
{
    std::uint64_t sum = 0;
    for (const auto& layer : layers) {
        sum += layer.storedBefore ? 0 : layer.storedSize;
    }
    return sum;
}

std::string Image::displayName() const
{
    if (!names.empty()) {
        return names.front();
    }
    if (id) {
        return std::string(id->shortHex());
    }
    if (manifestDigest) {
        return std::string(manifestDigest->shortHex());
    }
    return "unnamed image";
}

} // namespace strata
