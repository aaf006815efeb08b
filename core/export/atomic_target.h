// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"
#include "export/descriptor.h"
#include "io/byte_source.h"

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>

/// Private to core/export: things that appear complete or not at all.
namespace strata {

/// A file without a name on the disk that `target` is on, for what cannot be held in memory.
class UnnamedFile
{
public:
    /// Errors: Io, NotFound, Denied.
    static Result<UnnamedFile> create(const std::filesystem::path& target);

    Status write(std::span<const std::byte> bytes);
    /// What was written. Nothing can be written afterwards.
    Result<SharedSource> read();

private:
    UnnamedFile(Descriptor file, std::string where);

    Descriptor m_file;
    std::string m_where;
};

/// A file written under a temporary name beside `target`, which takes its place with commit().
/// Without a commit nothing remains. Errors: Io, NotFound, Denied.
class AtomicFile
{
public:
    /// `where` is what errors name; empty = the target.
    static Result<AtomicFile> create(const std::filesystem::path& target, std::string where = {});
    ~AtomicFile();
    AtomicFile(AtomicFile&& other) noexcept;
    AtomicFile(const AtomicFile&) = delete;
    AtomicFile& operator=(const AtomicFile&) = delete;
    AtomicFile& operator=(AtomicFile&&) = delete;

    Status write(std::span<const std::byte> bytes);
    /// Replaces a file of the target's name.
    Status commit();

private:
    AtomicFile(Descriptor file, std::filesystem::path target, std::filesystem::path temporary,
               std::string where);

    Descriptor m_file;
    std::filesystem::path m_target;
    std::filesystem::path m_temporary;
    std::string m_where;
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

    /// A file at `name`, to be committed for itself; folders above it are made if need be.
    Result<AtomicFile> file(const std::filesystem::path& name) const;
    Status commit();

private:
    AtomicDirectory(std::filesystem::path target, std::filesystem::path temporary);

    std::filesystem::path m_target;
    std::filesystem::path m_temporary;
};

} // namespace strata
