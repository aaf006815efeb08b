// SPDX-License-Identifier: Apache-2.0
#include "image/image_choice.h"

#include "base/byte_path.h"
#include "image/reference_p.h"

#include <algorithm>
#include <charconv>
#include <numeric>

namespace strata {

namespace {

bool digestMatches(const std::optional<Digest>& digest, std::string_view wanted)
{
    if (!digest) {
        return false;
    }
    return digest->text() == wanted || (wanted.size() >= 4 && digest->hex().starts_with(wanted)) ||
           (wanted.starts_with("sha256:") && wanted.size() >= 11 &&
            digest->text().starts_with(wanted));
}

std::optional<std::size_t> asNumber(std::string_view text)
{
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(value)
                                                                    : std::nullopt;
}

std::string describe(const Image& image)
{
    const auto platform = escapeForDisplay(image.platform.text());
    return escapeForDisplay(image.displayName()) + (platform.empty() ? "" : " (" + platform + ")");
}

std::string list(const std::vector<Image>& images, const std::vector<std::size_t>& which)
{
    std::string out;
    for (std::size_t i = 0; i < which.size() && i < 8; ++i) {
        out += (i == 0 ? "" : ", ") + describe(images[which[i]]);
    }
    return which.size() > 8 ? out + ", …" : out;
}

std::vector<std::size_t> byWish(const std::vector<Image>& images, const std::string& wanted)
{
    const auto full = fullFamiliarName(wanted);
    std::vector<std::size_t> byName;
    std::vector<std::size_t> byDigest;
    for (std::size_t i = 0; i < images.size(); ++i) {
        const Image& image = images[i];
        if (std::ranges::any_of(image.names, [&](const std::string& name) {
                return name == wanted || fullFamiliarName(name) == full;
            })) {
            byName.push_back(i);
        } else if (digestMatches(image.id, wanted) || digestMatches(image.manifestDigest, wanted)) {
            byDigest.push_back(i);
        }
    }
    if (!byName.empty()) {
        return byName;
    }
    // A short number is a position rather than the start of a digest.
    if (const auto number = asNumber(wanted);
        number && *number < images.size() && wanted.size() < 6) {
        return {*number};
    }
    return byDigest;
}

/// Lower is better.
int rank(const Image& image)
{
    int out = 0;
    out += image.error ? 8 : 0;
    out += image.kind == ImageKind::Image ? 0 : 4;
    out += image.available ? 0 : 2;
    const Platform host = hostPlatform();
    // Any of an architecture is nearer than another; the host's own variant is nearest.
    const Platform& own = image.platform;
    const int distance = own.os != host.os || own.architecture != host.architecture ? 2
                         : !own.variant.empty() && own.variant != host.variant      ? 1
                                                                                    : 0;
    return 3 * out + distance;
}

/// Why nothing is left of the images that were named.
std::string notFound(const std::vector<Image>& images, const std::vector<std::size_t>& named,
                     const ImageWish& wish)
{
    if (images.empty()) {
        return "there is no image in it";
    }
    if (named.empty()) {
        std::vector<std::size_t> all(images.size());
        std::iota(all.begin(), all.end(), std::size_t{0});
        return "there is no image " + quoteForDisplay(wish.image.value_or("")) +
               " in it; there is " + list(images, all);
    }
    return "there is no image for the platform " + quoteForDisplay(wish.platform.value_or("")) +
           " in it; there is " + list(images, named);
}

} // namespace

Result<ImageChoice> chooseImage(const std::vector<Image>& images, const ImageWish& wish)
{
    std::vector<std::size_t> left;
    if (wish.image) {
        left = byWish(images, *wish.image);
    } else {
        for (std::size_t i = 0; i < images.size(); ++i) {
            left.push_back(i);
        }
    }
    const std::vector<std::size_t> named = left;
    if (wish.platform) {
        std::erase_if(left,
                      [&](std::size_t i) { return !images[i].platform.matches(*wish.platform); });
    }
    if (left.empty()) {
        return fail(ErrorCode::NotFound, notFound(images, named, wish));
    }
    const auto best =
        *std::ranges::min_element(left, {}, [&](std::size_t i) { return rank(images[i]); });
    ImageChoice choice;
    choice.index = best;
    // Artifacts and attestations stand beside an image; nobody would want one in its place.
    if (images[best].kind == ImageKind::Image) {
        std::erase_if(left, [&](std::size_t i) { return images[i].kind != ImageKind::Image; });
    }
    if (left.size() > 1) {
        choice.note = "taking " + describe(images[best]) + ", one of " +
                      std::to_string(left.size()) + " images (" + list(images, left) + ")";
    }
    return choice;
}

} // namespace strata
