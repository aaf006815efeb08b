// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/digest.h"
#include "base/error.h"
#include "base/warning.h"
#include "image/platform.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace strata {

/// One item of a config's history, as written.
struct HistoryItem
{
    std::string created; ///< RFC 3339 as written; empty if absent
    std::string createdBy;
    std::string author;
    std::string comment;
    bool emptyLayer = false;
};

/// What a container made from the image starts with.
struct RuntimeConfig
{
    std::vector<std::string> env;
    std::vector<std::string> entrypoint;
    std::vector<std::string> cmd;
    std::vector<std::string> shell;
    std::vector<std::string> exposedPorts;
    std::vector<std::string> volumes;
    std::vector<std::pair<std::string, std::string>> labels;
    std::string user;
    std::string workingDir;
    std::string stopSignal;
};

/// An image config (image-spec config.md, docker image spec v1.2): every optional field may be
/// absent or null, unknown ones are passed over.
struct ImageConfig
{
    Platform platform;
    std::optional<std::string> created;
    std::string author;
    std::vector<Digest> diffIds;
    std::vector<HistoryItem> history;
    RuntimeConfig runtime;
    WarningList warnings;
};

/// Errors: Malformed with the place in the text; LimitExceeded.
Result<ImageConfig> parseConfig(std::string_view json);

/// ChainID of each layer, base first (image-spec config.md "Layer ChainID").
std::vector<Digest> chainIds(const std::vector<Digest>& diffIds);

} // namespace strata
