// SPDX-License-Identifier: Apache-2.0
#include "theme/theme.h"

#include <QApplication>
#include <QFile>
#include <QFontDatabase>
#include <QPainter>
#include <QPixmap>
#include <QSvgRenderer>
#include <QWidget>

#include <array>
#include <cmath>

namespace strata::ui::theme {

namespace {

/// Told apart with the common kinds of colour blindness (after Wong, Nature Methods 2011, and
/// Tol's muted set), each dark enough for white text or light enough for black.
constexpr std::array<QRgb, 9> layerColors = {
    0xff4477aa, // blue
    0xff228833, // green
    0xffc98b1b, // ochre
    0xff882255, // wine
    0xff2f9ab0, // cyan
    0xffcc6677, // rose
    0xff6f5bb5, // violet
    0xff8a8a2a, // olive
    0xffb0562a, // rust
};

double luminance(const QColor& c)
{
    const auto channel = [](float v) {
        const auto x = static_cast<double>(v);
        return x <= 0.03928 ? x / 12.92 : std::pow((x + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * channel(c.redF()) + 0.7152 * channel(c.greenF()) + 0.0722 * channel(c.blueF());
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

bool isDark(const QPalette& palette)
{
    return luminance(palette.color(QPalette::Base)) < 0.3;
}

QColor layerColor(LayerNo layer)
{
    return QColor::fromRgb(layerColors[layer % layerColors.size()]);
}

QColor layerText(LayerNo layer)
{
    return luminance(layerColor(layer)) > 0.36 ? QColor(Qt::black) : QColor(Qt::white);
}

QColor layerTint(LayerNo layer, const QPalette& palette)
{
    return mix(layerColor(layer), palette.color(QPalette::Base), isDark(palette) ? 0.22 : 0.08);
}

QColor containerColor()
{
    return QColor::fromRgb(0xffa8327a);
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
    return mix(palette.color(QPalette::Text), palette.color(QPalette::Base), 0.66);
}

QColor hairline(const QPalette& palette)
{
    return mix(palette.color(QPalette::Text), palette.color(QPalette::Base), 0.14);
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
    QFont font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    font.setPointSizeF(QApplication::font().pointSizeF());
    return font;
}

QIcon icon(const QString& name, const QPalette& palette)
{
    QFile file(QStringLiteral(":/stratascope/icons/%1.svg").arg(name));
    if (!file.open(QIODevice::ReadOnly)) {
        return {};
    }
    const auto svg = file.readAll();
    const auto render = [&svg](const QColor& color) {
        QSvgRenderer renderer(
            QByteArray(svg).replace("currentColor", color.name(QColor::HexRgb).toLatin1()));
        QPixmap pixmap(96, 96);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        renderer.render(&painter);
        return pixmap;
    };
    QIcon out(render(palette.color(QPalette::ButtonText)));
    out.addPixmap(render(mutedText(palette)), QIcon::Disabled);
    return out;
}

} // namespace strata::ui::theme
