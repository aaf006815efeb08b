// SPDX-License-Identifier: Apache-2.0
#include "base/limits.h"
#include "base/paced_progress.h"
#include "io/hasher.h"
#include "tree/metadata_p.h"
#include "tree/opened_image.h"

#include <algorithm>
#include <optional>
#include <span>

namespace strata {

namespace {

constexpr std::size_t blockSize = 128UL * 1024;
/// Fills the block unless the stream ends. Reads may be short.
Result<std::size_t> readBlock(ByteStream& stream, std::span<std::byte> block)
{
    std::size_t done = 0;
    while (done < block.size()) {
        const auto n = stream.read(block.subspan(done));
        if (!n || *n == 0) {
            return n ? Result<std::size_t>(done) : n;
        }
        done += *n;
    }
    return done;
}

} // namespace

/// Compares the contents that sizes and hashes could not tell apart. A friend of the tree: it
/// makes a second one that shares all but the versions.
class ContentResolver
{
public:
    ContentResolver(const OpenedImage& image, const Job& job, LayerNo from)
        : m_image(image)
        , m_job(job)
        , m_from(from)
        , m_tree(*image.tree)
        , m_versions(std::make_shared<MergedTree::Versions>(*m_tree.m_versions))
        , m_counts(std::make_shared<MergedTree::Counts>(*m_tree.m_counts))
        , m_blockA(blockSize)
        , m_blockB(blockSize)
    {
    }

    Result<std::shared_ptr<const MergedTree>> run()
    {
        const auto wanted = choose();
        m_progress.emplace(m_job, m_total);
        for (const std::size_t i : wanted) {
            if (m_job.cancelled()) {
                return cancelledError();
            }
            // A version that could not be decided has one of the same path right before it.
            const auto end = m_done + m_tree.entry((*m_versions)[i]).size;
            const auto same = sameContent((*m_versions)[i - 1], (*m_versions)[i]);
            m_done = end; // whatever little of it had to be read
            m_progress->reached(m_done);
            if (!same) {
                if (same.error().code == ErrorCode::Cancelled) {
                    return std::unexpected(same.error());
                }
                continue;
            }
            decide(i, *same);
        }
        return std::shared_ptr<const MergedTree>(
            new MergedTree(m_tree.m_arena, m_versions, m_counts));
    }

private:
    /// The versions to decide. All of them, but for files that together claim more than their tars
    /// hold and limits::comparedHoles: holes cost nothing to make, and could take for ever.
    std::vector<std::size_t> choose()
    {
        std::uint64_t left = limits::comparedHoles;
        for (LayerNo n = 0; n < m_tree.layerCount(); ++n) {
            left += m_tree.layer(n).tarSize();
        }
        std::vector<std::size_t> wanted;
        for (std::size_t i = 1; i < m_versions->size(); ++i) {
            const Version& version = (*m_versions)[i];
            if (!version.undecided || version.layer < m_from) {
                continue;
            }
            const auto size = m_tree.entry(version).size;
            const auto before = bytesBefore((*m_versions)[i - 1]) + bytesBefore(version);
            if (size <= left && before <= left - size) {
                left -= size + before;
                m_total += size;
                wanted.push_back(i);
            }
        }
        return wanted;
    }

    /// What has to be unpacked again to get to a content: in a compressed layer only files with
    /// holes have no hash.
    std::uint64_t bytesBefore(const Version& version) const
    {
        const auto ref = m_tree.content(version);
        if (!ref || m_image.image().layers[ref->layer].compression == Compression::None) {
            return 0;
        }
        const LayerEntry entry = m_tree.entry(*ref);
        return entry.hashed ? 0 : entry.headerOffset;
    }

    void decide(std::size_t i, bool same)
    {
        Version& version = (*m_versions)[i];
        version.undecided = false;
        ChangeCounts& counts = (*m_counts)[version.layer];
        --counts.undecided;
        if (!same) {
            return;
        }
        const bool unchanged = sameMetadataOf((*m_versions)[i - 1], version);
        version.change = unchanged ? Change::Unchanged : Change::Metadata;
        --counts.modified;
        ++(unchanged ? counts.unchanged : counts.metadata);
    }

    bool sameMetadataOf(const Version& a, const Version& b) const
    {
        const auto x = m_tree.content(a);
        const auto y = m_tree.content(b);
        return x && y &&
               sameMetadata(m_tree.layer(x->layer), m_tree.entry(*x), m_tree.layer(y->layer),
                            m_tree.entry(*y));
    }

    Result<bool> sameContent(const Version& old, const Version& now)
    {
        const LayerEntry a = m_tree.entry(old);
        const LayerEntry b = m_tree.entry(now);
        // The side with a hash may lie in a compressed layer: not worth unpacking again.
        if (a.hashed || b.hashed) {
            const auto hash = hashOf(a.hashed ? now : old);
            if (!hash) {
                return std::unexpected(hash.error());
            }
            return *hash == (a.hashed ? a : b).contentHash;
        }
        auto streamA = m_image.open(old, {m_job.stop, {}});
        if (!streamA) {
            return std::unexpected(streamA.error());
        }
        auto streamB = m_image.open(now, {m_job.stop, {}});
        if (!streamB) {
            return std::unexpected(streamB.error());
        }
        for (;;) {
            const auto n = readBlock(**streamA, m_blockA);
            if (!n) {
                return std::unexpected(n.error());
            }
            const auto m = readBlock(**streamB, m_blockB);
            if (!m) {
                return std::unexpected(m.error());
            }
            if (*n != *m ||
                !std::equal(m_blockA.begin(), m_blockA.begin() + static_cast<std::ptrdiff_t>(*n),
                            m_blockB.begin())) {
                return false;
            }
            if (*n == 0) {
                return true;
            }
            if (auto going = advance(*n); !going) {
                return std::unexpected(going.error());
            }
        }
    }

    Result<std::uint64_t> hashOf(const Version& version)
    {
        auto stream = m_image.open(version, {m_job.stop, {}});
        if (!stream) {
            return std::unexpected(stream.error());
        }
        ContentHasher hasher;
        for (;;) {
            const auto n = (*stream)->read(m_blockA);
            if (!n) {
                return std::unexpected(n.error());
            }
            if (*n == 0) {
                return hasher.value();
            }
            hasher.add(std::span(m_blockA).first(*n));
            if (auto going = advance(*n); !going) {
                return std::unexpected(going.error());
            }
        }
    }

    Status advance(std::size_t bytes)
    {
        m_done += bytes;
        if (m_progress) {
            m_progress->reached(std::min(m_done, m_total));
        }
        return m_job.cancelled() ? Status(cancelledError()) : Status();
    }

    const OpenedImage& m_image;
    const Job& m_job;
    LayerNo m_from;
    const MergedTree& m_tree;
    std::shared_ptr<MergedTree::Versions> m_versions;
    std::shared_ptr<MergedTree::Counts> m_counts;
    std::vector<std::byte> m_blockA;
    std::vector<std::byte> m_blockB;
    std::uint64_t m_done = 0;
    std::uint64_t m_total = 0;
    std::optional<PacedProgress> m_progress;
};

Result<std::shared_ptr<const OpenedImage>> resolveContents(const OpenedImage& image, const Job& job,
                                                           LayerNo from)
{
    auto tree = ContentResolver(image, job, from).run();
    if (!tree) {
        return std::unexpected(tree.error());
    }
    auto resolved = std::make_shared<OpenedImage>(image);
    resolved->tree = std::move(*tree);
    return resolved;
}

} // namespace strata
