// SPDX-License-Identifier: Apache-2.0
#include "insight/verified_layers.h"

#include "tree/layer_loading.h"

#include <utility>

namespace strata {

VerifiedLayers::VerifiedLayers(std::shared_ptr<IndexCache> cache, const ImageArchive& archive,
                               const Image& image)
    : m_cache(std::move(cache))
    , m_archive(archive)
    , m_image(image)
    , m_keys(m_cache ? image.layers.size() : 0)
{
    std::vector<LayerRoot> roots = {layerRoot(image)};
    if (roots.front() == LayerRoot::Unknown) {
        roots.push_back(LayerRoot::WindowsFiles); // what it may turn out to be
    }
    for (LayerNo n = 0; n < m_keys.size(); ++n) {
        const auto stored = archive.openLayer(image, n);
        for (const LayerRoot root : roots) {
            if (!stored) {
                continue;
            }
            if (auto key = m_cache->keyOf(*stored, image.layers[n].compression, root)) {
                key->stored.reset();
                m_keys[n].push_back(std::move(*key));
            }
        }
    }
}

void VerifiedLayers::take(const Check& check)
{
    const bool ofBytes = check.what == Check::What::LayerBlob || check.what == Check::What::DiffId;
    if (!ofBytes || !check.layer || *check.layer >= m_keys.size()) {
        return;
    }
    const auto stored = m_archive.openLayer(m_image, *check.layer);
    if (!stored) {
        return;
    }
    const auto& digest = m_image.layers[*check.layer].digest;
    for (LayerKey& key : m_keys[*check.layer]) {
        key.stored = *stored;
        if (check.result == CheckResult::Mismatch || check.result == CheckResult::Damaged) {
            m_cache->forget(key);
        } else if (check.result == CheckResult::Verified && check.what == Check::What::LayerBlob &&
                   digest) {
            m_cache->verified(key, *digest);
        }
        key.stored.reset();
    }
}

} // namespace strata
