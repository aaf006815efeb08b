// SPDX-License-Identifier: Apache-2.0
#include "inspector/file_preview.h"
#include "inspector/safe_svg.h"

#include <QBuffer>
#include <QCoreApplication>
#include <QImageReader>
#include <QPainter>
#include <QSvgRenderer>

#include <cmath>
#include <mutex>

namespace strata::ui {

namespace {

constexpr int decodeMegabytes = 192;   ///< memory one picture may take
constexpr qint64 keptPixels = 8 << 20; ///< larger pictures are scaled while read
constexpr int svgSide = 1600;
constexpr std::size_t svgBytes = 4U << 20U;

struct Words
{
    Q_DECLARE_TR_FUNCTIONS(FilePreview)
};

PicturePreview decodeSvg(std::string_view bytes, QString* why)
{
    if (bytes.size() > svgBytes) {
        *why = Words::tr("The drawing is too large to be drawn here.");
        return {};
    }
    const auto safe = safeSvg(QByteArray(bytes.data(), static_cast<qsizetype>(bytes.size())));
    QSvgRenderer renderer;
    if (safe.isEmpty() || !renderer.load(safe)) {
        *why = Words::tr("This is no drawing that can be shown here.");
        return {};
    }
    auto size = renderer.defaultSize();
    if (size.isEmpty()) {
        size = QSize(512, 512);
    }
    const auto drawn = size.scaled(svgSide, svgSide, Qt::KeepAspectRatio).expandedTo({1, 1});
    QImage image(drawn, QImage::Format_ARGB32_Premultiplied);
    image.fill(Qt::transparent);
    QPainter painter(&image);
    renderer.render(&painter);
    painter.end();
    return {image, size, QStringLiteral("SVG")};
}

} // namespace

PicturePreview decodePicture(std::string_view bytes, const QString& mimeName, QString* why)
{
    if (mimeName == QStringLiteral("image/svg+xml")) {
        return decodeSvg(bytes, why);
    }
    static std::once_flag once;
    std::call_once(once, [] { QImageReader::setAllocationLimit(decodeMegabytes); });
    QBuffer buffer;
    buffer.setData(QByteArray::fromRawData(bytes.data(), static_cast<qsizetype>(bytes.size())));
    buffer.open(QIODevice::ReadOnly);
    const auto format = knownPictureFormat(bytes);
    QImageReader reader(&buffer, format);
    reader.setAutoDetectImageFormat(false); // or any plugin of the host would be asked
    reader.setAutoTransform(true);
    if (format.isEmpty() || !reader.canRead()) {
        *why = Words::tr("Pictures of this kind cannot be shown.");
        return {};
    }
    const auto size = reader.size();
    const auto pixels = qint64{size.width()} * size.height();
    if (size.isValid() && pixels * 4 > (qint64{decodeMegabytes} << 20)) {
        *why = Words::tr("The picture is too large to be decoded: %1 × %2 pixels.")
                   .arg(size.width())
                   .arg(size.height());
        return {};
    }
    if (pixels > keptPixels) {
        const double share =
            std::sqrt(static_cast<double>(keptPixels) / static_cast<double>(pixels));
        reader.setScaledSize((QSizeF(size) * share).toSize().expandedTo({1, 1}));
    }
    const auto image = reader.read();
    if (image.isNull()) {
        *why = Words::tr("The picture is damaged: %1.").arg(reader.errorString());
        return {};
    }
    return {image, size.isValid() ? size : image.size(), QString::fromLatin1(format).toUpper()};
}

} // namespace strata::ui
