// SPDX-License-Identifier: Apache-2.0
// Pictures come from strangers: what may be decoded, and what a drawing may make us do.
#include "inspector/file_preview.h"
#include "inspector/safe_svg.h"

#include <QBuffer>
#include <QTemporaryDir>

#include <QtTest>

using namespace strata;
using namespace Qt::StringLiterals;

namespace {

QByteArray encoded(const char* format)
{
    QImage image(8, 8, QImage::Format_RGB32);
    image.fill(Qt::red);
    QByteArray bytes;
    QBuffer buffer(&bytes);
    image.save(&buffer, format);
    return bytes;
}

QByteArray drawing(const QByteArray& content)
{
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" "
           "xmlns:xlink=\"http://www.w3.org/1999/xlink\" width=\"10\" height=\"10\">" +
           content + "</svg>";
}

/// Drawn on ten levels, each of ten uses of the one below.
QByteArray fanOut(const QByteArray& leaf)
{
    QByteArray content = "<g id=\"l0\">" + leaf + "</g>";
    for (int level = 1; level <= 10; ++level) {
        const auto below = QByteArray::number(level - 1);
        content += "<g id=\"l" + QByteArray::number(level) + "\">";
        for (int i = 0; i < 10; ++i) {
            content += "<use xlink:href=\"#l" + below + "\"/>";
        }
        content += "</g>";
    }
    return drawing(content);
}

} // namespace

class PictureDecoderTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void formatsAreToldByTheirBytes();
    void otherFormatsReachNoDecoder();
    void drawingsLoadNothingFromOutside();
    void picturesWithinADrawingAreOfKnownFormats();
    void drawingsThatMultiplyAreRefused();
    void ordinaryUsesAreDrawn();

private:
    QTemporaryDir m_directory;
};

void PictureDecoderTest::formatsAreToldByTheirBytes()
{
    for (const char* format : {"png", "jpeg", "bmp", "ppm", "pgm", "pbm", "xpm"}) {
        const auto bytes = encoded(format).toStdString();
        QCOMPARE(ui::knownPictureFormat(bytes), QByteArray(format));
        QString why;
        const auto picture = ui::decodePicture(bytes, u"image/x"_s, &why);
        QVERIFY2(!picture.image.isNull(), qPrintable(why));
        QCOMPARE(picture.size, QSize(8, 8));
    }
}

void PictureDecoderTest::otherFormatsReachNoDecoder()
{
    // PostScript, a drawing by another name, PDF, TIFF: whatever plugins the host may have.
    const QList<QByteArray> others = {"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\nshowpage\n",
                                      drawing("<rect width=\"9\" height=\"9\"/>"), "%PDF-1.4\n",
                                      QByteArray("II*\0\b\0\0\0", 8), ""};
    for (const auto& bytes : others) {
        QString why;
        QVERIFY(ui::knownPictureFormat(bytes.toStdString()).isEmpty());
        QVERIFY(ui::decodePicture(bytes.toStdString(), u"image/x-eps"_s, &why).image.isNull());
        QVERIFY(why.contains("cannot be shown"_L1));
    }
}

void PictureDecoderTest::drawingsLoadNothingFromOutside()
{
    const auto local = m_directory.filePath(QStringLiteral("secret.png"));
    QImage secret(8, 8, QImage::Format_ARGB32);
    secret.fill(Qt::red);
    QVERIFY(secret.save(local));
    const auto svg =
        QStringLiteral("<?xml version=\"1.0\"?><?xml-stylesheet href=\"%1\"?>"
                       "<svg xmlns=\"http://www.w3.org/2000/svg\" "
                       "xmlns:xlink=\"http://www.w3.org/1999/xlink\" width=\"10\" height=\"10\">"
                       "<image xlink:href=\"%1\" width=\"10\" height=\"10\"/>"
                       "<rect x=\"5\" y=\"0\" width=\"5\" height=\"10\" fill=\"#00f\"/></svg>")
            .arg(local)
            .toStdString();
    QString why;
    const auto picture = ui::decodePicture(svg, QStringLiteral("image/svg+xml"), &why);
    QVERIFY2(!picture.image.isNull(), qPrintable(why));
    QCOMPARE(picture.size, QSize(10, 10));
    QCOMPARE(picture.image.pixelColor(picture.image.width() / 4, 5).alpha(), 0);
    QCOMPARE(picture.image.pixelColor(picture.image.width() * 3 / 4, 5), QColor(Qt::blue));
    QVERIFY(ui::decodePicture("<svg", QStringLiteral("image/svg+xml"), &why).image.isNull());
}

