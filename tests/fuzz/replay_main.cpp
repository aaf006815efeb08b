// SPDX-License-Identifier: Apache-2.0
// Stands in for libFuzzer in every ordinary build, so that the targets never rot: runs one over
// the files named, and over every file below the folders named. What is not there is passed over:
// a target has a folder for the bugs that it found before it has found one.
#include "fuzz_target.h"
#include "input.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

std::vector<fs::path> filesBelow(const fs::path& start)
{
    if (!fs::exists(start)) {
        std::printf("%s: not there\n", start.c_str());
        return {};
    }
    if (!fs::is_directory(start)) {
        return {start};
    }
    std::vector<fs::path> files;
    for (const auto& item : fs::recursive_directory_iterator(start)) {
        if (item.is_regular_file()) {
            files.push_back(item.path());
        }
    }
    std::ranges::sort(files);
    return files;
}

bool replay(const fs::path& file)
{
    std::ifstream in(file, std::ios::binary);
    const std::string bytes(std::istreambuf_iterator<char>(in), {});
    if (!in.is_open() || in.bad()) {
        std::fprintf(stderr, "%s: cannot be read\n", file.c_str());
        return false;
    }
    // Said first, so that the last line names the file that ended the run.
    std::printf("%s\n", file.c_str());
    std::fflush(stdout);
    const auto before = strata::fuzz::lookedAt();
    const auto view = std::as_bytes(std::span(bytes));
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(view.data()), view.size());
    if (strata::fuzz::lookedAt() == before) {
        std::printf("    not looked at to its end\n");
    }
    return true;
}

} // namespace

int main(int count, char* words[])
{
    std::size_t replayed = 0;
    for (const char* word : std::span(words, static_cast<std::size_t>(count)).subspan(1)) {
        for (const fs::path& file : filesBelow(word)) {
            if (!replay(file)) {
                return 1;
            }
            ++replayed;
        }
    }
    std::printf("%zu of %zu inputs looked at to their end\n", strata::fuzz::lookedAt(), replayed);
    if (strata::fuzz::lookedAt() == 0) {
        std::fprintf(stderr, "nothing was looked at to its end\n");
        return 1;
    }
    return 0;
}
