// SPDX-License-Identifier: Apache-2.0
#include "process.h"

#include "monotonic.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <ranges>
#include <utility>

extern char** environ; // NOLINT: POSIX's own name

namespace strata::bench {

namespace {

/// A nameless file for what a program says: unlike a pipe, it takes all without a reader.
class Captured
{
public:
    Captured()
        : m_fd(::memfd_create("captured", MFD_CLOEXEC))
    {
    }
    ~Captured() { ::close(m_fd); }
    Captured(const Captured&) = delete;
    Captured& operator=(const Captured&) = delete;

    int fd() const { return m_fd; }
    std::string text() const
    {
        std::string text;
        std::array<char, 4096> buffer{};
        ssize_t n = 0;
        while ((n = ::pread(m_fd, buffer.data(), buffer.size(), static_cast<off_t>(text.size()))) >
               0) {
            text.append(buffer.data(), static_cast<std::size_t>(n));
        }
        return text;
    }

private:
    int m_fd;
};

std::vector<std::string> environmentOf(const Command& command)
{
    std::vector<std::string> out;
    for (char** variable = environ; *variable != nullptr; ++variable) {
        const std::string text(*variable);
        if (!command.environment.contains(text.substr(0, text.find('=')))) {
            out.push_back(text);
        }
    }
    for (const auto& [name, value] : command.environment) {
        out.push_back(name + "=" + value);
    }
    return out;
}

std::vector<char*> pointers(std::vector<std::string>& texts)
{
    std::vector<char*> out;
    for (auto& text : texts) {
        out.push_back(text.data());
    }
    out.push_back(nullptr);
    return out;
}

std::string lastLine(std::string text)
{
    while (text.ends_with('\n')) {
        text.pop_back();
    }
    return text.substr(text.rfind('\n') + 1);
}

/// `output` −1 = thrown away.
Result<Usage> runInto(const Command& command, int output)
{
    const Captured errors;
    auto words = command.words;
    auto variables = environmentOf(command);
    posix_spawn_file_actions_t files;
    ::posix_spawn_file_actions_init(&files);
    ::posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    if (output < 0) {
        ::posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
    } else {
        ::posix_spawn_file_actions_adddup2(&files, output, 1);
    }
    ::posix_spawn_file_actions_adddup2(&files, errors.fd(), 2);
    pid_t child = 0;
    const auto before = monotonicNanoseconds();
    const int failed = ::posix_spawnp(&child, words.front().c_str(), &files, nullptr,
                                      pointers(words).data(), pointers(variables).data());
    ::posix_spawn_file_actions_destroy(&files);
    if (failed != 0) {
        return failErrno("cannot be run", failed, words.front());
    }
    int status = 0;
    rusage used{};
    while (::wait4(child, &status, 0, &used) < 0) {
        if (errno != EINTR) {
            return failErrno("cannot be waited for", errno, words.front());
        }
    }
    const auto after = monotonicNanoseconds();
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        return fail(ErrorCode::Unsupported, "failed: " + lastLine(errors.text()), words.front());
    }
    return Usage{.seconds = static_cast<double>(after - before) / 1e9,
                 .peakBytes = static_cast<std::uint64_t>(used.ru_maxrss) * 1024};
}

} // namespace

Result<Usage> run(const Command& command)
{
    return runInto(command, -1);
}

Result<std::string> outputOf(const Command& command)
{
    const Captured output;
    if (const auto done = runInto(command, output.fd()); !done) {
        return std::unexpected(done.error());
    }
    return output.text();
}

Result<Usage> runAll(const std::vector<Command>& commands)
{
    Usage all;
    for (const auto& command : commands) {
        const auto one = run(command);
        if (!one) {
            return one;
        }
        all.seconds += one->seconds;
        all.peakBytes = std::max(all.peakBytes, one->peakBytes);
    }
    return all;
}

bool isInstalled(const std::string& name)
{
    const char* path = ::getenv("PATH"); // NOLINT(concurrency-mt-unsafe): there is one thread
    return std::ranges::any_of(
        std::views::split(std::string_view(path != nullptr ? path : ""), ':'),
        [&](const auto& folder) {
            const std::filesystem::path file =
                std::filesystem::path(std::string_view(folder)) / name;
            return ::access(file.c_str(), X_OK) == 0;
        });
}

} // namespace strata::bench
