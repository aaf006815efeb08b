// SPDX-License-Identifier: Apache-2.0
#include "inspector/file_preview.h"

#include "base/byte_path.h"
#include "insight/text_diff.h"
#include "text/format.h"

#include <QCoreApplication>
#include <QMimeDatabase>
#include <QStringDecoder>

#include <algorithm>

namespace strata::ui {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("FilePreview", text);
}

std::string_view asText(const std::vector<std::byte>& bytes)
{
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// `bytes` without a last UTF-8 character that the cut went through.
std::string_view withoutHalfCharacter(std::string_view bytes)
{
    for (std::size_t back = 1; back <= 3 && back <= bytes.size(); ++back) {
        const auto c = static_cast<unsigned char>(bytes[bytes.size() - back]);
        if (c >= 0xc0) {
            const std::size_t length = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;
            return length > back ? bytes.substr(0, bytes.size() - back) : bytes;
        }
        if (c < 0x80) {
            break;
        }
    }
    return bytes;
}

/// Controls that reorder the text around them: what a reader sees would not be what is there.
bool reorders(char16_t c)
{
    return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0x200e ||
           c == 0x200f || c == 0x061c;
}

/// Broken into lines that a text layout can take, controls as symbols.
QString readable(const QString& in, bool* controls, bool* broken)
{
    QString out;
    out.reserve(in.size());
    int column = 0;
    for (qsizetype i = 0; i < in.size(); ++i) {
        const auto c = in[i].unicode();
        if (c == u'\r' && i + 1 < in.size() && in[i + 1] == u'\n') {
            continue;
        }
        if (c == u'\n') {
            column = 0;
        } else if (++column > PreviewLimits::lineLength && !in[i].isLowSurrogate()) {
            out += u'\n';
            column = 1;
            *broken = true;
        }
        if (c == 0x2028 || c == 0x2029 || reorders(c)) {
            out += QStringLiteral("\\u%1").arg(c, 4, 16, QLatin1Char('0'));
            *controls = true;
        } else if (c < 0x20 && c != u'\n' && c != u'\t') {
            out += QChar(static_cast<char16_t>(0x2400 + c)); // Unicode's pictures of controls
            *controls = true;
        } else if (c == 0x7f) {
            out += QChar(0x2421);
            *controls = true;
        } else {
            out += in[i];
        }
    }
    return out;
}

bool hasUtf16Mark(std::string_view bytes)
{
    return bytes.starts_with("\xff\xfe") || bytes.starts_with("\xfe\xff");
}

} // namespace

Result<std::vector<std::byte>> readFront(ByteStream& stream, std::uint64_t limit, const Job& job)
{
    constexpr std::size_t block = 256U << 10U;
    std::vector<std::byte> out;
    while (out.size() < limit) {
        if (job.cancelled()) {
            return cancelledError();
        }
        const auto before = out.size();
        out.resize(before +
                   static_cast<std::size_t>(std::min<std::uint64_t>(block, limit - before)));
        const auto got = stream.read(std::span(out).subspan(before));
        if (!got) {
            return std::unexpected(got.error());
        }
        out.resize(before + *got);
        if (*got == 0) {
            break;
        }
    }
    return out;
}

QString decodeText(std::string_view bytes, bool cut, QString* note)
{
    QStringList notes;
    QString text;
    if (hasUtf16Mark(bytes)) {
        QStringDecoder decoder(QStringDecoder::Utf16);
        text = decoder(QByteArrayView(bytes.data(), static_cast<qsizetype>(bytes.size() & ~1U)));
        notes << tr("UTF-16");
    } else {
        const auto whole = cut ? withoutHalfCharacter(bytes) : bytes;
        if (isValidUtf8(whole)) {
            text = QString::fromUtf8(whole.data(), static_cast<qsizetype>(whole.size()));
        } else {
            text = QString::fromLatin1(bytes.data(), static_cast<qsizetype>(bytes.size()));
            notes << tr("not UTF-8, shown as Latin-1");
        }
    }
    bool controls = false;
    bool broken = false;
    text = readable(text, &controls, &broken);
    if (controls) {
        notes << tr("control characters shown as symbols");
    }
    if (broken) {
        notes << tr("lines broken at %1 characters").arg(PreviewLimits::lineLength);
    }
    *note = notes.join(QStringLiteral(" · "));
    return text;
}

Result<FilePreview> loadPreview(const PreviewRequest& request, const Job& job)
{
    const auto& version = request.version;
    FilePreview out;
    out.totalBytes = version.entry()->size;
    auto stream = version.open(job);
    if (!stream) {
        return std::unexpected(stream.error());
    }
    std::vector<std::byte> bytes;
    const auto readOn = [&](std::uint64_t limit) -> Status {
        if (bytes.size() < limit) {
            auto more = readFront(**stream, limit - bytes.size(), job);
            if (!more) {
                return std::unexpected(more.error());
            }
            bytes.insert(bytes.end(), more->begin(), more->end());
        }
        return {};
    };
    static_assert(PreviewLimits::text >= PreviewLimits::hexFront);
    if (auto read = readOn(request.all ? PreviewLimits::allText : PreviewLimits::text); !read) {
        return std::unexpected(read.error());
    }
    const auto name = QString::fromStdString(toUtf8(version.tree().name(version.node)));
    out.mimeName =
        QMimeDatabase()
            .mimeTypeForFileNameAndData(
                name, QByteArray::fromRawData(
                          reinterpret_cast<const char*>(bytes.data()),
                          static_cast<qsizetype>(std::min<std::size_t>(bytes.size(), 16U << 10U))))
            .name();
    if (request.as == PreviewAs::Automatic && out.mimeName.startsWith(QStringLiteral("image/")) &&
        out.totalBytes <= PreviewLimits::picture) {
        if (auto read = readOn(PreviewLimits::picture); !read) {
            return std::unexpected(read.error());
        }
        QString why;
        auto picture = decodePicture(asText(bytes), out.mimeName, &why);
        if (!picture.image.isNull()) {
            out.content = std::move(picture);
            return out;
        }
        out.note = why;
    }
    const bool text = request.as == PreviewAs::Text ||
                      (request.as == PreviewAs::Automatic &&
                       (hasUtf16Mark(asText(bytes)) || !looksBinary(asText(bytes))));
    if (text) {
        const auto limit = request.all ? PreviewLimits::allText : PreviewLimits::text;
        bytes.resize(std::min<std::size_t>(bytes.size(), limit));
        TextPreview shown;
        shown.text = decodeText(asText(bytes), bytes.size() < out.totalBytes, &shown.note);
        shown.shownBytes = bytes.size();
        out.content = std::move(shown);
        return out;
    }
    bytes.resize(std::min<std::size_t>(bytes.size(), PreviewLimits::hexFront));
    bytes.shrink_to_fit();
    out.content = HexPreview{std::make_shared<const std::vector<std::byte>>(std::move(bytes))};
    return out;
}

} // namespace strata::ui
