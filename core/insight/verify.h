// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/job.h"
#include "image/image_archive.h"

#include <functional>
#include <memory>
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
        Image, ///< that its parts fit together; only told when they do not
        Index, ///< an index that index.json leads to
        IndexSize,
        Manifest,
        ManifestSize,
        Config,
        ConfigSize,
        LayerBlob, ///< the digest of the layer as it is stored
        LayerSize,
        DiffId, ///< the digest of its tar; artifacts have none
    } what = What::Config;
    std::optional<LayerNo> layer; ///< beyond the last for a diff ID without a layer
    CheckResult result = CheckResult::Nothing;
    std::string expected; ///< digest or size; empty if there was none
    std::string actual;   ///< empty if it could not be read
    std::string note;     ///< the error, when Damaged or Missing
};

/// "image", "index", "index-size", "manifest", "manifest-size", "config", "config-size",
/// "layer-blob", "layer-size", "diff-id".
std::string_view checkName(Check::What what);
/// "verified", "mismatch", "missing", "damaged", "nothing".
std::string_view checkResultName(CheckResult result);

/// Verifies images of one archive; what documents and layers they share is read once.
class ArchiveVerifier
{
public:
    explicit ArchiveVerifier(const ImageArchive& archive);
    ~ArchiveVerifier();
    ArchiveVerifier(const ArchiveVerifier&) = delete;
    ArchiveVerifier& operator=(const ArchiveVerifier&) = delete;

    /// Checks every digest, size and diff ID of one image against the bytes, calling `each` as they
    /// are known (on the caller's thread). Progress in stored bytes. Absent foreign layers are
    /// Missing with a note. Errors: Cancelled, Io.
    Result<std::vector<Check>> verify(const Image& image, const Job& job,
                                      const std::function<void(const Check&)>& each = {});

private:
    struct State;
    std::unique_ptr<State> m_state;
};

/// The same for a single image.
Result<std::vector<Check>> verifyImage(const ImageArchive& archive, const Image& image,
                                       const Job& job,
                                       const std::function<void(const Check&)>& each = {});

} // namespace strata
