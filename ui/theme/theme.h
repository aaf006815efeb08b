// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/ids.h"
#include "tree/merged_tree.h"

#include <QColor>
#include <QFont>
#include <QGuiApplication>
#include <QIcon>
#include <QPalette>
#include <QString>

class QWidget;

/// Colours and fonts with a meaning, derived from the system palette so that light and dark both
/// work. A layer keeps its colour everywhere: stack, chips, treemap, timeline.
namespace strata::ui::theme {

bool isDark(const QPalette& palette);

/// Contrast of two opaque colours, 1…21 (WCAG 2.1, "contrast ratio"); text wants 4.5.
double contrast(const QColor& a, const QColor& b);

/// Strong colour of a layer (chips, bars, edges), from a colour-blind-safe series that repeats
/// after its end; as much lighter on dark palettes, or darker on light ones, as it takes to be
/// seen: at least 3:1 on the palette's base and on panel().
QColor layerColor(LayerNo layer, const QPalette& palette = QGuiApplication::palette());
/// White where it can be read on layerColor(), else black: at least 4.5:1.
QColor layerText(LayerNo layer, const QPalette& palette = QGuiApplication::palette());
/// Faint wash of a layer's colour over the palette's base, for the faces of plates.
QColor layerTint(LayerNo layer, const QPalette& palette);

/// The same three of containers, which are no layers of an image: one colour for all, beside the
/// series.
QColor containerColor(const QPalette& palette = QGuiApplication::palette());
QColor containerText(const QPalette& palette = QGuiApplication::palette());
QColor containerTint(const QPalette& palette);

/// Text colour for a change, at least 4.5:1 on the palette's base, on changeTint() and on
/// layerTint().
QColor changeColor(Change change, const QPalette& palette);
/// Background behind a word in changeColor.
QColor changeTint(Change change, const QPalette& palette);

/// Secondary text, at least 4.5:1 on the palette's base, on panel() and on layerTint().
QColor mutedText(const QPalette& palette);
/// Text of what is there but not part of what is looked at, at least 4.5:1 on the palette's base.
QColor faintText(const QPalette& palette);
/// Hairlines between parts.
QColor hairline(const QPalette& palette);
/// Outline of what can be typed into or switched, at least 3:1 on the palette's base and on
/// panel() (WCAG 2.1, 1.4.11).
QColor controlEdge(const QPalette& palette);
/// The same of what is on or has the focus: the accent, likewise at least 3:1.
QColor accentEdge(const QPalette& palette);
/// Behind what is selected, stronger where the keys go.
QColor selection(const QPalette& palette, bool focused);
/// Background of panels around the content.
QColor panel(const QPalette& palette);

/// `share` of `over` laid on `under`.
QColor mix(const QColor& over, const QColor& under, double share);

/// Gives a widget's text this colour, whatever background role it inherits: on a Base background
/// labels take QPalette::Text instead of WindowText.
void setTextColor(QWidget* widget, const QColor& color);

/// The fixed-width font, at the size of the application font.
QFont monospace();
/// `font` at `factor` times the size of `like`, in whichever unit that is given in.
QFont resized(QFont font, const QFont& like, double factor = 1.0);
/// resources/icons/NAME.svg in the palette's text colour, sharp at every size and scale.
QIcon icon(const QString& name, const QPalette& palette);

} // namespace strata::ui::theme
