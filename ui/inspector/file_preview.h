// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "inspector/paged_bytes.h"
#include "models/version_state.h"

#include <QImage>
#include <QString>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace strata::ui {

/// How the content is to be shown.
enum class PreviewAs { Automatic, Text, Hex };

struct TextPreview
{
    QString text; ///< lines ended by '\n'; controls that reorder or hide made visible
    QString note; ///< encoding and other things to know; empty if none
    std::uint64_t shownBytes = 0;
    bool allLines = true; ///< false: cut after PreviewLimits::lines
};

struct PicturePreview
{
    QImage image; ///< scaled down if the picture is very large
    QSize size;   ///< of the picture itself
    QString format;
};

struct HexPreview
{
    SharedBytes front; ///< the first PreviewLimits::hexFront bytes
};

struct FilePreview
{
    std::variant<HexPreview, TextPreview, PicturePreview> content;
    std::uint64_t totalBytes = 0;
    QString mimeName;
    QString note; ///< why it is not shown as what it claims to be; empty if none
};

struct PreviewLimits
{
    static constexpr std::uint64_t text = 1ULL << 20; ///< before "Show all"
    static constexpr std::uint64_t allText = 16ULL << 20;
    static constexpr std::uint64_t picture = 32ULL << 20;
    static constexpr std::uint64_t hexFront = 1ULL << 20; ///< the rest is read when looked at
    static constexpr std::size_t lines = 300'000; ///< each costs the view far more than its bytes
    static constexpr int lineLength = 4000; ///< longer lines are broken, for the text layout's sake
};

struct PreviewRequest
{
    InspectedVersion version; ///< of a regular file
    PreviewAs as = PreviewAs::Automatic;
    bool all = false; ///< text beyond PreviewLimits::text
};

/// Reads and decodes on the caller's thread. Nothing that the content names is opened or run.
/// Errors: those of OpenedImage::open, Cancelled.
Result<FilePreview> loadPreview(const PreviewRequest& request, const Job& job);

/// Up to `limit` bytes from the front, asking `job` between blocks.
Result<std::vector<std::byte>> readFront(ByteStream& stream, std::uint64_t limit, const Job& job);

/// Text of `bytes`: UTF-8, UTF-16 by its mark, else Latin-1; `note` says so. Controls become
/// visible. With `cut` an incomplete last character is dropped.
QString decodeText(std::string_view bytes, bool cut, QString* note);

/// The picture in `bytes`, with a bound on the pixels decoded; null with a reason in `why`.
PicturePreview decodePicture(std::string_view bytes, const QString& mimeName, QString* why);

} // namespace strata::ui
