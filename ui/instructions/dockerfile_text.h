// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/dockerfile.h"

#include <QString>

#include <vector>

namespace strata::ui {

/// A rebuilt Dockerfile, made ready for an edit.
struct DockerfileText
{
    std::vector<DockerfileLine> lines;
    QString shown; ///< one line for each of the first `shownLines`; endless ones are cut, with "…"
    std::size_t shownLines = 0; ///< the rest is left out: laying it out would hold up the window
};

/// The Dockerfile of `image`; empty if it records no history. Linear in the history's bytes, so not
/// for the GUI thread. Thread-safe.
DockerfileText dockerfileText(const Image& image);

} // namespace strata::ui
