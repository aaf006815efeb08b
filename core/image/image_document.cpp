// SPDX-License-Identifier: Apache-2.0
#include "image/image_document.h"

#include "base/limits.h"
#include "image/document_chain.h"
#include "image/json_p.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace strata {

namespace {

using Kind = ImageDocument::Kind;

constexpr std::size_t indent = 2;

void add(std::vector<ImageDocument>& out, const ImageArchive& archive, ImageDocument document)
{
    if (const auto size = archive.files().sizeOf(document.file)) {
        document.size = *size;
    } else {
        document.file.clear();
    }
    out.push_back(std::move(document));
}

/// A list that stands at a name of its own, if the archive has one.
void addList(std::vector<ImageDocument>& out, const ImageArchive& archive, Kind kind,
             const char* file)
{
    if (archive.files().contains(file)) {
        add(out, archive, {kind, file, {}, {}, 0});
    }
}

Kind kindOf(const DocumentReference& reference)
{
    switch (reference.kind) {
    case DocumentReference::Kind::Index:
        return Kind::Index;
    case DocumentReference::Kind::Manifest:
        return Kind::Manifest;
    case DocumentReference::Kind::Config:
        break;
    }
    return Kind::Config;
}

/// Bytes of JSON text when each value stands on a line of its own: a few nested brackets around a
/// long list make hundreds of times what they take in the archive.
std::uint64_t laidOutSize(std::string_view text)
{
    std::uint64_t size = text.size();
    std::uint64_t depth = 0;
    bool inString = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (inString) {
            i += c == '\\' ? 1 : 0;
            inString = c != '"';
        } else if (c == '"') {
            inString = true;
        } else if (c == '[' || c == '{') {
            size += 1 + indent * ++depth;
        } else if (c == ',') {
            size += 1 + indent * depth;
        } else if (c == ']' || c == '}') {
            size += 1 + indent * --depth;
        }
    }
    return size;
}

} // namespace

std::vector<ImageDocument> imageDocuments(const ImageArchive& archive, const Image& image)
{
    std::vector<ImageDocument> out;
    if (archive.format() == ArchiveFormat::Rootfs) {
        return out;
    }
    addList(out, archive, Kind::Index, "index.json");
    const auto chain = DocumentChains(archive).of(image);
    const bool inChain = std::ranges::contains(chain, "manifest.json", &DocumentReference::file);
    if (!inChain) { // where it is, it is a manifest
        addList(out, archive,
                archive.format() == ArchiveFormat::SkopeoDir ? Kind::Index : Kind::DockerList,
                "manifest.json");
    }
    for (const auto& reference : chain) {
        const auto kind = kindOf(reference);
        add(out, archive,
            {kind, reference.file, reference.digest,
             kind == Kind::Manifest ? image.mediaType : std::string(), 0});
    }
    if (image.kind != ImageKind::Image) {
        for (const auto& blob : image.layers) {
            add(out, archive, {Kind::Blob, blob.file, blob.digest, blob.mediaType, 0});
        }
    }
    return out;
}

Result<DocumentText> readLaidOut(const ImageArchive& archive, const ImageDocument& document)
{
    auto text = archive.readDocument(document.file);
    if (!text) {
        return std::unexpected(std::move(text.error()));
    }
    // With its bounds on depth, and without the order of members.
    if (const auto parsed = json::parse(*text); !parsed) {
        if (parsed.error().code == ErrorCode::LimitExceeded) {
            return std::unexpected(parsed.error());
        }
        return DocumentText{std::move(*text), false};
    }
    if (laidOutSize(*text) > limits::laidOutBytes) {
        return DocumentText{std::move(*text), true};
    }
    const auto ordered = nlohmann::ordered_json::parse(*text, nullptr, false);
    return DocumentText{ordered.dump(static_cast<int>(indent)) + "\n", true};
}

} // namespace strata
