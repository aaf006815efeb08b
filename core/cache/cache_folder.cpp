// SPDX-License-Identifier: Apache-2.0
#include "cache/cache_folder.h"

#include "base/byte_path.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <map>
#include <random>
#include <set>
#include <utility>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace strata {

namespace {

constexpr std::string_view entrySuffix = ".layer";
constexpr std::size_t hexDigits = 64;
constexpr std::string_view temporaryPrefix = ".new-";
constexpr auto secretName = "seed";
constexpr std::string_view secretMagic = "StratSd1";
constexpr std::time_t touchSeconds = 60;       // between two marks of use
constexpr std::time_t abandonedSeconds = 3600; // a temporary file of a process that died
constexpr std::size_t scannedNames = 100'000;
constexpr std::size_t maxEntries = 20'000;

class Descriptor
{
public:
    explicit Descriptor(int fd)
        : m_fd(fd)
    {
    }
    ~Descriptor()
    {
        if (m_fd >= 0) {
            ::close(m_fd);
        }
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    explicit operator bool() const { return m_fd >= 0; }
    int get() const { return m_fd; }
    int release() { return std::exchange(m_fd, -1); }

private:
    int m_fd;
};

struct CloseDirectory
{
    void operator()(DIR* directory) const { ::closedir(directory); }
};

bool isEntryName(std::string_view name)
{
    return name.size() == hexDigits + entrySuffix.size() && name.ends_with(entrySuffix) &&
           name.find_first_not_of("0123456789abcdef") == hexDigits;
}

std::uint64_t randomNumber()
{
    std::random_device device;
    return (std::uint64_t{device()} << 32U) | device();
}

/// A regular file of the user's own that was opened without following a link.
bool isOwnFile(const struct stat& info)
{
    return S_ISREG(info.st_mode) && info.st_uid == ::geteuid();
}

bool readFully(int fd, std::span<std::byte> into)
{
    while (!into.empty()) {
        const auto n = ::read(fd, into.data(), into.size());
        if (n > 0) {
            into = into.subspan(static_cast<std::size_t>(n));
        } else if (n == 0 || errno != EINTR) {
            return false;
        }
    }
    return true;
}

bool writeFully(int fd, std::span<const std::byte> bytes)
{
    while (!bytes.empty()) {
        const auto n = ::write(fd, bytes.data(), bytes.size());
        if (n > 0) {
            bytes = bytes.subspan(static_cast<std::size_t>(n));
        } else if (n == 0 || errno != EINTR) {
            return false;
        }
    }
    return true;
}

/// The folder `name` in `parent`, made if need be; only if it is the user's own and nobody else's.
Result<int> ownFolder(int parent, const std::filesystem::path& path)
{
    const auto name = path.filename();
    ::mkdirat(parent, name.c_str(), 0700); // where that fails, opening says why
    Descriptor fd(::openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    struct stat info = {};
    if (!fd || ::fstat(fd.get(), &info) != 0) {
        return failErrno("cannot open the cache", errno, escapeForDisplay(path.native()));
    }
    if (info.st_uid != ::geteuid() || (info.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
        return fail(ErrorCode::Denied, "is not used as a cache: others can write to it",
                    escapeForDisplay(path.native()));
    }
    return fd.release();
}

/// The folder that the user's caches are in. It is made if need be, but no home around it.
Result<int> outerFolder(const std::filesystem::path& path)
{
    ::mkdir(path.c_str(), 0700);
    const int fd = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return fd >= 0 ? Result<int>(fd)
                   : failErrno("cannot open the cache", errno, escapeForDisplay(path.native()));
}

/// A new file without a name that anybody looks for.
std::string writeTemporary(int folder, std::span<const std::span<const std::byte>> parts)
{
    std::string name = std::string(temporaryPrefix) + std::to_string(randomNumber());
    const Descriptor fd(
        ::openat(folder, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!fd) {
        return {};
    }
    for (const auto part : parts) {
        if (!writeFully(fd.get(), part)) {
            ::unlinkat(folder, name.c_str(), 0);
            return {};
        }
    }
    return name;
}

} // namespace

struct CacheFolder::Entry
{
    std::string name;
    ino_t inode = 0;
    std::uint64_t bytes = 0;
    timespec used = {};
    bool temporary = false;
};

std::string CacheFolder::entryName(std::string_view hex)
{
    return std::string(hex) + std::string(entrySuffix);
}

Result<std::unique_ptr<CacheFolder>> CacheFolder::open(const std::filesystem::path& path)
{
    const auto middle = path.parent_path();
    const auto outer = outerFolder(middle.parent_path());
    if (!outer) {
        return std::unexpected(outer.error());
    }
    const Descriptor outerFd(*outer);
    const auto parent = ownFolder(outerFd.get(), middle);
    if (!parent) {
        return std::unexpected(parent.error());
    }
    const Descriptor parentFd(*parent);
    const auto folder = ownFolder(parentFd.get(), path);
    if (!folder) {
        return std::unexpected(folder.error());
    }
    std::unique_ptr<CacheFolder> out(new CacheFolder(*folder));
    if (const auto taken = out->takeSecret(); !taken) {
        auto error = taken.error();
        error.where = escapeForDisplay(path.native());
        return std::unexpected(std::move(error));
    }
    return out;
}

CacheFolder::~CacheFolder()
{
    ::close(m_descriptor);
}

std::optional<std::uint64_t> CacheFolder::readSecret() const
{
    const Descriptor fd(
        ::openat(m_descriptor, secretName, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    struct stat info = {};
    std::array<std::byte, secretMagic.size() + sizeof(std::uint64_t)> bytes{};
    if (!fd || ::fstat(fd.get(), &info) != 0 || !isOwnFile(info) || (info.st_mode & 0077U) != 0 ||
        info.st_size != static_cast<off_t>(bytes.size()) || !readFully(fd.get(), bytes) ||
        std::memcmp(bytes.data(), secretMagic.data(), secretMagic.size()) != 0) {
        return std::nullopt;
    }
    std::uint64_t secret = 0;
    std::memcpy(&secret, bytes.data() + secretMagic.size(), sizeof(secret));
    return secret != 0 ? std::optional(secret) : std::nullopt;
}

/// The first process makes it, and makes it whole; the others find it.
Status CacheFolder::takeSecret()
{
    for (int tries = 0; tries < 3; ++tries) {
        if (const auto secret = readSecret()) {
            m_secret = *secret;
            return {};
        }
        std::uint64_t secret = 0;
        while (secret == 0) {
            secret = randomNumber();
        }
        const std::array parts = {std::as_bytes(std::span(secretMagic)),
                                  std::as_bytes(std::span(&secret, 1))};
        const auto temporary = writeTemporary(m_descriptor, parts);
        if (temporary.empty()) {
            return failErrno("cannot write to the cache", errno);
        }
        if (tries > 0) { // what is there is no secret, or no secret any more
            ::unlinkat(m_descriptor, secretName, 0);
        }
        // Unlike a renaming, this fails if another process was first.
        ::linkat(m_descriptor, temporary.c_str(), m_descriptor, secretName, 0);
        ::unlinkat(m_descriptor, temporary.c_str(), 0);
    }
    if (const auto secret = readSecret()) {
        m_secret = *secret;
        return {};
    }
    return fail(ErrorCode::Io, "cannot write to the cache");
}

std::optional<CacheFolder::Bytes> CacheFolder::read(const std::string& name,
                                                    std::uint64_t most) const
{
    const Descriptor fd(
        ::openat(m_descriptor, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    struct stat info = {};
    if (!fd || ::fstat(fd.get(), &info) != 0 || !isOwnFile(info) || info.st_size < 0 ||
        static_cast<std::uint64_t>(info.st_size) > most) {
        return std::nullopt;
    }
    Bytes out;
    out.size = static_cast<std::size_t>(info.st_size);
    out.data = std::make_unique_for_overwrite<std::byte[]>(out.size);
    if (!readFully(fd.get(), {out.data.get(), out.size})) {
        return std::nullopt;
    }
    if (const auto age = std::time(nullptr) - info.st_mtim.tv_sec;
        age > touchSeconds || age < -touchSeconds) {
        const std::array<timespec, 2> times = {timespec{0, UTIME_OMIT}, timespec{0, UTIME_NOW}};
        ::futimens(fd.get(), times.data());
    }
    return out;
}

bool CacheFolder::contains(const std::string& name) const
{
    struct stat info = {};
    return ::fstatat(m_descriptor, name.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0 &&
           isOwnFile(info);
}

bool CacheFolder::write(const std::string& name,
                        std::span<const std::span<const std::byte>> parts) const
{
    const auto temporary = writeTemporary(m_descriptor, parts);
    if (temporary.empty()) {
        return false;
    }
    if (::renameat(m_descriptor, temporary.c_str(), m_descriptor, name.c_str()) != 0) {
        ::unlinkat(m_descriptor, temporary.c_str(), 0);
        return false;
    }
    return true;
}

bool CacheFolder::share(const std::string& name, const std::string& second) const
{
    const std::string temporary = std::string(temporaryPrefix) + std::to_string(randomNumber());
    if (::linkat(m_descriptor, name.c_str(), m_descriptor, temporary.c_str(), 0) != 0) {
        return false;
    }
    const bool done =
        ::renameat(m_descriptor, temporary.c_str(), m_descriptor, second.c_str()) == 0;
    // Renaming one name of a file to another of it leaves both.
    ::unlinkat(m_descriptor, temporary.c_str(), 0);
    return done;
}

void CacheFolder::remove(const std::string& name) const
{
    ::unlinkat(m_descriptor, name.c_str(), 0);
}

std::vector<CacheFolder::Entry> CacheFolder::entries() const
{
    std::vector<Entry> out;
    const int fd = ::openat(m_descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR* stream = fd < 0 ? nullptr : ::fdopendir(fd);
    if (stream == nullptr) {
        if (fd >= 0) {
            ::close(fd);
        }
        return out;
    }
    const std::unique_ptr<DIR, CloseDirectory> closing(stream);
    while (out.size() < scannedNames) {
        const dirent* at = ::readdir(stream); // NOLINT(concurrency-mt-unsafe): a stream of our own
        if (at == nullptr) {
            break;
        }
        const std::string_view name = at->d_name;
        const bool temporary = name.starts_with(temporaryPrefix);
        struct stat info = {};
        if ((temporary || isEntryName(name)) &&
            ::fstatat(m_descriptor, at->d_name, &info, AT_SYMLINK_NOFOLLOW) == 0) {
            out.push_back({std::string(name), info.st_ino,
                           static_cast<std::uint64_t>(std::max<off_t>(info.st_size, 0)),
                           info.st_mtim, temporary});
        }
    }
    return out;
}

CacheUsage CacheFolder::usage() const
{
    CacheUsage out;
    std::set<ino_t> seen;
    for (const Entry& entry : entries()) {
        if (!entry.temporary && seen.insert(entry.inode).second) {
            ++out.entries;
            out.bytes += entry.bytes;
        }
    }
    return out;
}

CacheUsage CacheFolder::trim(std::uint64_t most) const
{
    struct File
    {
        timespec used;
        std::uint64_t bytes;
        std::vector<std::string> names;
    };
    std::map<ino_t, File> files;
    CacheUsage left;
    const auto now = std::time(nullptr);
    for (Entry& entry : entries()) {
        if (entry.temporary) {
            if (now - entry.used.tv_sec > abandonedSeconds) {
                remove(entry.name);
            }
            continue;
        }
        auto [at, fresh] = files.try_emplace(entry.inode, entry.used, entry.bytes);
        at->second.names.push_back(std::move(entry.name));
        left.entries += fresh ? 1 : 0;
        left.bytes += fresh ? entry.bytes : 0;
    }
    std::vector<const File*> oldestFirst;
    oldestFirst.reserve(files.size());
    for (const auto& [inode, file] : files) {
        oldestFirst.push_back(&file);
    }
    std::ranges::sort(oldestFirst, {}, [](const File* file) {
        return std::pair(file->used.tv_sec, file->used.tv_nsec);
    });
    for (const File* file : oldestFirst) {
        if (left.bytes <= most && left.entries <= maxEntries) {
            break;
        }
        std::ranges::for_each(file->names, [this](const auto& name) { remove(name); });
        left.bytes -= file->bytes;
        --left.entries;
    }
    return left;
}

CacheUsage CacheFolder::clear() const
{
    const auto before = usage();
    for (const Entry& entry : entries()) {
        remove(entry.name);
    }
    return before;
}

} // namespace strata
