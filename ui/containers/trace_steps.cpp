// SPDX-License-Identifier: Apache-2.0
#include "containers/trace_steps.h"

#include "containers/act_text.h"
#include "text/format.h"

#include <QCoreApplication>

#include <algorithm>

namespace strata::ui {

namespace {

constexpr int lookTime = 420;
/// However many layers are looked at, together they take no longer.
constexpr int allLooksTime = 3'000;
constexpr int leastLookTime = 40;
constexpr int flowTime = 900;
constexpr int landTime = 700;
/// Effects that are played one by one; of a whole tree nobody wants to see each.
constexpr std::size_t mostEffects = 6;
constexpr std::size_t longestPath = 80;

struct Words
{
    Q_DECLARE_TR_FUNCTIONS(TraceSteps)
};

QString nameOf(const std::optional<LayerNo>& layer, const QString& container)
{
    return layer ? Words::tr("Layer %1").arg(*layer) : container;
}

QString lookCaption(const LayerLook& look, const QString& name, bool last)
{
    switch (look.sight) {
    case Sight::Miss:
        return last ? Words::tr("%1 says nothing of it, and there is nothing below.").arg(name)
                    : Words::tr("%1 says nothing of it: look below.").arg(name);
    case Sight::Hit:
        return last ? Words::tr("%1 has it: the look-up ends here.").arg(name)
                    : Words::tr("%1 has the folder; what lies below is merged into it.").arg(name);
    case Sight::Whiteout:
        return Words::tr("%1 has a whiteout: whatever lies below does not count.").arg(name);
    case Sight::Opaque:
        return Words::tr("%1 has an opaque folder, which hides all that lies below.").arg(name);
    case Sight::NotDirectory:
        return Words::tr("In %1 something else stands in the way: nothing below counts.").arg(name);
    case Sight::Absent:
        return Words::tr("%1 is not in the archive: what it says is not known.").arg(name);
    }
    return {};
}

TraceStep landing(TraceStep::Kind kind, const QString& label, const QString& caption)
{
    return {.kind = kind,
            .layer = {},
            .sight = Sight::Hit,
            .label = label,
            .caption = caption,
            .milliseconds = landTime};
}

TraceStep copyUp(const Effect& effect)
{
    const bool file = effect.type == FileType::File;
    const QString label =
        file && !effect.dataBelow ? sizeText(effect.bytes) : Words::tr("metadata");
    const QString from =
        effect.from ? Words::tr("layer %1").arg(*effect.from) : Words::tr("the image");
    QString caption;
    if (effect.dataBelow) {
        caption = Words::tr("With metacopy only the metadata is copied up from %1.").arg(from);
    } else if (file) {
        caption = Words::tr("Copy-up: the whole file, %1, from %2, because layers are read-only.")
                      .arg(sizeText(effect.bytes), from);
    } else {
        caption =
            Words::tr("Copy-up of %1 from %2.").arg(displayFront(effect.path, longestPath), from);
    }
    return {.kind = TraceStep::Kind::CopyUp,
            .layer = effect.from,
            .sight = Sight::Hit,
            .label = label,
            .caption = caption,
            .milliseconds = flowTime};
}

std::optional<TraceStep> effectStep(const Effect& effect, const QString& container)
{
    using Kind = TraceStep::Kind;
    switch (effect.kind) {
    case EffectKind::CopiedUp:
    case EffectKind::CopiedData:
        return copyUp(effect);
    case EffectKind::Written:
        return landing(Kind::Write, sizeText(effect.bytes),
                       Words::tr("%1 are written into %2.").arg(sizeText(effect.bytes), container));
    case EffectKind::Created:
    case EffectKind::Linked:
        return landing(Kind::Make, QStringLiteral("+"),
                       effect.overWhiteout
                           ? Words::tr("Made anew in %1, in place of the whiteout.").arg(container)
                           : Words::tr("Made in %1.").arg(container));
    case EffectKind::Resized:
    case EffectKind::Metadata:
        return landing(Kind::Change, QStringLiteral("~"),
                       Words::tr("Changed in %1.").arg(container));
    case EffectKind::Renamed:
        return landing(Kind::Change, QStringLiteral("~"),
                       Words::tr("Renamed in %1.").arg(container));
    case EffectKind::Removed:
        return landing(Kind::Remove, QStringLiteral("−"),
                       Words::tr("Gone from %1's own layer.").arg(container));
    case EffectKind::WhiteoutLeft:
        return landing(
            Kind::Whiteout, {},
            Words::tr("A whiteout in %1 hides it. The image below still holds every byte.")
                .arg(container));
    case EffectKind::OpaqueSet:
        return landing(
            Kind::Opaque, {},
            Words::tr("The folder is marked opaque: it hides what the image has there."));
    }
    return std::nullopt;
}

} // namespace

std::vector<TraceStep> traceSteps(const Trace& trace, const QString& container)
{
    std::vector<TraceStep> steps;
    if (!trace.lookups.empty()) {
        const auto& layers = trace.lookups.back().layers;
        const int each = std::clamp(allLooksTime / std::max(1, static_cast<int>(layers.size())),
                                    leastLookTime, lookTime);
        for (const auto& look : layers) {
            const bool last = &look == &layers.back();
            steps.push_back({.kind = TraceStep::Kind::Look,
                             .layer = look.layer,
                             .sight = look.sight,
                             .label = {},
                             .caption = lookCaption(look, nameOf(look.layer, container), last),
                             .milliseconds = last ? std::max(each, lookTime) : each});
        }
    }
    const auto isParent = [](const Effect& effect) {
        return effect.kind == EffectKind::CopiedUp && effect.parent;
    };
    const auto parents = std::ranges::count_if(trace.effects, isParent);
    if (parents > 0) {
        const auto lowest = std::ranges::find_if(trace.effects, isParent);
        steps.push_back(copyUp(*lowest));
        steps.back().label = Words::tr("folders");
        steps.back().caption =
            parents == 1
                ? Words::tr("Copy-up of the folder it is in, so that there is a place for it.")
                : Words::tr("Copy-up of the %L1 folders it is in, so that there is a place for it.")
                      .arg(parents);
    }
    std::size_t shown = 0;
    for (const auto& effect : trace.effects) {
        if (isParent(effect) || ++shown > mostEffects) {
            continue;
        }
        if (auto step = effectStep(effect, container)) {
            steps.push_back(std::move(*step));
        }
    }
    if (!trace.done()) {
        steps.push_back(landing(TraceStep::Kind::Refuse, {},
                                Words::tr("Refused. %1.").arg(refusalText(trace))));
    }
    return steps;
}

} // namespace strata::ui
