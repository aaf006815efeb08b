// SPDX-License-Identifier: Apache-2.0
// Colours that can be read and told apart, and icons that are sharp.
#include "theme/theme.h"
#include "theme/toggle_button.h"

#include <QtTest>

#include <array>
#include <cmath>
#include <utility>
#include <vector>

using namespace strata;
using namespace strata::ui;
using namespace Qt::StringLiterals;

namespace {

constexpr double readable = 4.5; // WCAG 2.1, 1.4.3
constexpr double noticed = 3.0;  // WCAG 2.1, 1.4.11
constexpr LayerNo seriesLength = 9;

using Matrix = std::array<std::array<double, 3>, 3>;

/// Machado, Oliveira, Fernandes (2009), severity 1, on linear RGB.
constexpr Matrix normalSight{{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};
constexpr Matrix protanopia{{{0.152286, 1.052583, -0.204868},
                             {0.114503, 0.786281, 0.099216},
                             {-0.003882, -0.048116, 1.051998}}};
constexpr Matrix deuteranopia{{{0.367322, 0.860646, -0.227968},
                               {0.280085, 0.672501, 0.047413},
                               {-0.011820, 0.042940, 0.968881}}};
constexpr Matrix tritanopia{{{1.255528, -0.076749, -0.178779},
                             {-0.078411, 0.930809, 0.147602},
                             {0.004733, 0.691367, 0.303900}}};

double dot(const std::array<double, 3>& a, const std::array<double, 3>& b)
{
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/// CIE L*a*b* (D65) of a colour as eyes of this kind see it.
std::array<double, 3> lab(const QColor& color, const Matrix& sight)
{
    const auto linear = [](float v) {
        const auto x = static_cast<double>(v);
        return x <= 0.04045 ? x / 12.92 : std::pow((x + 0.055) / 1.055, 2.4);
    };
    const std::array rgb{linear(color.redF()), linear(color.greenF()), linear(color.blueF())};
    std::array<double, 3> seen{};
    for (std::size_t i = 0; i < 3; ++i) {
        seen[i] = std::clamp(dot(sight[i], rgb), 0.0, 1.0);
    }
    const auto f = [](double t) { return t > 0.008856 ? std::cbrt(t) : 7.787 * t + 16.0 / 116; };
    const double x = f(dot({0.4124, 0.3576, 0.1805}, seen) / 0.95047);
    const double y = f(dot({0.2126, 0.7152, 0.0722}, seen));
    const double z = f(dot({0.0193, 0.1192, 0.9505}, seen) / 1.08883);
    return {116 * y - 16, 500 * (x - y), 200 * (y - z)};
}

double distance(const QColor& a, const QColor& b, const Matrix& sight)
{
    const auto p = lab(a, sight);
    const auto q = lab(b, sight);
    return std::hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]);
}

QPalette palette(QRgb base, QRgb text, QRgb accent = 0xff308cc6)
{
    QPalette out;
    out.setColor(QPalette::Base, QColor::fromRgb(base));
    out.setColor(QPalette::Text, QColor::fromRgb(text));
    out.setColor(QPalette::ButtonText, QColor::fromRgb(text));
    out.setColor(QPalette::Window, QColor::fromRgb(base));
    out.setColor(QPalette::WindowText, QColor::fromRgb(text));
    out.setColor(QPalette::Highlight, QColor::fromRgb(accent));
    return out;
}

/// The palettes that colours are held to, with the accents of Fusion and Breeze.
std::vector<std::pair<QString, QPalette>> grounds()
{
    return {{u"light"_s, palette(0xffffffff, 0xff000000, 0xff308cc6)},
            {u"light, soft"_s, palette(0xfffcfcfc, 0xff232629, 0xff3daee9)},
            {u"dark"_s, palette(0xff1b1e22, 0xffe6e8ea, 0xff3daee9)},
            {u"darker"_s, palette(0xff141618, 0xfffcfcfc, 0xff3d7ab5)},
            {u"dark, Fusion"_s, palette(0xff242424, 0xffffffff, 0xff308cc6)}};
}

void palettes()
{
    QTest::addColumn<QPalette>("colors");
    for (const auto& [name, colors] : grounds()) {
        QTest::newRow(qPrintable(name)) << colors;
    }
}

} // namespace

