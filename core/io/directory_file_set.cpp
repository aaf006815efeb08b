// SPDX-License-Identifier: Apache-2.0
#include "io/file_set.h"

#include "base/byte_path.h"
#include "base/limits.h"

#include <cerrno>

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace strata {

namespace {

class DirectoryFileSet final : public FileSet
{
public:
    DirectoryFileSet(int directory, std::filesystem::path path)
        : m_directory(directory)
        , m_path(std::move(path))
    {
    }
    ~DirectoryFileSet() override { ::close(m_directory); }

    bool contains(std::string_view name) const override { return sizeOf(name).has_value(); }

    std::optional<std::uint64_t> sizeOf(std::string_view name) const override
    {
        const auto source = open(name);
        return source ? std::optional((*source)->size()) : std::nullopt;
    }

    Result<SharedSource> open(std::string_view name) const override
    {
        const int fd = openBeneath(name, O_RDONLY | O_NONBLOCK | O_NOCTTY);
        if (fd < 0) {
            return errno == ENOENT || errno == ENOTDIR
                       ? fail(ErrorCode::Missing, "is not in the folder", escapeForDisplay(name))
                   : errno == EXDEV
                       ? fail(ErrorCode::Denied, "is a link that leads out of the folder",
                              escapeForDisplay(name))
                   : errno == ELOOP
                       ? fail(ErrorCode::Malformed,
                              "is a link that leads back to itself, or through more than 40 others",
                              escapeForDisplay(name))
                       : failErrno("cannot open", errno, escapeForDisplay(name));
        }
        return sourceFromDescriptor(fd, escapeForDisplay(name));
    }

    std::string identity(std::string_view name) const override
    {
        const int fd = openBeneath(name, O_PATH);
        if (fd < 0) {
            return {};
        }
        struct stat info = {};
        const bool known = ::fstat(fd, &info) == 0;
        ::close(fd);
        return known ? std::to_string(info.st_dev) + ":" + std::to_string(info.st_ino)
                     : std::string();
    }

    std::vector<std::string> names() const override
    {
        std::vector<std::string> out;
        std::size_t seen = 0;
        std::error_code error;
        std::filesystem::recursive_directory_iterator it(
            m_path, std::filesystem::directory_options::skip_permission_denied, error);
        for (; !error && it != std::filesystem::recursive_directory_iterator() &&
               seen < limits::archiveMembers;
             it.increment(error), ++seen) {
            if (it.depth() >= limits::folderDepth) {
                it.disable_recursion_pending();
            }
            std::error_code unknown; // of a link that leads nowhere, say
            if (it->is_regular_file(unknown)) {
                out.push_back(it->path().lexically_relative(m_path).native());
            }
        }
        return out;
    }

private:
    int openBeneath(std::string_view name, int flags) const
    {
        struct open_how how = {};
        how.flags = static_cast<unsigned>(flags | O_CLOEXEC);
        how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
        const auto cleaned = cleanMemberName(name);
        if (cleaned.contains('\0')) {
            errno = ENOENT; // the kernel would see another, shorter name
            return -1;
        }
        // EAGAIN: something was renamed meanwhile, and the kernel cannot tell whether it led out.
        int fd = -1;
        for (int tries = 0; fd < 0 && tries < 100; ++tries) {
            fd = static_cast<int>(
                ::syscall(SYS_openat2, m_directory, cleaned.c_str(), &how, sizeof(how)));
            if (fd < 0 && errno != EINTR && errno != EAGAIN) {
                break;
            }
        }
        return fd;
    }

    int m_directory;
    std::filesystem::path m_path;
};

} // namespace

Result<std::shared_ptr<const FileSet>> directoryFileSet(const std::filesystem::path& directory)
{
    const int fd = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        return failErrno("cannot open", errno, escapeForDisplay(directory.native()));
    }
    return std::make_shared<DirectoryFileSet>(fd, directory);
}

} // namespace strata
