// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "layer_script.h"

#include <expected>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace strata::test {

/// What the kernel lets this process do in the stage's file system.
struct Abilities
{
    bool owners = false;       ///< any uid and gid
    bool devices = false;      ///< device nodes other than whiteouts
    bool trusted = false;      ///< trusted.* attributes
    bool user = false;         ///< user.* attributes
    bool capabilities = false; ///< security.capability
};

/// The script without what the kernel would refuse: owners become root, devices become FIFOs,
/// attributes go. Paths and their order stay, so that a seed means the same stack everywhere.
StackScript fitted(StackScript stack, const Abilities& abilities);

/// A tmpfs in a mount namespace of this process's own, where overlays can be mounted. Everything
/// in it is gone when the process ends, however it ends.
class OverlayStage
{
public:
    enum class As {
        Anyone, ///< root as it is; who is not root, in a user namespace
        UserNamespace,
    };

    /// Moves the whole process into the namespaces; call it before any thread is started.
    /// Gives the reason where the system does not allow it.
    static std::expected<std::unique_ptr<OverlayStage>, std::string> enter(As as);
    ~OverlayStage();
    OverlayStage(const OverlayStage&) = delete;
    OverlayStage& operator=(const OverlayStage&) = delete;

    const std::filesystem::path& folder() const { return m_folder; }
    const Abilities& abilities() const { return m_abilities; }
    /// The attribute that makes a directory opaque: "trusted.…", or "user.…" with `userxattr`.
    const std::string& opaqueXattr() const { return m_opaqueXattr; }
    /// Whether overlays are mounted with `userxattr`.
    bool userXattr() const { return m_opaqueXattr.starts_with("user."); }

private:
    explicit OverlayStage(std::filesystem::path folder)
        : m_folder(std::move(folder))
    {
    }
    void probe();
    std::string tryOverlay() const;

    std::filesystem::path m_folder;
    Abilities m_abilities;
    std::string m_opaqueXattr;
};

/// An overlay with an upper directory, mounted as container engines do, while it lives. Throws
/// std::system_error where the kernel refuses it.
class ContainerMount
{
public:
    /// `layers` base first; `upper` and `work` exist, `at` is made. `options` = other ones than
    /// engines give.
    ContainerMount(const OverlayStage& stage, const std::vector<std::filesystem::path>& layers,
                   const std::filesystem::path& upper, const std::filesystem::path& work,
                   std::filesystem::path at, const std::string& options = {});
    ~ContainerMount();
    ContainerMount(const ContainerMount&) = delete;
    ContainerMount& operator=(const ContainerMount&) = delete;

    const std::filesystem::path& path() const { return m_at; }

private:
    std::filesystem::path m_at;
};

/// A read-only overlay of unpacked layers while it lives. Throws std::system_error where the
/// kernel refuses it.
class OverlayMount
{
public:
    /// `layers` base first; `at` is made.
    OverlayMount(const OverlayStage& stage, const std::vector<std::filesystem::path>& layers,
                 std::filesystem::path at);
    ~OverlayMount();
    OverlayMount(const OverlayMount&) = delete;
    OverlayMount& operator=(const OverlayMount&) = delete;

    const std::filesystem::path& path() const { return m_at; }

private:
    std::filesystem::path m_at;
};

} // namespace strata::test
