// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <exception>
#include <functional>
#include <stdexcept>
#include <string>

#include <grp.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

/// Work under other rights or limits, which a process cannot take back: in a child.
namespace strata::test {

/// What `work` returned in a child process, or how the child died.
inline std::string inChild(const std::function<std::string()>& work)
{
    std::array<int, 2> ends{};
    if (pipe(ends.data()) != 0) {
        throw std::runtime_error("no pipe");
    }
    const pid_t child = fork();
    if (child == 0) {
        std::string out;
        try {
            out = work();
        } catch (const std::exception& error) {
            out = std::string("exception: ") + error.what();
        }
        for (std::size_t done = 0; done < out.size();) {
            const ssize_t count = write(ends[1], out.data() + done, out.size() - done);
            if (count <= 0) {
                break;
            }
            done += static_cast<std::size_t>(count);
        }
        _exit(0); // no destructor of the parent's belongs to the child
    }
    close(ends[1]);
    std::string out;
    std::array<char, 4096> buffer{};
    for (ssize_t count = 0; (count = read(ends[0], buffer.data(), buffer.size())) > 0;) {
        out.append(buffer.data(), static_cast<std::size_t>(count));
    }
    close(ends[0]);
    int status = 0;
    waitpid(child, &status, 0);
    return WIFSIGNALED(status) ? "signal " + std::to_string(WTERMSIG(status)) : out;
}

/// The same with a file system of `bytes` mounted at `folder`; empty if none may be mounted.
inline std::string onSmallDisk(const std::string& folder, std::size_t bytes,
                               const std::function<std::string()>& work)
{
    return inChild([&]() -> std::string {
        const std::string options = "size=" + std::to_string(bytes);
        if (unshare(CLONE_NEWNS) != 0 ||
            mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
            mount("none", folder.c_str(), "tmpfs", 0, options.c_str()) != 0) {
            return {};
        }
        return work();
    });
}

} // namespace strata::test
