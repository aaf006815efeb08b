// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"

#include <filesystem>
#include <string>
#include <vector>

namespace strata::bench {

/// Where things are, and how thoroughly to measure.
struct Setting
{
    std::filesystem::path programs; ///< strata, bench_images and so on
    std::filesystem::path inputs;   ///< a folder for what is made; what is there is used again
    std::filesystem::path article;  ///< a folder with the article's image; empty = there is none
    bool quick = false;             ///< small images, few rounds: for a look, not for the record

    int rounds() const { return quick ? 3 : 5; }
    std::string program(const std::string& name) const { return (programs / name).string(); }
};

/// An image, and its layers as files of their own for those who read nothing else.
struct Input
{
    std::filesystem::path image;
    std::vector<std::filesystem::path> layers; ///< base first, as they are stored
};

struct Inputs
{
    std::string articleName; ///< what the table calls it
    Input docker;            ///< the article's image, three times
    Input gzip;
    Input zstd;
    Input manyPlain;
    Input manyGzip;
};

/// Makes what is not there. Errors: those of the programs that make it.
Result<Inputs> prepareInputs(const Setting& setting);

} // namespace strata::bench
