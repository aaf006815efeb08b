// SPDX-License-Identifier: Apache-2.0
#include "theme/theme.h"

#include "theme/svg_icon_engine.h"

#include <QApplication>
#include <QFile>
#include <QFontDatabase>
#include <QWidget>

#include <algorithm>
#include <array>
#include <cmath>

namespace strata::ui::theme {

namespace {

/// After Wong (Nature Methods 2011) and Tol's muted set, ordered so that neighbours in the stack
/// stay well apart with each kind of colour blindness.
constexpr std::array<QRgb, 9> layerColors = {
    0xff4477aa, // blue
    0xff228833, // green
    0xffc4861a, // ochre
    0xff6f5bb5, // violet
    0xffb0562a, // rust
    0xff2f9ab0, // cyan
    0xff882255, // wine
    0xff8a8a2a, // olive
    0xffcc6677, // rose
};

/// Magenta, apart from all of them.
constexpr QRgb containersColor = 0xffb8328f;

/// Least contrast of text (WCAG 2.1, 1.4.3).
constexpr double readableContrast = 4.5;
/// Least contrast of shapes that tell something (WCAG 2.1, 1.4.11).
constexpr double visibleContrast = 3.0;

double luminance(const QColor& c)
{
    const auto channel = [](float v) {
        const auto x = static_cast<double>(v);
        return x <= 0.03928 ? x / 12.92 : std::pow((x + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * channel(c.redF()) + 0.7152 * channel(c.greenF()) + 0.0722 * channel(c.blueF());
}

/// `share` of the text's colour over the base's, or as much more as gives `least` contrast.
QColor weakened(const QPalette& palette, double share, double least)
{
    const QColor text = palette.color(QPalette::Text);
    const QColor base = palette.color(QPalette::Base);
    QColor out = mix(text, base, share);
    while (share < 1 && contrast(out, base) < least) {
        share += 0.02;
        out = mix(text, base, std::min(share, 1.0));
    }
    return out;
}

/// The colour itself, or as much lighter or darker as shows on the palette's grounds.
QColor visible(const QColor& color, const QPalette& palette)
{
    const QColor away = isDark(palette) ? Qt::white : Qt::black;
    const QColor base = palette.color(QPalette::Base);
    const QColor ground = panel(palette);
    QColor out = color;
    for (double share = 0.02;
         share < 1 && std::min(contrast(out, base), contrast(out, ground)) < visibleContrast;
         share += 0.02) {
        out = mix(away, color, share);
    }
    return out;
}

QColor readableOn(const QColor& color)
{
    return contrast(color, Qt::white) >= readableContrast ? Qt::white : Qt::black;
}

QColor washed(const QColor& color, const QPalette& palette)
{
    return mix(color, palette.color(QPalette::Base), isDark(palette) ? 0.22 : 0.08);
}

} // namespace

QColor mix(const QColor& over, const QColor& under, double share)
{
    const auto channel = [share](int a, int b) {
        return static_cast<int>(std::lround(a * share + b * (1.0 - share)));
    };
    return {channel(over.red(), under.red()), channel(over.green(), under.green()),
            channel(over.blue(), under.blue())};
}

double contrast(const QColor& a, const QColor& b)
{
    const double first = luminance(a) + 0.05;
    const double second = luminance(b) + 0.05;
    return std::max(first, second) / std::min(first, second);
}

bool isDark(const QPalette& palette)
{
    return luminance(palette.color(QPalette::Base)) < 0.3;
}

QColor layerColor(LayerNo layer, const QPalette& palette)
{
    return visible(QColor::fromRgb(layerColors[layer % layerColors.size()]), palette);
}

QColor layerText(LayerNo layer, const QPalette& palette)
{
    return readableOn(layerColor(layer, palette));
}

QColor layerTint(LayerNo layer, const QPalette& palette)
{
    return washed(layerColor(layer, palette), palette);
}

QColor containerColor(const QPalette& palette)
{
    return visible(QColor::fromRgb(containersColor), palette);
}

QColor containerText(const QPalette& palette)
{
    return readableOn(containerColor(palette));
}

QColor containerTint(const QPalette& palette)
{
    return washed(containerColor(palette), palette);
}

QColor changeColor(Change change, const QPalette& palette)
{
    const bool dark = isDark(palette);
    switch (change) {
    case Change::Added:
        return dark ? QColor(0x6f, 0xd6, 0x8c) : QColor(0x17, 0x6b, 0x2c);
    case Change::Modified:
        return dark ? QColor(0xf0, 0xbf, 0x5f) : QColor(0x8a, 0x58, 0x00);
    case Change::Metadata:
        return dark ? QColor(0x8f, 0xbc, 0xf5) : QColor(0x2b, 0x5d, 0xa8);
    case Change::Removed:
        return dark ? QColor(0xff, 0x8f, 0x8f) : QColor(0xb4, 0x23, 0x1f);
    case Change::Unchanged:
        break;
    }
    return mutedText(palette);
}

QColor changeTint(Change change, const QPalette& palette)
{
    return mix(changeColor(change, palette), palette.color(QPalette::Base),
               isDark(palette) ? 0.2 : 0.13);
}

QColor mutedText(const QPalette& palette)
{
    return weakened(palette, 0.66, 6.2); // what is left on tints is 4.5
}

QColor faintText(const QPalette& palette)
{
    return weakened(palette, 0.56, 4.6);
}

QColor hairline(const QPalette& palette)
{
    return mix(palette.color(QPalette::Text), palette.color(QPalette::Base), 0.14);
}

QColor controlEdge(const QPalette& palette)
{
    return visible(weakened(palette, 0.4, visibleContrast), palette);
}

QColor accentEdge(const QPalette& palette)
{
    return visible(palette.color(QPalette::Highlight), palette);
}

QColor selection(const QPalette& palette, bool focused)
{
    return mix(palette.color(QPalette::Highlight), palette.color(QPalette::Base),
               focused ? 0.2 : 0.13);
}

QColor panel(const QPalette& palette)
{
    return mix(palette.color(QPalette::Text), palette.color(QPalette::Base),
               isDark(palette) ? 0.06 : 0.03);
}

void setTextColor(QWidget* widget, const QColor& color)
{
    QPalette palette = widget->palette();
    palette.setColor(QPalette::WindowText, color);
    palette.setColor(QPalette::Text, color);
    widget->setPalette(palette);
}

QFont monospace()
{
    return resized(QFontDatabase::systemFont(QFontDatabase::FixedFont), QApplication::font());
}

QFont resized(QFont font, const QFont& like, double factor)
{
    if (like.pointSizeF() > 0) {
        font.setPointSizeF(like.pointSizeF() * factor);
    } else {
        font.setPixelSize(static_cast<int>(std::lround(like.pixelSize() * factor)));
    }
    return font;
}

QIcon icon(const QString& name, const QPalette& palette)
{
    QFile file(QStringLiteral(":/stratascope/icons/%1.svg").arg(name));
    if (!file.open(QIODevice::ReadOnly)) {
        return {};
    }
    return QIcon(
        new SvgIconEngine(file.readAll(), palette.color(QPalette::ButtonText), mutedText(palette)));
}

} // namespace strata::ui::theme