class TestTheme : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void contrastIsWcag();
    void numbersOnLayers_data() { palettes(); }
    void numbersOnLayers();
    void shapesOnGrounds_data() { palettes(); }
    void shapesOnGrounds();
    void switchesTellOnFromOff_data() { palettes(); }
    void switchesTellOnFromOff();
    void layersAreToldApart_data();
    void layersAreToldApart();
    void textOnGrounds_data();
    void textOnGrounds();
    void iconsAreSharp();
    void fontsKeepTheirUnit();
};

void TestTheme::contrastIsWcag()
{
    QCOMPARE(theme::contrast(Qt::black, Qt::white), 21.0);
    QCOMPARE(theme::contrast(Qt::white, Qt::black), 21.0);
    QCOMPARE(theme::contrast(Qt::red, Qt::red), 1.0);
    QVERIFY(std::abs(theme::contrast(QColor(0x77, 0x77, 0x77), Qt::white) - 4.48) < 0.01);
}

void TestTheme::numbersOnLayers()
{
    QFETCH(const QPalette, colors);
    for (LayerNo layer = 0; layer < 2 * seriesLength; ++layer) {
        const double found =
            theme::contrast(theme::layerText(layer, colors), theme::layerColor(layer, colors));
        QVERIFY2(found >= readable, qPrintable(u"layer %1: %2"_s.arg(layer).arg(found)));
    }
}

void TestTheme::layersAreToldApart_data()
{
    QTest::addColumn<Matrix>("sight");
    QTest::addColumn<QPalette>("colors");
    for (const auto& [ground, colors] : grounds()) {
        const auto row = [](const QString& name, const char* sight) -> QTestData& {
            return QTest::newRow(qPrintable(name + u", "_s + QLatin1StringView(sight)));
        };
        row(ground, "normal") << normalSight << colors;
        row(ground, "protanopia") << protanopia << colors;
        row(ground, "deuteranopia") << deuteranopia << colors;
        row(ground, "tritanopia") << tritanopia << colors;
    }
}

void TestTheme::layersAreToldApart()
{
    QFETCH(const Matrix, sight);
    QFETCH(const QPalette, colors);
    for (LayerNo layer = 0; layer < seriesLength; ++layer) {
        for (const LayerNo step : {1U, 2U}) { // neighbours in the stack, and their neighbours
            const double found = distance(theme::layerColor(layer, colors),
                                          theme::layerColor(layer + step, colors), sight);
            QVERIFY2(found >= 12,
                     qPrintable(u"%1 and %2: %3"_s.arg(layer).arg(layer + step).arg(found)));
        }
    }
}

void TestTheme::textOnGrounds_data()
{
    palettes();
}

void TestTheme::shapesOnGrounds()
{
    QFETCH(const QPalette, colors);
    const auto check = [&](const QString& what, const QColor& shape) {
        for (const auto& ground : {colors.color(QPalette::Base), theme::panel(colors)}) {
            const double found = theme::contrast(shape, ground);
            if (found < noticed) {
                QTest::qFail(qPrintable(u"%1: %2"_s.arg(what).arg(found)), __FILE__, __LINE__);
            }
        }
    };
    for (LayerNo layer = 0; layer < seriesLength; ++layer) {
        check(u"layer %1"_s.arg(layer), theme::layerColor(layer, colors));
    }
    check(u"container"_s, theme::containerColor(colors));
    check(u"control"_s, theme::controlEdge(colors));
    check(u"accent"_s, theme::accentEdge(colors));
    for (const bool focused : {false, true}) { // what is selected can still be read
        QVERIFY(theme::contrast(colors.color(QPalette::Text), theme::selection(colors, focused)) >=
                readable);
        QVERIFY(theme::contrast(theme::mutedText(colors), theme::selection(colors, focused)) >=
                readable);
    }
}

