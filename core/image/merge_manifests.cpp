// SPDX-License-Identifier: Apache-2.0
#include "base/byte_path.h"
#include "base/limits.h"
#include "image/readers_p.h"
#include "image/reference_p.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace strata::readers {

namespace {

/// Whether it is a tag alone, as ref.name may be.
bool isBareTag(std::string_view name)
{
    return name.find_first_of("/:@") == std::string_view::npos;
}

/// The tag that a reference ends with; empty if it has none.
std::string_view tagOf(std::string_view name)
{
    if (isBareTag(name)) {
        return name;
    }
    const auto colon = name.rfind(':');
    const bool none = colon == std::string_view::npos ||
                      name.find_first_of("/@", colon) != std::string_view::npos ||
                      name.find('@') != std::string_view::npos;
    return none ? std::string_view() : name.substr(colon + 1);
}

/// The images of one list that end with a tag, as far as it takes to see whether there is one only.
struct Tagged
{
    std::vector<std::size_t> images;
    bool bare = false; ///< one of them is called by the tag alone
};

using TaggedImages = std::map<std::string_view, Tagged>;

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

    Result<std::vector<Image>> run(const Job& job)
    {
        pairById();
        pairByName();
        pairByTag();
        pairTheOnlyOnesLeft();
        const bool indexEmpty = m_oci.empty();
        bool tooMany = false;
        for (std::size_t i = 0; i < m_docker.size(); ++i) {
            if (job.cancelled()) {
                return cancelledError();
            }
            Image& image = m_docker[i];
            if (m_partner[i] != nobody) {
                join(m_oci[m_partner[i]], std::move(image));
                continue;
            }
            if (m_oci.size() >= limits::images) {
                tooMany = true;
                continue; // one with a partner adds none
            }
            warn(indexEmpty ? std::string("index.json lists no image; manifest.json is used")
                            : "index.json does not list " + quoteForDisplay(image.displayName()) +
                                  "; taken from manifest.json");
            m_oci.push_back(std::move(image));
        }
        if (tooMany) {
            m_warnings.add(WarningCode::LimitReached,
                           "index.json and manifest.json together list more than " +
                               std::to_string(limits::images) + " images; the rest is not shown");
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
            if (const auto& id = m_oci[i].id) {
                byId.try_emplace(*id, i);
            }
        }
        for (std::size_t i = 0; i < m_docker.size(); ++i) {
            if (const auto& id = m_docker[i].id) {
                if (const auto it = byId.find(*id); it != byId.end()) {
                    pair(i, it->second);
                }
            }
        }
    }

    static bool samePlatform(const Image& a, const Image& b)
    {
        return a.platform.os.empty() || b.platform.os.empty() ||
               (a.platform.os == b.platform.os &&
                a.platform.architecture == b.platform.architecture);
    }

    /// Whether an entry of index.json whose config is not known may be an image of manifest.json.
    bool isOpen(std::size_t oci) const
    {
        return !m_taken[oci] && !m_oci[oci].id && m_oci[oci].kind == ImageKind::Image;
    }

    bool mayBe(std::size_t oci, const Image& docker) const
    {
        return isOpen(oci) && samePlatform(m_oci[oci], docker);
    }

    /// Entries that share a name are told apart by their platform, and taken in their order.
    void pairByName()
    {
        using Platforms = std::map<std::pair<std::string_view, std::string_view>, Queue>;
        struct Named
        {
            Queue all;
            Platforms platforms; ///< an entry without a system may be of any: under {}
        };
        std::unordered_map<std::string_view, Named> byName;
        const auto keyOf = [](const Image& image) {
            return image.platform.os.empty() ? std::pair<std::string_view, std::string_view>()
                                             : std::pair<std::string_view, std::string_view>(
                                                   image.platform.os, image.platform.architecture);
        };
        for (std::size_t k = 0; k < m_oci.size(); ++k) {
            if (isOpen(k)) {
                for (const auto& name : m_oci[k].names) {
                    Named& named = byName[familiarName(name)];
                    named.all.entries.push_back(k);
                    named.platforms[keyOf(m_oci[k])].entries.push_back(k);
                }
            }
        }
        for (std::size_t i = 0; i < m_docker.size(); ++i) {
            if (m_partner[i] != nobody) {
                continue;
            }
            const auto key = keyOf(m_docker[i]);
            std::size_t best = m_oci.size();
            for (const auto& name : m_docker[i].names) {
                const auto found = byName.find(familiarName(name));
                if (found == byName.end()) {
                    continue;
                }
                Named& named = found->second;
                best = key.first.empty() ? std::min(best, firstLeft(named.all))
                                         : std::min({best, firstLeft(named.platforms[key]),
                                                     firstLeft(named.platforms[{}])});
            }
            if (best < m_oci.size()) {
                pair(i, best);
            }
        }
    }

    /// Places in m_oci, each of them passed once.
    struct Queue
    {
        std::vector<std::size_t> entries;
        std::size_t next = 0;
    };

    std::size_t firstLeft(Queue& queue) const
    {
        while (queue.next < queue.entries.size() && m_taken[queue.entries[queue.next]]) {
            ++queue.next;
        }
        return queue.next < queue.entries.size() ? queue.entries[queue.next] : m_oci.size();
    }

    static TaggedImages tagged(const std::vector<Image>& images)
    {
        TaggedImages out;
        for (std::size_t i = 0; i < images.size(); ++i) {
            for (const auto& name : images[i].names) {
                const auto tag = tagOf(name);
                if (tag.empty() || images[i].kind != ImageKind::Image) {
                    continue;
                }
                Tagged& entry = out[tag];
                entry.bare = entry.bare || isBareTag(name);
                if (entry.images.empty() || entry.images.back() != i) {
                    entry.images.push_back(i);
                }
            }
        }
        return out;
    }

    /// A tag alone ("latest") is a name only where nothing else has it.
    void pairByTag()
    {
        const auto oci = tagged(m_oci);
        for (const auto& [tag, ours] : tagged(m_docker)) {
            const auto theirs = oci.find(tag);
            if (theirs == oci.end() || ours.images.size() != 1 ||
                !(ours.bare || theirs->second.bare) || m_partner[ours.images[0]] != nobody) {
                continue;
            }
            const Image& docker = m_docker[ours.images[0]];
            std::size_t found = nobody;
            std::size_t count = 0;
            for (const auto k : theirs->second.images) {
                if (samePlatform(m_oci[k], docker)) {
                    found = k;
                    ++count;
                }
            }
            if (count == 1 && isOpen(found)) {
                pair(ours.images[0], found);
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
        // Two that have names would have been paired if they had the same.
        if (found != nobody && (m_docker[left].names.empty() || m_oci[found].names.empty())) {
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
        std::unordered_set<std::string_view> tags;
        for (const auto* list : {&docker.names, &std::as_const(into.names)}) {
            for (const std::string& name : *list) {
                if (!isBareTag(name)) {
                    tags.insert(tagOf(name));
                }
            }
        }
        std::unordered_set<std::string_view> known;
        std::vector<std::string> names;
        for (const auto* list : {&docker.names, &std::as_const(into.names)}) {
            for (const std::string& name : *list) {
                if ((!isBareTag(name) || !tags.contains(name)) &&
                    known.insert(familiarName(name)).second) {
                    names.push_back(name);
                }
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

Result<std::vector<Image>> mergeManifests(const FileSet& files, std::vector<Image> oci,
                                          std::vector<Image> docker, WarningList& warnings,
                                          const Job& job)
{
    return ManifestMerge(files, std::move(oci), std::move(docker), warnings).run(job);
}

} // namespace strata::readers
