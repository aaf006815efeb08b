// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "json_output.h"
#include "overlay/container.h"
#include "text_output.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace strata::cli {

/// Which line of a script, in which container, something comes from.
struct ScriptPlace
{
    std::size_t line = 0;
    std::string_view container;
};

/// What `strata run` prints, each appended to `out`: for people, or as one JSON object a line.
/// `named`: there are several containers, so that texts say which is meant.
void appendTraceText(std::string& out, const ScriptPlace& place, bool named, const Trace& trace);
void appendTraceJson(std::string& out, const ScriptPlace& place, const Trace& trace);
void appendListingText(std::string& out, const Style& style, const Container& container,
                       const std::vector<ContainerChild>& children);
void appendListingJson(std::string& out, const ScriptPlace& place, std::string_view path,
                       const Container& container, const std::vector<ContainerChild>& children);
/// `docker diff`.
void appendDiffText(std::string& out, const Container& container);
void appendDiffJson(std::string& out, std::string_view name, const Container& container);
/// The upper directory as overlayfs keeps it, then the members of the tar that it becomes.
void appendUpperText(std::string& out, const Container& container);
void appendUpperJson(std::string& out, std::string_view name, const Container& container);

} // namespace strata::cli
