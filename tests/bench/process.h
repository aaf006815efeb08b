// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace strata::bench {

/// A program to be run: the file or a name on the PATH, arguments, and what is added to the
/// environment. Its standard input is empty.
struct Command
{
    std::vector<std::string> words;
    std::map<std::string, std::string> environment = {};
};

/// What one run took, by the operating system's account of that process.
struct Usage
{
    double seconds = 0;          ///< from before it was started until it had ended
    std::uint64_t peakBytes = 0; ///< most memory that was resident at once
};

/// Runs it to its end, its output thrown away. Errors: NotFound, Io; Unsupported for an exit status
/// that is not 0, with what it wrote to its standard error last.
Result<Usage> run(const Command& command);
/// As run(), and gives what it wrote to its standard output.
Result<std::string> outputOf(const Command& command);
/// All in turn: the sum of their times, and the largest of their peaks.
Result<Usage> runAll(const std::vector<Command>& commands);

/// Whether there is such a program on the PATH.
bool isInstalled(const std::string& name);

} // namespace strata::bench
