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
    QString shown; ///< one line for each of `lines`; endless ones are cut, with "…" at the cut
};

/// The Dockerfile of `image`; empty if it records no history. Linear in the history's bytes, so not
/// for the GUI thread. Thread-safe.
DockerfileText dockerfileText(const Image& image);

} // namespace strata::ui
