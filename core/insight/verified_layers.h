// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cache/index_cache.h"
#include "image/image_archive.h"
#include "insight/verify.h"

#include <memory>
#include <vector>

namespace strata {

/// Tells the index cache what checking an image's digests finds: the digest that the bytes of a
/// layer were seen to have, by which it is known in every archive from then on; and that a layer is
/// not what it is called, so that nothing is kept of it.
class VerifiedLayers
{
public:
    /// To be made before the digests are computed: what has been written to since then is not
    /// heeded. Reads a few blocks of each layer. A `cache` of null is told nothing. Keeps the
    /// references.
    VerifiedLayers(std::shared_ptr<IndexCache> cache, const ImageArchive& archive,
                   const Image& image);

    /// What verifyImage gives, as it comes.
    void take(const Check& check);

private:
    std::shared_ptr<IndexCache> m_cache;
    const ImageArchive& m_archive;
    const Image& m_image;
    /// Of each layer, for each way in which it may have been indexed; without the source, for an
    /// image may have more layers than files can be open.
    std::vector<std::vector<LayerKey>> m_keys;
};

} // namespace strata
