// SPDX-License-Identifier: Apache-2.0
#include "containers/act_text.h"

#include "text/format.h"

#include <QCoreApplication>
#include <QLocale>
#include <QStringList>

#include <algorithm>

namespace strata::ui {

namespace {

constexpr std::size_t longestLine = 200;
constexpr qsizetype longestMenuLine = 40;
/// Layers that a chain names before the middle of it is left out.
constexpr std::size_t longestChain = 8;

struct Words
{
    Q_DECLARE_TR_FUNCTIONS(ActText)
};

QString latin(std::string_view text)
{
    return QString::fromLatin1(text.data(), static_cast<qsizetype>(text.size()));
}

QString sightSign(const LayerLook& look)
{
    switch (look.sight) {
    case Sight::Miss:
        return QStringLiteral("✕");
    case Sight::Hit:
        return QStringLiteral("✓");
    case Sight::Whiteout:
        return Words::tr("whiteout");
    case Sight::Opaque:
        return look.shows ? Words::tr("✓ opaque") : Words::tr("opaque");
    case Sight::NotDirectory:
        return Words::tr("no folder");
    case Sight::Absent:
        return QStringLiteral("?");
    }
    return {};
}

QString chain(const Lookup& lookup, const QString& container)
{
    QStringList parts;
    const auto& layers = lookup.layers;
    for (std::size_t i = 0; i < layers.size(); ++i) {
        if (layers.size() > longestChain && i == longestChain / 2) {
            parts << QStringLiteral("…");
            i = layers.size() - longestChain / 2;
        }
        const auto name = layers[i].layer ? QString::number(*layers[i].layer) : container;
        parts << name + QLatin1Char(' ') + sightSign(layers[i]);
    }
    return parts.join(QStringLiteral(" → "));
}

QString layerText(std::optional<LayerNo> layer)
{
    return layer ? Words::tr("layer %1").arg(*layer) : Words::tr("the image");
}

QString shown(std::string_view path)
{
    return displayFront(path, longestLine);
}

/// What remains to be said of an effect beside the folders that only came along.
QString effectText(const Effect& effect)
{
    const bool file = effect.type == FileType::File;
    switch (effect.kind) {
    case EffectKind::CopiedUp:
        if (effect.dataBelow) {
            return Words::tr("copied its metadata up from %1, the content stays there")
                .arg(layerText(effect.from));
        }
        return file ? Words::tr("copied %1 up from %2")
                          .arg(sizeText(effect.bytes), layerText(effect.from))
                    : Words::tr("copied %1 up from %2")
                          .arg(shown(effect.path), layerText(effect.from));
    case EffectKind::CopiedData:
        return Words::tr("copied the content, %1, up from %2")
            .arg(sizeText(effect.bytes), layerText(effect.from));
    case EffectKind::Created:
        return effect.overWhiteout ? Words::tr("made it anew in place of the whiteout")
               : file              ? Words::tr("made the file in the container")
                      : Words::tr("made it in the container: %1").arg(fileTypeText(effect.type));
    case EffectKind::Written:
        return Words::tr("wrote %1").arg(sizeText(effect.bytes));
    case EffectKind::Resized:
        return Words::tr("set its size to %1").arg(sizeText(effect.bytes));
    case EffectKind::Metadata:
        return Words::tr("changed its metadata");
    case EffectKind::Renamed:
        return Words::tr("renamed it to %1").arg(shown(effect.other));
    case EffectKind::Linked:
        return Words::tr("one more name for %1").arg(shown(effect.other));
    case EffectKind::Removed:
        return effect.paths > 1 ? Words::tr("removed %L1 paths from sight").arg(effect.paths)
                                : Words::tr("removed it from the container");
    case EffectKind::WhiteoutLeft:
        return Words::tr("left a whiteout: the image below still holds it");
    case EffectKind::OpaqueSet:
        return Words::tr("marked the folder opaque: it hides what the image has there");
    }
    return {};
}

} // namespace

QString refusalText(const Trace& trace)
{
    QString why;
    switch (trace.error) {
    case PosixError::NoEntry:
        why = Words::tr("there is nothing at this path");
        break;
    case PosixError::Exists:
        why = Words::tr("there is something at this path already");
        break;
    case PosixError::NotEmpty:
        why = Words::tr("the folder is not empty; delete it with all that is in it");
        break;
    case PosixError::NotDirectory:
        why = Words::tr("a part of the path is no folder");
        break;
    case PosixError::IsDirectory:
        why = Words::tr("this is a folder, and a file is wanted");
        break;
    case PosixError::SymlinkLoop:
        why = Words::tr("its symbolic links lead in a circle");
        break;
    case PosixError::NameTooLong:
        why = Words::tr("the name is too long: 255 bytes are the most");
        break;
    case PosixError::CrossDevice:
        why = Words::tr(
            "overlayfs does not rename a folder that the image holds; mv copies it instead");
        break;
    case PosixError::NotPermitted:
        why = Words::tr("the kernel does not permit that");
        break;
    case PosixError::NoSpace:
        why = Words::tr("the disk for temporary files is full");
        break;
    case PosixError::Interrupted:
        why = Words::tr("it was stopped");
        break;
    case PosixError::Io:
        why = Words::tr("the bytes could not be read");
        break;
    default:
        why = latin(posixErrorText(trace.error));
        break;
    }
    if (!trace.reason.empty()) {
        why += QStringLiteral(" (") + displayFront(trace.reason, longestLine) + QLatin1Char(')');
    }
    return latin(posixErrorName(trace.error)) + QStringLiteral(": ") + why;
}

QString traceSentence(const Trace& trace, const QString& container)
{
    QStringList parts;
    if (!trace.lookups.empty() && !trace.lookups.back().layers.empty()) {
        parts << Words::tr("looked in %1").arg(chain(trace.lookups.back(), container));
    }
    const auto folders = std::ranges::count_if(trace.effects, [](const Effect& effect) {
        return effect.kind == EffectKind::CopiedUp && effect.parent;
    });
    if (folders == 1) {
        parts << Words::tr("copied the folder above it up");
    } else if (folders > 1) {
        parts << Words::tr("copied the %L1 folders above it up").arg(folders);
    }
    constexpr qsizetype mostParts = 6;
    for (const auto& effect : trace.effects) {
        if (effect.kind == EffectKind::CopiedUp && effect.parent) {
            continue;
        }
        if (parts.size() == mostParts) {
            parts << QStringLiteral("…");
            break;
        }
        parts << effectText(effect);
    }
    if (!trace.done()) {
        parts << Words::tr("refused with %1").arg(refusalText(trace));
    } else if (trace.operation == OperationKind::Read) {
        parts << Words::tr("nothing changed");
    } else if (trace.effects.empty()) {
        parts << Words::tr("there was nothing to do");
    }
    return parts.join(QStringLiteral("; ")) + QLatin1Char('.');
}

QString actSentence(const ContainerAct& act, const QString& container)
{
    QStringList sentences;
    for (const auto& trace : act.traces) {
        sentences << traceSentence(trace, container);
    }
    if (sentences.isEmpty()) {
        return act.steps > 0 ? Words::tr("Its layer as it was saved.")
                             : Words::tr("There was nothing to do.");
    }
    return sentences.join(QLatin1Char(' '));
}

QString actLine(const ContainerAct& act)
{
    return displayFront(act.line, longestLine);
}

QString requestText(std::span<const ContainerAct> request)
{
    const auto changes = [](const ContainerAct& act) { return act.steps > 0; };
    if (const auto count = std::ranges::count_if(request, changes); count > 1) {
        return Words::tr("%1 operations").arg(QLocale().toString(count));
    }
    QString line = actLine(*std::ranges::find_if(request, changes));
    if (line.size() > longestMenuLine) {
        line = line.left(longestMenuLine) + QStringLiteral("…");
    }
    return Words::tr("“%1”").arg(menuText(line));
}

std::optional<Change> actChange(const ContainerAct& act)
{
    std::optional<Change> change;
    const auto least = [&](Change other) { change = change ? std::max(*change, other) : other; };
    for (const auto& trace : act.traces) {
        for (const auto& effect : trace.effects) {
            switch (effect.kind) {
            case EffectKind::Created:
            case EffectKind::Linked:
                least(Change::Added);
                break;
            case EffectKind::Removed:
            case EffectKind::WhiteoutLeft:
                least(Change::Removed);
                break;
            case EffectKind::Metadata:
                least(change == Change::Added ? Change::Added : Change::Modified);
                break;
            default:
                if (!(effect.kind == EffectKind::CopiedUp && effect.parent) &&
                    change != Change::Added) {
                    least(Change::Modified);
                }
                break;
            }
        }
    }
    return change;
}

} // namespace strata::ui
