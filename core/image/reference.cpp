// SPDX-License-Identifier: Apache-2.0
#include "image/reference_p.h"

namespace strata {

std::string_view familiarName(std::string_view reference)
{
    for (const std::string_view host : {"index.docker.io/", "docker.io/"}) {
        if (reference.starts_with(host)) {
            reference.remove_prefix(host.size());
            break;
        }
    }
    constexpr std::string_view folder = "library/";
    if (reference.starts_with(folder) &&
        reference.find('/', folder.size()) == std::string_view::npos) {
        reference.remove_prefix(folder.size());
    }
    return reference;
}

std::string fullFamiliarName(std::string_view reference)
{
    std::string out(familiarName(reference));
    const auto slash = out.rfind('/');
    const auto tail = std::string_view(out).substr(slash == out.npos ? 0 : slash + 1);
    if (tail.find_first_of(":@") == tail.npos) {
        out += ":latest";
    }
    return out;
}

} // namespace strata