void PictureDecoderTest::picturesWithinADrawingAreOfKnownFormats()
{
    const auto with = [](const QByteArray& type, const QByteArray& bytes) {
        return ui::safeSvg(drawing("<image xlink:href=\"data:image/" + type + ";base64," +
                                   bytes.toBase64() + "\" width=\"9\" height=\"9\"/>"));
    };
    QVERIFY(with("png", encoded("png")).contains("<image"));
    QVERIFY(with("jpeg", encoded("jpeg")).contains("<image"));
    for (const QByteArray& hidden : {QByteArray("%!PS-Adobe-3.0 EPSF-3.0\n"), drawing("<g/>")}) {
        const auto safe = with("png", hidden);
        QVERIFY(!safe.isEmpty());
        QVERIFY2(!safe.contains("<image"), safe.constData());
    }
    // A picture's reference is a file's name, "#…" too.
    QVERIFY(!ui::safeSvg(drawing("<image xlink:href=\"#file\"/>")).contains("<image"));
}

void PictureDecoderTest::drawingsThatMultiplyAreRefused()
{
    QVERIFY(ui::safeSvg(fanOut("<rect width=\"1\" height=\"1\"/>")).isEmpty());
    QVERIFY(ui::safeSvg(drawing("<g id=\"a\"><use xlink:href=\"#a\"/></g>")).isEmpty());
    QByteArray chain = "<g id=\"c0\"/>";
    for (int i = 1; i < 2'000; ++i) {
        chain += "<use id=\"c" + QByteArray::number(i) + "\" xlink:href=\"#c" +
                 QByteArray::number(i - 1) + "\"/>";
    }
    QVERIFY(ui::safeSvg(drawing(chain)).isEmpty());
    QVERIFY(ui::safeSvg(drawing(QByteArray("<g>").repeated(100'000))).isEmpty());
    QVERIFY(ui::safeSvg("<!DOCTYPE svg [<!ENTITY a \"aaaa\">]><svg>&a;</svg>").isEmpty());
    for (const char* costly : {"filter", "mask", "marker", "pattern"}) {
        const auto name = QByteArray(costly);
        const auto safe = ui::safeSvg(drawing("<" + name + " id=\"x\"><g/></" + name + "><g/>"));
        QVERIFY(!safe.isEmpty());
        QVERIFY2(!safe.contains(name), safe.constData());
    }
}

void PictureDecoderTest::ordinaryUsesAreDrawn()
{
    const auto svg = drawing("<defs><rect id=\"r\" width=\"5\" height=\"10\" fill=\"#00f\"/></defs>"
                             "<use xlink:href=\"#r\"/><use xlink:href=\"#r\" x=\"5\"/>");
    QString why;
    const auto picture = ui::decodePicture(svg.toStdString(), u"image/svg+xml"_s, &why);
    QVERIFY2(!picture.image.isNull(), qPrintable(why));
    const auto middle = picture.image.height() / 2;
    QCOMPARE(picture.image.pixelColor(picture.image.width() / 4, middle), QColor(Qt::blue));
    QCOMPARE(picture.image.pixelColor(picture.image.width() * 3 / 4, middle), QColor(Qt::blue));
}

QTEST_MAIN(PictureDecoderTest)
#include "tst_picture_decoder.moc"
