// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "session/container_deck.h"

#include <QString>

/// What was done in a container, in words.
namespace strata::ui {

/// One sentence on what an operation looked at and left: "looked in web ✕ → 2 ✕ → 0 ✓; copied 4 B
/// up from layer 0; wrote 3 B". Plain text.
QString traceSentence(const Trace& trace, const QString& container);
/// The sentences of all operations of a line.
QString actSentence(const ContainerAct& act, const QString& container);
/// The line, at most as long as anybody reads, escaped for display.
QString actLine(const ContainerAct& act);
/// What is undone at once, for a menu: the line in quotes, shortened, or how many operations.
QString requestText(std::span<const ContainerAct> request);
/// What the line did on the whole, for its sign and colour; none if it changed nothing.
std::optional<Change> actChange(const ContainerAct& act);
/// "ENOENT: there is nothing at this path", with what can be done where that is known.
QString refusalText(const Trace& trace);

} // namespace strata::ui
