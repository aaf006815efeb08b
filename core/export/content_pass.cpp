// SPDX-License-Identifier: Apache-2.0
#include "export/content_pass.h"

#include "layer/content_reader.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace strata {
namespace {

class ContentPass
{
public:
    ContentPass(const OpenedImage& image, const Job& job, const ContentVisitor& visitor)
        : m_image(image)
        , m_tree(*image.tree)
        , m_job(job)
        , m_visitor(visitor)
    {
    }

    Status run(std::span<const ExtractLeaf> files)
    {
        std::vector<ExtractLeaf> filled;
        for (const ExtractLeaf& leaf : files) {
            if (m_tree.entry(leaf.content).size > 0) {
                filled.push_back(leaf);
            } else if (auto status = visitEmpty(leaf); !status) {
                return status;
            }
        }
        if (filled.empty()) {
            return {};
        }
        const LayerNo layer = filled.front().content.layer;
        if (m_image.isContainers(layer)) {
            return visitEach(filled, [this](const EntryRef& content) {
                return m_image.open(content, Job{.stop = m_job.stop, .progress = {}});
            });
        }
        const auto stored = m_image.archive->openLayer(m_image.image(), layer);
        if (!stored) {
            return unreadable(filled, stored.error());
        }
        const Compression compression = m_image.image().layers[layer].compression;
        if (compression != Compression::None) {
            return visitCompressed(*stored, compression, filled);
        }
        return visitEach(filled, [&](const EntryRef& content) {
            return openContent(*stored, Compression::None, nullptr, m_tree.entry(content),
                               Job{.stop = m_job.stop, .progress = {}});
        });
    }

private:
    Status visitEmpty(const ExtractLeaf& leaf)
    {
        if (m_job.cancelled()) {
            return cancelledError();
        }
        return m_visitor.file(leaf, [](std::span<std::byte>) { return std::size_t{0}; });
    }

    Status unreadable(std::span<const ExtractLeaf> files, const Error& error)
    {
        if (endsAll(error)) {
            return std::unexpected(error);
        }
        m_visitor.unreadable(files, error);
        return {};
    }

    /// Where the way to one file does not lead through those before it.
    template <typename Open> Status visitEach(std::span<const ExtractLeaf> files, const Open& open)
    {
        for (const ExtractLeaf& leaf : files) {
            const auto stream = open(leaf.content);
            const Status status =
                stream ? m_visitor.file(
                             leaf, [&](std::span<std::byte> into) { return (*stream)->read(into); })
                       : unreadable(std::span(&leaf, 1), stream.error());
            if (!status) {
                return status;
            }
        }
        return {};
    }

    Status visitCompressed(const SharedSource& stored, Compression compression,
                           std::span<const ExtractLeaf> files)
    {
        const auto stream = decompress(stored, compression, m_job.stop);
        if (!stream) {
            return unreadable(files, stream.error());
        }
        TarReader reader(**stream, 0, m_job.stop);
        while (!files.empty()) {
            const auto member = reader.next();
            if (!member) {
                return unreadable(files, member.error());
            }
            const std::uint64_t offset = m_tree.entry(files.front().content).headerOffset;
            if (*member == nullptr || offset < (*member)->headerOffset) {
                const Error gone{
                    ErrorCode::Malformed, "the layer is not the one that was indexed", {}};
                return unreadable(files, gone);
            }
            if (offset == (*member)->headerOffset) {
                const auto status = m_visitor.file(
                    files.front(), [&](std::span<std::byte> into) { return reader.read(into); });
                if (!status) {
                    return status;
                }
                files = files.subspan(1);
            }
        }
        return {};
    }

    const OpenedImage& m_image;
    const MergedTree& m_tree;
    const Job& m_job;
    const ContentVisitor& m_visitor;
};

} // namespace

bool endsAll(const Error& error)
{
    return error.code == ErrorCode::Io || error.code == ErrorCode::Changed ||
           error.code == ErrorCode::Cancelled;
}

Status visitContents(const OpenedImage& image, std::span<const ExtractLeaf> files, const Job& job,
                     const ContentVisitor& visitor)
{
    return ContentPass(image, job, visitor).run(files);
}

} // namespace strata
