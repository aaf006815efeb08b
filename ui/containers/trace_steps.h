// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "overlay/trace.h"

#include <QString>

#include <cstdint>
#include <optional>
#include <vector>

namespace strata::ui {

/// One thing to be seen on the stack while a trace is played.
struct TraceStep
{
    enum class Kind {
        Look,     ///< into the layer, which says `sight`
        CopyUp,   ///< from the layer into the container
        Write,    ///< into the container
        Make,     ///< something new in the container
        Change,   ///< metadata, size or name, in the container
        Remove,   ///< from the container's own layer
        Whiteout, ///< a mark in the container
        Opaque,   ///< likewise
        Refuse,   ///< nothing was done
    };
    Kind kind = Kind::Look;
    std::optional<LayerNo> layer; ///< none = the container's own
    Sight sight = Sight::Miss;
    QString label;        ///< a few words that move with it: "286 B"; may be empty
    QString caption;      ///< one sentence
    int milliseconds = 0; ///< at plain speed
};

/// The steps of a trace in order, the look-up of the path itself first. Folders that are copied up
/// only for what is in them are one step. `container` is its name.
std::vector<TraceStep> traceSteps(const Trace& trace, const QString& container);

} // namespace strata::ui
