// SPDX-License-Identifier: Apache-2.0
#include "scratch.h"

#include "require.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string_view>
#include <vector>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace strata::fuzz {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view prefix = "stratascope-fuzz-";

void write(const fs::path& file, const char* text)
{
    std::ofstream(file) << text;
}

/// As `rm -r`, also where the image locked a directory.
void removeAll(const fs::path& top)
{
    std::error_code ignored;
    fs::remove_all(top, ignored);
    if (!fs::exists(top)) {
        return;
    }
    std::vector<fs::path> todo{top};
    while (!todo.empty()) {
        const fs::path folder = std::move(todo.back());
        todo.pop_back();
        fs::permissions(folder, fs::perms::owner_all, fs::perm_options::add);
        for (const auto& item : fs::directory_iterator(folder)) {
            if (item.is_directory() && !item.is_symlink()) {
                todo.push_back(item.path());
            }
        }
    }
    fs::remove_all(top);
}

/// A descriptor of `folder`, locked; -1 where another process holds it, where it is another user's
/// or a link, and where it is gone by the time it could be locked. flock(2).
int lock(const fs::path& folder, int how)
{
    const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    struct stat held = {};
    struct stat there = {};
    if (fd >= 0 && ::fstat(fd, &held) == 0 && held.st_uid == ::geteuid() && ::flock(fd, how) == 0 &&
        ::lstat(folder.c_str(), &there) == 0 && there.st_ino == held.st_ino) {
        return fd;
    }
    if (fd >= 0) {
        ::close(fd);
    }
    return -1;
}

/// Folders of processes that a broken rule ended: nobody holds them.
void removeLeftovers(const fs::path& base)
{
    std::vector<fs::path> found;
    for (const auto& item : fs::directory_iterator(base)) {
        if (item.path().filename().native().starts_with(prefix)) {
            found.push_back(item.path());
        }
    }
    for (const fs::path& folder : found) {
        if (const int fd = lock(folder, LOCK_EX | LOCK_NB); fd >= 0) {
            removeAll(folder);
            ::close(fd);
        }
    }
}

std::string describe(const fs::path& path)
{
    struct stat info = {};
    ::lstat(path.c_str(), &info);
    std::string out = path.native() + " " + std::to_string(info.st_mode) + " " +
                      std::to_string(info.st_uid) + " " + std::to_string(info.st_nlink) + " ";
    if (S_ISREG(info.st_mode)) {
        std::ifstream in(path);
        out.append(std::istreambuf_iterator<char>(in), {});
    }
    return out + "\n";
}

} // namespace

Scratch& Scratch::instance()
{
    static Scratch scratch;
    return scratch;
}

Scratch::Scratch()
{
    const fs::path memory = "/dev/shm";
    const fs::path base = ::access(memory.c_str(), W_OK) == 0 ? memory : fs::temp_directory_path();
    removeLeftovers(base);
    // Held, and never closed, until the process is gone. Between being made and being locked it may
    // look left over to another process.
    int held = -1;
    for (int attempt = 0; held < 0 && attempt < 100; ++attempt) {
        std::string name = (base / (std::string(prefix) + "XXXXXX")).native();
        require(::mkdtemp(name.data()) != nullptr, "there is a folder to work in", name);
        m_root = name;
        held = lock(m_root, LOCK_EX);
    }
    require(held >= 0, "the folder can be locked", m_root.native());
    m_work = m_root / "work";
    fs::create_directory(m_root / "outside");
    fs::create_directory(m_root / "images");
    fs::create_directory(m_work);
    write(m_root / "canary", "sings");
    write(m_root / "outside" / "keep", "as it is");
    // NOLINTNEXTLINE(concurrency-mt-unsafe): there are no threads yet
    ::setenv("TMPDIR", m_root.c_str(), 1);
}

Scratch::~Scratch()
{
    removeAll(m_root);
}

void Scratch::clear(const fs::path& folder)
{
    for (const auto& item : fs::directory_iterator(folder)) {
        removeAll(item.path());
    }
}

std::string Scratch::surroundings() const
{
    std::vector<std::string> lines;
    for (auto it = fs::recursive_directory_iterator(m_root);
         it != fs::recursive_directory_iterator(); ++it) {
        if (it->path() == m_work) {
            it.disable_recursion_pending();
            continue;
        }
        lines.push_back(describe(it->path()));
    }
    std::ranges::sort(lines);
    std::string out;
    for (const std::string& line : lines) {
        out += line;
    }
    return out;
}

} // namespace strata::fuzz