void TestTheme::switchesTellOnFromOff()
{
    QFETCH(const QPalette, colors);
    ToggleButton button;
    button.setText(u"Show removed"_s);
    button.setPalette(colors);
    button.resize(button.sizeHint());
    const auto picture = [&](bool on) {
        button.setChecked(on);
        return button.grab().toImage();
    };
    const auto off = picture(false);
    const auto on = picture(true);
    QCOMPARE(on.size(), off.size()); // nothing moves
    // The tick's box, where only shape and ink tell: some of it differs as much as text from paper.
    double most = 1;
    for (int y = 0; y < on.height(); ++y) {
        for (int x = 0; x < on.width() / 5; ++x) {
            most = std::max(most, theme::contrast(on.pixelColor(x, y), off.pixelColor(x, y)));
        }
    }
    QVERIFY2(most >= noticed, qPrintable(QString::number(most)));
}

void TestTheme::textOnGrounds()
{
    QFETCH(const QPalette, colors);
    const QColor base = colors.color(QPalette::Base);
    const auto check = [](const char* what, const QColor& text, const QColor& ground) {
        const double found = theme::contrast(text, ground);
        if (found < readable) {
            QTest::qFail(qPrintable(u"%1: %2"_s.arg(QLatin1StringView(what)).arg(found)), __FILE__,
                         __LINE__);
        }
    };
    check("muted", theme::mutedText(colors), base);
    check("muted on panel", theme::mutedText(colors), theme::panel(colors));
    check("faint", theme::faintText(colors), base);
    for (LayerNo layer = 0; layer < seriesLength; ++layer) {
        check("muted on layer", theme::mutedText(colors), theme::layerTint(layer, colors));
    }
    check("muted on container", theme::mutedText(colors), theme::containerTint(colors));
    check("sign on container", theme::containerText(colors), theme::containerColor(colors));
    for (const auto change :
         {Change::Added, Change::Modified, Change::Metadata, Change::Removed, Change::Unchanged}) {
        const QColor text = theme::changeColor(change, colors);
        check("change", text, base);
        check("change on its tint", text, theme::changeTint(change, colors));
        for (LayerNo layer = 0; layer < seriesLength; ++layer) {
            check("change on layer", text, theme::layerTint(layer, colors));
        }
    }
}

void TestTheme::iconsAreSharp()
{
    const auto colors = palette(0xffffffff, 0xff102030);
    const QIcon icon = theme::icon(u"open"_s, colors);
    QVERIFY(!icon.isNull());
    for (const int size : {16, 24, 128}) {
        for (const double scale : {1.0, 1.5, 2.0}) {
            const QPixmap pixmap = icon.pixmap(QSize(size, size), scale);
            QCOMPARE(pixmap.width(), qRound(size * scale));
            QCOMPARE(pixmap.devicePixelRatio(), scale);
        }
    }
    // Drawn in the palette's colour, and in a weaker one where it is disabled.
    const auto darkest = [&](QIcon::Mode mode) {
        const auto image = icon.pixmap(QSize(64, 64), 1.0, mode).toImage();
        int value = 255;
        for (int y = 0; y < 64; ++y) {
            for (int x = 0; x < 64; ++x) {
                if (const QColor c = image.pixelColor(x, y); c.alpha() == 255) {
                    value = std::min(value, c.lightness());
                }
            }
        }
        return value;
    };
    QCOMPARE(darkest(QIcon::Normal), QColor(0x10, 0x20, 0x30).lightness());
    QVERIFY(darkest(QIcon::Disabled) > darkest(QIcon::Normal) + 40);
    QVERIFY(theme::icon(u"no-such-icon"_s, colors).isNull());
}

void TestTheme::fontsKeepTheirUnit()
{
    QFont points;
    points.setPointSizeF(10);
    QFont pixels;
    pixels.setPixelSize(20);
    QCOMPARE(theme::resized(points, points, 1.5).pointSizeF(), 15.0);
    QCOMPARE(theme::resized(points, pixels, 1.5).pixelSize(), 30);
    QApplication::setFont(pixels);
    QCOMPARE(theme::monospace().pixelSize(), 20);
}

QTEST_MAIN(TestTheme)
#include "tst_theme.moc"
