// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>

/// Private to core/export: things that appear complete or not at all.
namespace strata {

/// A file written under a temporary name beside `target`, which takes its place with commit().
/// Without a commit nothing remains. Errors: Io, NotFound, Denied.
class AtomicFile
{
public:
    static Result<AtomicFile> create(const std::filesystem::path& target);
    ~AtomicFile();
    AtomicFile(AtomicFile&& other) noexcept;
    AtomicFile(const AtomicFile&) = delete;
    AtomicFile& operator=(const AtomicFile&) = delete;
    AtomicFile& operator=(AtomicFile&&) = delete;

    Status write(std::span<const std::byte> bytes);
    /// Replaces a file of the target's name.
    Status commit();

private:
    AtomicFile(int fd, std::filesystem::path target, std::filesystem::path temporary);

    int m_fd = -1;
    std::filesystem::path m_target;
    std::filesystem::path m_temporary;
};

/// The same for a directory, which must not exist yet.
class AtomicDirectory
{
public:
    /// Errors: Denied when `target` exists; Io.
    static Result<AtomicDirectory> create(const std::filesystem::path& target);
    ~AtomicDirectory();
    AtomicDirectory(AtomicDirectory&& other) noexcept;
    AtomicDirectory(const AtomicDirectory&) = delete;
    AtomicDirectory& operator=(const AtomicDirectory&) = delete;
    AtomicDirectory& operator=(AtomicDirectory&&) = delete;

    /// A file at `name`, folders above it made if need be.
    Status write(const std::filesystem::path& name, std::span<const std::byte> bytes);
    Status commit();

private:
    AtomicDirectory(std::filesystem::path target, std::filesystem::path temporary);

    std::filesystem::path m_target;
    std::filesystem::path m_temporary;
};

} // namespace strata
