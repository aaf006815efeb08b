// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/image_archive.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace strata::cli {

/// How many bytes layers hold once decompressed, counted by decompressing them: every stored blob
/// once, however many images share it, several at a time. Uncompressed ones are not read.
class UncompressedSizes
{
public:
    /// Counts for `images` of `archive`, which must outlive this. What artifacts hold is taken as
    /// it is stored: its compression is part of the content.
    UncompressedSizes(const ImageArchive& archive, const std::vector<std::size_t>& images);

    /// Sum over the layers that are there.
    std::uint64_t of(const Image& image) const;
    /// A sentence for each layer that could not be read to its end.
    std::vector<std::string> problems(const Image& image) const;

private:
    struct Count
    {
        std::uint64_t bytes = 0;
        std::string problem;
    };
    static Count count(const ImageArchive& archive, const LayerDescriptor& layer);
    const Count* find(const Image& image, const LayerDescriptor& layer) const;

    const ImageArchive& m_archive;
    std::map<std::string, Count> m_counts; ///< by FileSet::identity
};

} // namespace strata::cli
