// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

/// References to images, as people and tools write them. Private to core/image.
namespace strata {

/// A reference without the registry and folder that docker assumes where none is named:
/// "docker.io/library/a:1" is "a:1".
std::string_view familiarName(std::string_view reference);

/// The same with the tag that is assumed: "docker.io/library/a" is "a:latest".
std::string fullFamiliarName(std::string_view reference);

} // namespace strata
