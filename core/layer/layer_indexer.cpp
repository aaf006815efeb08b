// SPDX-License-Identifier: Apache-2.0
#include "layer/layer_indexer.h"

#include "base/byte_path.h"
#include "base/limits.h"
#include "base/paced_progress.h"
#include "io/byte_stream.h"
#include "io/hasher.h"
#include "layer/layer_index_builder.h"

#include <algorithm>
#include <utility>

namespace strata {

namespace {

/// Counts what passes.
class WatchedStream final : public ByteStream
{
public:
    WatchedStream(std::unique_ptr<ByteStream> inner, const Job& job, std::uint64_t sourceSize)
        : m_inner(std::move(inner))
        , m_progress(job, sourceSize)
        , m_sourceSize(sourceSize)
    {
    }

    Result<std::size_t> read(std::span<std::byte> into) override
    {
        auto n = m_inner->read(into);
        if (n) {
            m_position += *n;
            m_progress.reached(std::min(m_inner->sourcePosition(), m_sourceSize));
        }
        return n;
    }

    Result<std::uint64_t> skip(std::uint64_t count) override
    {
        if (m_plain) {
            auto n = m_inner->skip(count);
            if (n) {
                m_position += *n;
            }
            return n;
        }
        return ByteStream::skip(count); // through read(), which reports
    }

    std::uint64_t sourcePosition() const override { return m_inner->sourcePosition(); }
    std::uint64_t position() const { return m_position; }
    void setPlain() { m_plain = true; }
    void reportEnd() { m_progress.reached(m_sourceSize); }

private:
    std::unique_ptr<ByteStream> m_inner;
    PacedProgress m_progress;
    std::uint64_t m_sourceSize;
    std::uint64_t m_position = 0;
    bool m_plain = false;
};

class Indexing
{
public:
    Indexing(WatchedStream& stream, bool hashContents, LayerRoot root, const Job& job)
        : m_stream(stream)
        , m_job(job)
        , m_hashContents(hashContents)
        , m_builder(root)
    {
    }

    /// Errors: only those that stop everything; damage becomes a warning.
    Status run()
    {
        TarReader reader(m_stream, 0, m_job.stop);
        for (;;) {
            const auto member = reader.next();
            if (!member) {
                return damaged(member.error());
            }
            if (*member == nullptr) {
                return {};
            }
            if (m_builder.memberCount() >= limits::layerEntries) {
                m_builder.warn(WarningCode::LimitReached, "the layer has more than " +
                                                              std::to_string(limits::layerEntries) +
                                                              " entries; the rest is not shown");
                m_damaged = true;
                return {};
            }
            if ((*member)->otherNames) {
                m_builder.warn(WarningCode::Malformed,
                               "the PAX headers of " + quoteForDisplay((*member)->path) +
                                   " and its GNU headers name different paths; PAX's are shown, "
                                   "container engines take the others");
            }
            const EntryId entry = m_builder.add(**member);
            if (m_hashContents && entry && (*member)->type == FileType::File) {
                if (auto hashed = hashContent(reader, **member, entry); !hashed) {
                    return damaged(hashed.error());
                }
            }
        }
    }

    /// The rest of a compressed stream behind the tar's end, so that its whole size is known.
    Status drain()
    {
        std::vector<std::byte> buffer(128UL * 1024);
        while (!m_damaged) {
            const auto n = m_stream.read(buffer);
            if (!n) {
                return damaged(n.error());
            }
            if (*n == 0) {
                break;
            }
        }
        return {};
    }

    std::shared_ptr<const LayerIndex> finish(std::uint64_t tarSize)
    {
        return m_builder.finish(tarSize, m_damaged);
    }

private:
    Status damaged(const Error& error)
    {
        // Data that want more memory than may be had come with good data before them, as damage
        // does.
        if (!isDamage(error) && error.code != ErrorCode::LimitExceeded) {
            return std::unexpected(error);
        }
        m_damaged = true;
        m_builder.warn(WarningCode::LayerDamaged, "the layer cannot be read to its end (" +
                                                      error.what + "); what came before is shown");
        return {};
    }

    /// Holes cost nothing to claim and may be exabytes long: what has any is not hashed, whether a
    /// map announces it or reading comes upon it.
    Status hashContent(TarReader& reader, const TarMember& member, EntryId entry)
    {
        m_hasher.reset();
        while (!member.sparse) {
            const auto bytes = reader.readInPlace();
            if (!bytes) {
                return std::unexpected(bytes.error());
            }
            if (bytes->empty()) {
                m_builder.setContentHash(entry, m_hasher.value());
                return {};
            }
            m_hasher.add(*bytes);
        }
        return {};
    }

    WatchedStream& m_stream;
    const Job& m_job;
    bool m_hashContents;
    LayerIndexBuilder m_builder;
    ContentHasher m_hasher;
    bool m_damaged = false;
};

} // namespace

Result<IndexedLayer> indexLayer(SharedSource stored, Compression compression, const Job& job,
                                LayerRoot root)
{
    const auto storedSize = stored->size();
    SeekIndexBuilder places;
    auto inner = decompressRecording(std::move(stored), compression, places, job.stop);
    if (!inner) {
        return std::unexpected(inner.error());
    }
    const bool plain = compression == Compression::None;
    WatchedStream stream(std::move(*inner), job, storedSize);
    if (plain) {
        stream.setPlain();
    }
    Indexing indexing(stream, !plain, root, job);
    if (auto read = indexing.run(); !read) {
        return std::unexpected(read.error());
    }
    if (!plain) {
        if (auto drained = indexing.drain(); !drained) {
            return std::unexpected(drained.error());
        }
    }
    stream.reportEnd();
    return IndexedLayer{indexing.finish(plain ? storedSize : stream.position()),
                        places.finish(compression)};
}

std::shared_ptr<const LayerIndex> absentLayer(WarningCode code, std::string warning)
{
    LayerIndexBuilder builder;
    builder.warn(code, std::move(warning));
    return builder.finish(0, false);
}

} // namespace strata
