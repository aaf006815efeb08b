// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "archive_builder.h"
#include "check.h"

#include "export/extract.h"

#include "child.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <sys/stat.h>
#include <unistd.h>

/// What the tests of extraction share.
namespace strata::test {

namespace fs = std::filesystem;

using Opened = std::shared_ptr<const OpenedImage>;

inline Opened openBytes(Bytes archive)
{
    const auto opened = ImageArchive::open(memorySource(std::move(archive)), "test.tar", Job{});
    if (!opened) {
        throw std::runtime_error(opened.error().message());
    }
    const auto image = loadImage(*opened, 0, Job{});
    if (!image) {
        throw std::runtime_error(image.error().message());
    }
    return *image;
}

inline Opened imageOf(const std::vector<TarBuilder>& layers,
                      Compression compression = Compression::None)
{
    ImageBuilder image;
    for (const TarBuilder& layer : layers) {
        image.layer(layer, {}, compression);
    }
    return openBytes(archiveOf(ArchiveForm::Oci, image));
}

inline struct stat statOf(const fs::path& path)
{
    struct stat status{};
    lstat(path.c_str(), &status);
    return status;
}

/// What lies below a folder, in byte order: "dir a 755", "file a/b 644 text", "link c -> d".
inline std::string listing(const fs::path& folder)
{
    std::vector<std::string> lines;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        const std::string name = entry.path().lexically_relative(folder).native();
        std::array<char, 8> mode{};
        std::snprintf(mode.data(), mode.size(), "%o", statOf(entry.path()).st_mode & 07777U);
        if (entry.is_symlink()) {
            lines.push_back(name + " -> " + fs::read_symlink(entry.path()).native());
        } else if (entry.is_directory()) {
            lines.push_back(name + "/ " + mode.data());
        } else if (entry.is_regular_file()) {
            lines.push_back(name + " " + mode.data() + " " + toText(readFile(entry.path())));
        } else {
            lines.push_back(name + " " + mode.data() + " special");
        }
    }
    std::ranges::sort(lines);
    std::string out;
    for (const std::string& line : lines) {
        out += line + "\n";
    }
    return out;
}

inline std::string warningsOf(const Result<ExtractReport>& report)
{
    std::string out;
    for (const std::string& text : report->warnings.texts()) {
        out += text + "\n";
    }
    return out;
}

/// Runs `work` as an ordinary user to whom `folder` is given, in a child if this process is root.
inline std::string asPlainUser(const fs::path& folder, const std::function<std::string()>& work)
{
    if (geteuid() != 0) {
        return work();
    }
    constexpr uid_t nobody = 65534;
    if (chown(folder.c_str(), nobody, nobody) != 0) {
        throw std::runtime_error("cannot give the folder away");
    }
    return inChild([&] {
        return setgroups(0, nullptr) == 0 && setresgid(nobody, nobody, nobody) == 0 &&
                       setresuid(nobody, nobody, nobody) == 0
                   ? work()
                   : std::string("cannot become another user");
    });
}

/// Extracts without owners, which only root may set.
inline Result<ExtractReport> extractTo(const fs::path& target, const Opened& image,
                                       ExtractOptions options = {}, const Job& job = {})
{
    options.keepOwners = false;
    return extractTree(*image, target, options, job);
}

} // namespace strata::test
