// SPDX-License-Identifier: Apache-2.0
#include "base/byte_path.h"
#include "image/readers_p.h"

#include <algorithm>
#include <map>

namespace strata::readers {

namespace {

/// Whether one of two references says all that the other says: "docker.io/library/a:1" and "a:1",
/// or "a:1" and "1", as ref.name may be the tag alone.
bool sameName(std::string_view a, std::string_view b)
{
    const auto endsWith = [](std::string_view whole, std::string_view end) {
        return whole.size() > end.size() && whole.ends_with(end) &&
               (whole[whole.size() - end.size() - 1] == '/' ||
                whole[whole.size() - end.size() - 1] == ':');
    };
    return a == b || endsWith(a, b) || endsWith(b, a);
}

class ManifestMerge
{
public:
    ManifestMerge(const FileSet& files, std::vector<Image> oci, std::vector<Image> docker,
                  WarningList& warnings)
        : m_files(files)
        , m_oci(std::move(oci))
        , m_docker(std::move(docker))
        , m_warnings(warnings)
        , m_partner(m_docker.size(), nobody)
        , m_taken(m_oci.size(), false)
    {
    }

    std::vector<Image> run()
    {
        pairById();
        pairByName();
        pairTheOnlyOnesLeft();
        const bool indexEmpty = m_oci.empty();
        for (std::size_t i = 0; i < m_docker.size(); ++i) {
            Image& image = m_docker[i];
            if (m_partner[i] != nobody) {
                join(m_oci[m_partner[i]], std::move(image));
                continue;
            }
            warn(indexEmpty ? std::string("index.json lists no image; manifest.json is used")
                            : "index.json does not list " + quoteForDisplay(image.displayName()) +
                                  "; taken from manifest.json");
            m_oci.push_back(std::move(image));
        }
        return std::move(m_oci);
    }

private:
    static constexpr std::size_t nobody = static_cast<std::size_t>(-1);

    void pair(std::size_t docker, std::size_t oci)
    {
        m_partner[docker] = oci;
        m_taken[oci] = true;
    }

    void pairById()
    {
        std::map<Digest, std::size_t> byId;
        for (std::size_t i = 0; i < m_oci.size(); ++i) {
            if (m_oci[i].id) {
                byId.try_emplace(*m_oci[i].id, i);
            }
        }
        for (std::size_t i = 0; i < m_docker.size(); ++i) {
            if (const auto it = m_docker[i].id ? byId.find(*m_docker[i].id) : byId.end();
                it != byId.end()) {
                pair(i, it->second);
            }
        }
    }

    /// Whether an entry of index.json whose config is not known may be the image of manifest.json.
    bool mayBe(std::size_t oci, const Image& docker) const
    {
        const Image& entry = m_oci[oci];
        const bool otherPlatform = !entry.platform.os.empty() && !docker.platform.os.empty() &&
                                   (entry.platform.os != docker.platform.os ||
                                    entry.platform.architecture != docker.platform.architecture);
        return !m_taken[oci] && !entry.id && entry.kind == ImageKind::Image && !otherPlatform;
    }

    void pairByName()
    {
        for (std::size_t i = 0; i < m_docker.size(); ++i) {
            if (m_partner[i] != nobody) {
                continue;
            }
            const auto named = [&](const Image& entry) {
                return std::ranges::any_of(entry.names, [&](const std::string& name) {
                    return std::ranges::any_of(m_docker[i].names, [&](const std::string& other) {
                        return sameName(name, other);
                    });
                });
            };
            for (std::size_t k = 0; k < m_oci.size(); ++k) {
                if (mayBe(k, m_docker[i]) && named(m_oci[k])) {
                    pair(i, k);
                    break;
                }
            }
        }
    }

    void pairTheOnlyOnesLeft()
    {
        if (std::ranges::count(m_partner, nobody) != 1) {
            return;
        }
        const auto left =
            static_cast<std::size_t>(std::ranges::find(m_partner, nobody) - m_partner.begin());
        std::size_t found = nobody;
        for (std::size_t k = 0; k < m_oci.size(); ++k) {
            if (mayBe(k, m_docker[left])) {
                if (found != nobody) {
                    return;
                }
                found = k;
            }
        }
        if (found != nobody) {
            pair(left, found);
        }
    }

    void join(Image& oci, Image docker)
    {
        const auto called = quoteForDisplay(docker.displayName());
        mergeNames(oci, docker);
        const bool betterThere =
            docker.available && (!oci.available || oci.layers.size() != docker.layers.size());
        if (betterThere || (oci.error && !docker.error)) {
            warn(oci.error ? "index.json's entry for " + called + " cannot be used (" +
                                 oci.error->what + "); manifest.json's is"
                           : "index.json and manifest.json disagree on the layers of " + called +
                                 "; manifest.json's are used, they are complete");
            docker.names = std::move(oci.names);
            docker.manifestDigest = std::move(oci.manifestDigest);
            docker.manifestFile = std::move(oci.manifestFile);
            docker.mediaType = std::move(oci.mediaType);
            docker.annotations = std::move(oci.annotations);
            oci = std::move(docker);
        } else if (!sameLayers(oci, docker)) {
            warn("index.json and manifest.json disagree on the layers of " + called +
                 "; index.json's are used");
        }
    }

    /// Whether both name the same files, as far as the archive holds them.
    bool sameLayers(const Image& a, const Image& b) const
    {
        return std::ranges::equal(a.layers, b.layers,
                                  [this](const LayerDescriptor& x, const LayerDescriptor& y) {
                                      return x.file.empty() || y.file.empty() ||
                                             m_files.identity(x.file) == m_files.identity(y.file);
                                  });
    }

    /// The short names of manifest.json first, then those they do not already say.
    static void mergeNames(Image& into, const Image& docker)
    {
        auto names = docker.names;
        for (auto& name : into.names) {
            if (std::ranges::none_of(
                    names, [&](const std::string& known) { return sameName(name, known); })) {
                names.push_back(std::move(name));
            }
        }
        into.names = std::move(names);
    }

    void warn(std::string text) { m_warnings.add(WarningCode::ManifestsDisagree, std::move(text)); }

    const FileSet& m_files;
    std::vector<Image> m_oci;
    std::vector<Image> m_docker;
    WarningList& m_warnings;
    std::vector<std::size_t> m_partner; ///< of each docker image: its place in m_oci
    std::vector<bool> m_taken;          ///< of each OCI image
};

} // namespace

std::vector<Image> mergeManifests(const FileSet& files, std::vector<Image> oci,
                                  std::vector<Image> docker, WarningList& warnings)
{
    return ManifestMerge(files, std::move(oci), std::move(docker), warnings).run();
}

} // namespace strata::readers
