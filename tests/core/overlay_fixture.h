// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "archive_text.h"
#include "bytes.h"
#include "check.h"
#include "container_text.h"
#include "image_builder.h"

#include "overlay/container.h"

#include <memory>
#include <string_view>

/// What the tests of containers share.
namespace strata::test {

/// Two layers: a directory that both have, files that one of them has, a deleted one, links.
inline std::shared_ptr<const OpenedImage> usualImage()
{
    TarBuilder base;
    base.dir("etc")
        .file("etc/motd", "hello")
        .file("etc/gone", "x")
        .dir("etc/sub")
        .file("etc/sub/deep", "deep")
        .symlink("link", "etc/motd")
        .file("one", "11")
        .hardlink("two", "one");
    TarBuilder top;
    top.dir("etc").whiteout("etc/gone").file("etc/new", "new", {.mode = 0600, .uid = 5});
    return opened(ImageBuilder().layer(base).layer(top, {}, Compression::Gzip));
}

inline Container usual(bool metacopy = false)
{
    return containerOn(usualImage(), metacopy);
}

inline auto bytesOf(std::string_view text)
{
    return std::as_bytes(std::span(text));
}

} // namespace strata::test
