// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bytes.h"
#include "tar_builder.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace strata::test {

/// One layer of an ImageBuilder.
struct BuiltLayer
{
    Bytes tar; ///< uncompressed
    Compression compression = Compression::None;
    std::string mediaType; ///< empty = the OCI type that fits
    bool foreign = false;
    std::string diffId; ///< "sha256:…" of `tar`
    Bytes stored;       ///< compressed
    std::string digest; ///< of `stored`
};

/// One image in no particular archive form: layers, config, names. Every call gives the builder
/// itself back. Digests are always right here; what shall be wrong is made so by ArchiveBuilder or
/// an override.
class ImageBuilder
{
public:
    /// Adds a layer and its history item; without `createdBy` a history item with an empty one.
    ImageBuilder& layer(Bytes tar, std::string createdBy = {},
                        Compression compression = Compression::None);
    ImageBuilder& layer(const TarBuilder& tar, std::string createdBy = {},
                        Compression compression = Compression::None);
    /// A layer given by its stored bytes: what they decompress to is `tar`.
    ImageBuilder& storedLayer(Bytes stored, Bytes tar, Compression compression,
                              std::string createdBy = {});
    /// A nondistributable layer: declared, and absent from the archive.
    ImageBuilder& foreignLayer(Bytes tar, std::string createdBy = {});
    ImageBuilder& mediaTypeOfLastLayer(std::string mediaType);
    /// A history item with `empty_layer`.
    ImageBuilder& step(std::string createdBy, std::string comment = {});
    /// The comment of the last history item.
    ImageBuilder& comment(std::string text);
    ImageBuilder& noHistory();
    ImageBuilder& platform(std::string os, std::string architecture, std::string variant = {});
    ImageBuilder& name(std::string reference);
    ImageBuilder& annotation(std::string key, std::string value);
    /// A JSON object for the config's "config" member: Env, Cmd and so on.
    ImageBuilder& runtime(std::string json);
    /// The whole config's text, whatever layers there are.
    ImageBuilder& configOverride(std::string json);
    /// The whole manifest's text (forms with OCI manifests).
    ImageBuilder& manifestOverride(std::string json);
    /// Manifest fields of an artifact or attestation.
    ImageBuilder& artifactType(std::string type);
    ImageBuilder& configMediaType(std::string type);
    /// Docker media types in the manifest instead of OCI's.
    ImageBuilder& dockerTypes();

    const std::vector<BuiltLayer>& layers() const { return m_layers; }
    const std::vector<std::string>& names() const { return m_names; }
    const std::string& os() const { return m_os; }
    const std::string& architecture() const { return m_architecture; }
    const std::string& variant() const { return m_variant; }
    const std::vector<std::pair<std::string, std::string>>& annotations() const
    {
        return m_annotations;
    }

    std::string config() const;       ///< JSON text
    std::string configDigest() const; ///< "sha256:…", the image id
    std::string manifest() const;     ///< JSON text of an OCI (or Docker schema 2) manifest
    std::string manifestDigest() const;
    std::string manifestMediaType() const;
    std::string diffId(std::size_t layer) const { return m_layers.at(layer).diffId; }
    std::string layerDigest(std::size_t layer) const { return m_layers.at(layer).digest; }

private:
    struct History
    {
        std::string createdBy;
        std::string comment;
        bool emptyLayer = false;
    };

    std::vector<BuiltLayer> m_layers;
    std::vector<History> m_history;
    std::vector<std::string> m_names;
    std::vector<std::pair<std::string, std::string>> m_annotations;
    std::string m_os = "linux";
    std::string m_architecture = "amd64";
    std::string m_variant;
    std::string m_runtime;
    std::string m_artifactType;
    std::string m_configMediaType;
    std::optional<std::string> m_config;
    std::optional<std::string> m_manifest;
    bool m_withHistory = true;
    bool m_dockerTypes = false;
};

} // namespace strata::test
