// SPDX-License-Identifier: Apache-2.0
#include "figures.h"

#include <limits>
#include <sstream>

namespace strata::bench {

Result<Figures> figuresOf(const Command& command)
{
    const auto output = outputOf(command);
    if (!output) {
        return std::unexpected(output.error());
    }
    Figures figures;
    std::istringstream lines(*output);
    std::string name;
    double value = 0;
    while (lines >> name >> value) {
        figures[name] = value;
    }
    return figures;
}

double figure(const Figures& figures, const std::string& name)
{
    const auto found = figures.find(name);
    return found != figures.end() ? found->second : std::numeric_limits<double>::quiet_NaN();
}

} // namespace strata::bench
