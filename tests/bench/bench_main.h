// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"

#include <cstdio>
#include <cstdlib>
#include <exception>

namespace strata::bench {

/// The exit code of a program that came to `status`, whose error it says.
inline int exitCode(const char* program, const Status& status)
{
    if (!status) {
        std::fprintf(stderr, "%s: %s\n", program, status.error().message().c_str());
    }
    return status ? EXIT_SUCCESS : EXIT_FAILURE;
}

/// What `run` gives; what it throws is said.
inline int guarded(const char* program, int (*run)(int, char**), int argc, char* argv[])
{
    try {
        return run(argc, argv);
    } catch (const std::exception& e) {
        std::fprintf(stderr, "%s: %s\n", program, e.what());
        return EXIT_FAILURE;
    }
}

} // namespace strata::bench
