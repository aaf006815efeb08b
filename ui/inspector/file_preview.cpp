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

struct Words
{
    Q_DECLARE_TR_FUNCTIONS(FilePreview)
};

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

/// Characters that reorder or hide what stands around them: what a reader sees would not be what is
/// there. The last two would begin a line of the view.
bool misleads(char16_t c)
{
    return (c >= 0x80 && c < 0xa0) || c == 0xad || c == 0x61c || (c >= 0x200b && c <= 0x200f) ||
           (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
           c == 0xfdd0 || c == 0xfdd1;
}

/// The invisible copies of ASCII, U+E0000 to U+E007F.
bool isTagCharacter(QChar high, QChar low)
{
    return high.unicode() == 0xdb40 && low.unicode() >= 0xdc00 && low.unicode() < 0xdc80;
}

/// `text` up to the end of its line number `lines`.
std::string_view firstLines(std::string_view text, std::size_t lines)
{
    for (std::size_t end = 0; lines > 0; --lines) {
        end = text.find('\n', end);
        if (end == std::string_view::npos) {
            return text;
        }
        if (++end; lines == 1) {
            return text.substr(0, end);
        }
    }
    return {};
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
        if (misleads(c)) {
            out += QStringLiteral("\\u%1").arg(c, 4, 16, QLatin1Char('0'));
            *controls = true;
        } else if (i + 1 < in.size() && isTagCharacter(in[i], in[i + 1])) {
            out += QStringLiteral("\\u%1").arg(QChar::surrogateToUcs4(in[i], in[i + 1]), 0, 16);
            *controls = true;
            ++i;
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
        notes << Words::tr("UTF-16");
    } else {
        const auto whole = cut ? withoutHalfCharacter(bytes) : bytes;
        if (isValidUtf8(whole)) {
            text = QString::fromUtf8(whole.data(), static_cast<qsizetype>(whole.size()));
        } else {
            text = QString::fromLatin1(bytes.data(), static_cast<qsizetype>(bytes.size()));
            notes << Words::tr("not UTF-8, shown as Latin-1");
        }
    }
    bool controls = false;
    bool broken = false;
    text = readable(text, &controls, &broken);
    if (controls) {
        notes << Words::tr("control characters shown as symbols");
    }
    if (broken) {
        notes << Words::tr("lines broken at %1 characters").arg(PreviewLimits::lineLength);
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
        const auto front = firstLines(asText(bytes), PreviewLimits::lines);
        TextPreview shown;
        shown.text = decodeText(front, front.size() < out.totalBytes, &shown.note);
        shown.shownBytes = front.size();
        shown.allLines = front.size() == bytes.size();
        out.content = std::move(shown);
        return out;
    }
    bytes.resize(std::min<std::size_t>(bytes.size(), PreviewLimits::hexFront));
    bytes.shrink_to_fit();
    out.content = HexPreview{std::make_shared<const std::vector<std::byte>>(std::move(bytes))};
    return out;
}

} // namespace strata::ui
