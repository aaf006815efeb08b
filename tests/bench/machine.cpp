// SPDX-License-Identifier: Apache-2.0
#include "machine.h"

#include <sys/sysinfo.h>

#include <chrono>
#include <cstdlib>
#include <format>
#include <fstream>
#include <string>
#include <thread>

namespace strata::bench {

namespace {

std::string processor()
{
    std::ifstream lines("/proc/cpuinfo");
    for (std::string line; std::getline(lines, line);) {
        if (const auto colon = line.find(": ");
            line.starts_with("model name") && colon != line.npos) {
            return line.substr(colon + 2);
        }
    }
    return "an unknown processor";
}

} // namespace

std::string machineText()
{
    struct sysinfo system{};
    ::sysinfo(&system);
    double load = 0;
    ::getloadavg(&load, 1);
    const auto memory = static_cast<double>(system.totalram) * system.mem_unit;
    return std::format("{}, {} cores, {:.0f} GB; load at the end {:.1f}; {:%Y-%m-%d}.", processor(),
                       std::thread::hardware_concurrency(), memory / 1e9, load,
                       std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now()));
}

} // namespace strata::bench
