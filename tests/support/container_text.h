// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "overlay/container.h"

#include <string>
#include <string_view>

/// Containers as a few printed lines, one a path, each ended by '\n', as tree_text.h has it for
/// images.
namespace strata::test {

/// A clock that stands at 2024-01-01 00:00:00 UTC.
inline constexpr Timestamp containerTime{.seconds = 1'704'067'200, .nanoseconds = 0};
/// A container on `image` with that clock.
Container containerOn(std::shared_ptr<const OpenedImage> image, bool metacopy = false);

/// What is seen: "dir /etc 0755 L0", "file /etc/a 5 0600 here", "symlink /l -> a L0"; owners other
/// than 0:0 follow the mode.
std::string mergedText(const Container& container);
/// The upper directory, itself left out: "dir /etc 0755", "whiteout /etc/a", "dir /d 0755 opaque".
std::string upperText(const Container& container);
/// Names of the layer's tar, one a line; "a = b" for a hard link.
std::string membersText(const Container& container);
/// `docker diff`: "C /etc".
std::string dockerDiffText(const Container& container);
/// What is read at a path, or "ENOENT" and the like.
std::string readText(const Container& container, std::string_view path);
/// "done", or "ENOENT" and the like.
std::string resultOf(const Trace& trace);

} // namespace strata::test
