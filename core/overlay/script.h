// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "overlay/container.h"

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace strata {

/// Where a command of a script does its work, and whom it tells.
class ScriptHost
{
public:
    ScriptHost() = default;
    ScriptHost(const ScriptHost&) = delete;
    ScriptHost& operator=(const ScriptHost&) = delete;
    virtual ~ScriptHost() = default;

    virtual Container& container() = 0;
    virtual const Job& job() const = 0;
    /// Hears of each operation. False = leave the rest of the command.
    virtual bool told(const Trace& trace) = 0;
    virtual void listed(std::string_view path, const std::vector<ContainerChild>& children) = 0;
    /// After undo or redo, `word`; whether there was something to undo.
    virtual bool stepped(std::string_view word, bool done) = 0;
};

/// A line that does something: `container a:` selects a container, any other has an action.
struct ScriptLine
{
    std::size_t number = 0; ///< counted from 1
    std::string text;       ///< its words, quoted
    std::string container;  ///< the name, of a line that selects one
    bool steps = false;     ///< it is an undo or redo
    std::function<void(ScriptHost&)> action;
};

/// Whether a script can call a container that: letters, digits and - _ . of ASCII.
bool isContainerName(std::string_view name);

/// A script, understood as a whole before any of it is done. Errors: Malformed, with the number of
/// the line in `where`.
Result<std::vector<ScriptLine>> parseScript(std::string_view text);

} // namespace strata
