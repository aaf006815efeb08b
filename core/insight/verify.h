// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/job.h"
#include "image/image_archive.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace strata {

enum class CheckResult {
    Verified,
    Mismatch, ///< the bytes are others than promised
    Missing,  ///< not in the archive
    Damaged,  ///< could not be decompressed or read to its end
    Nothing,  ///< nothing to check it against
};

/// One thing checked.
struct Check
{
    enum class What {
        Manifest,
        Config,
        LayerBlob, ///< the digest of the layer as it is stored
        LayerSize,
        DiffId, ///< the digest of its tar; artifacts have none
    } what = What::Config;
    std::optional<LayerNo> layer;
    CheckResult result = CheckResult::Nothing;
    std::string expected; ///< digest or size; empty if there was none
    std::string actual;   ///< empty if it could not be read
    std::string note;     ///< the error, when Damaged or Missing
};

/// "manifest", "config", "layer-blob", "layer-size", "diff-id".
std::string_view checkName(Check::What what);
/// "verified", "mismatch", "missing", "damaged", "nothing".
std::string_view checkResultName(CheckResult result);

/// Checks every digest, size and diff ID of one image against the bytes, calling `each` as they
/// are known (on the caller's thread). Progress in stored bytes. Absent foreign layers are Missing
/// with a note. Errors: Cancelled, Io.
Result<std::vector<Check>> verifyImage(const ImageArchive& archive, const Image& image,
                                       const Job& job,
                                       const std::function<void(const Check&)>& each = {});

} // namespace strata
