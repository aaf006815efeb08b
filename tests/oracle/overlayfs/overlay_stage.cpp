// SPDX-License-Identifier: Apache-2.0
#include "overlay_stage.h"

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <ranges>
#include <string_view>
#include <system_error>

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace strata::test {

namespace {

std::string reason(std::string_view what)
{
    return std::string(what) + ": " + std::generic_category().message(errno);
}

bool writeText(const char* path, std::string_view text)
{
    std::ofstream file(path);
    file << text;
    return file.flush().good();
}

/// Root inside, whoever one is outside. Empty, or the reason why not.
std::string enterUserNamespace()
{
    const auto uid = ::geteuid();
    const auto gid = ::getegid();
    if (::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) {
        return reason("no user namespace can be made");
    }
    if (!writeText("/proc/self/setgroups", "deny") ||
        !writeText("/proc/self/uid_map", "0 " + std::to_string(uid) + " 1") ||
        !writeText("/proc/self/gid_map", "0 " + std::to_string(gid) + " 1")) {
        return reason("the ids of the user namespace cannot be mapped");
    }
    return {};
}

std::string enterNamespaces(OverlayStage::As as)
{
    if (as == OverlayStage::As::UserNamespace || ::geteuid() != 0) {
        return enterUserNamespace();
    }
    // Root without its capabilities has them in a namespace of its own.
    return ::unshare(CLONE_NEWNS) == 0 ? std::string() : enterUserNamespace();
}

bool keepsXattr(const std::filesystem::path& file, const char* name, std::string_view value)
{
    return ::setxattr(file.c_str(), name, value.data(), value.size(), 0) == 0;
}

} // namespace

std::expected<std::unique_ptr<OverlayStage>, std::string> OverlayStage::enter(As as)
{
    if (auto refused = enterNamespaces(as); !refused.empty()) {
        return std::unexpected(refused);
    }
    if (::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
        return std::unexpected(reason("the mounts cannot be made private"));
    }
    std::string folder = "/tmp/strata-overlay-XXXXXX";
    if (::mkdtemp(folder.data()) == nullptr) {
        return std::unexpected(reason("no temporary folder"));
    }
    if (::mount("tmpfs", folder.c_str(), "tmpfs", MS_NODEV | MS_NOSUID, "mode=0700") != 0) {
        const auto why = reason("no tmpfs can be mounted");
        ::rmdir(folder.c_str());
        return std::unexpected(why);
    }
    std::unique_ptr<OverlayStage> stage(new OverlayStage(folder));
    stage->probe();
    if (auto refused = stage->tryOverlay(); !refused.empty()) {
        return std::unexpected(refused);
    }
    return stage;
}

OverlayStage::~OverlayStage()
{
    ::umount2(m_folder.c_str(), MNT_DETACH);
    ::rmdir(m_folder.c_str());
}

void OverlayStage::probe()
{
    const auto file = m_folder / "probe";
    const auto device = m_folder / "device";
    std::ofstream(file).close();
    m_abilities.owners = ::chown(file.c_str(), 1000, 1001) == 0;
    m_abilities.devices = ::mknod(device.c_str(), S_IFCHR | 0600, makedev(1, 3)) == 0;
    m_abilities.trusted = keepsXattr(file, "trusted.probe", "x");
    m_abilities.user = keepsXattr(file, "user.probe", "x");
    m_abilities.capabilities =
        keepsXattr(file, "security.capability",
                   std::string_view("\x01\0\0\x02\0\x04\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 20));
    m_opaqueXattr = m_abilities.trusted ? "trusted.overlay.opaque" : "user.overlay.opaque";
    std::filesystem::remove(file);
    std::filesystem::remove(device);
}

/// Empty where an overlay with a whiteout and an opaque directory does what it should.
std::string OverlayStage::tryOverlay() const
{
    const auto lower = m_folder / "lower";
    const auto upper = m_folder / "upper";
    for (const auto& layer : {lower, upper}) {
        std::filesystem::create_directories(layer / "opaque");
    }
    std::ofstream(lower / "opaque" / "hidden").close();
    std::ofstream(lower / "hidden").close();
    std::string refused;
    if (::mknod((upper / "hidden").c_str(), S_IFCHR, makedev(0, 0)) != 0) {
        refused = reason("no whiteout can be made");
    } else if (!keepsXattr(upper / "opaque", m_opaqueXattr.c_str(), "y")) {
        refused = reason("the attribute " + m_opaqueXattr + " cannot be set on a tmpfs");
    } else {
        try {
            const OverlayMount overlay(*this, {lower, upper}, m_folder / "merged");
            if (std::filesystem::exists(overlay.path() / "hidden") ||
                !std::filesystem::is_empty(overlay.path() / "opaque")) {
                refused = "the mounted overlay does not heed whiteouts and opaque directories";
            }
        } catch (const std::system_error& error) {
            refused = error.what();
        }
    }
    for (const auto* name : {"lower", "upper"}) {
        std::filesystem::remove_all(m_folder / name);
    }
    return refused;
}

namespace {

void mountOverlay(const std::filesystem::path& at, unsigned long flags, const std::string& options)
{
    std::filesystem::create_directories(at);
    if (::mount("overlay", at.c_str(), "overlay", flags, options.c_str()) != 0) {
        const std::system_error error(errno, std::generic_category(),
                                      "an overlay cannot be mounted (" + options + ")");
        std::filesystem::remove(at);
        throw error;
    }
}

void unmountOverlay(const std::filesystem::path& at)
{
    ::umount2(at.c_str(), MNT_DETACH);
    std::error_code ignored;
    std::filesystem::remove(at, ignored);
}

std::string topDown(const std::vector<std::filesystem::path>& layers)
{
    std::string out;
    for (const auto& layer : layers | std::views::reverse) {
        out += (out.empty() ? "" : ":") + layer.native();
    }
    return out;
}

} // namespace

ContainerMount::ContainerMount(const OverlayStage& stage,
                               const std::vector<std::filesystem::path>& layers,
                               const std::filesystem::path& upper,
                               const std::filesystem::path& work, std::filesystem::path at,
                               const std::string& options)
    : m_at(std::move(at))
{
    // What userxattr turns off may not be named beside it.
    const std::string usual =
        stage.userXattr() ? "index=off,userxattr" : "index=off,redirect_dir=off,metacopy=off";
    mountOverlay(m_at, MS_NODEV | MS_NOSUID,
                 "lowerdir=" + topDown(layers) + ",upperdir=" + upper.native() +
                     ",workdir=" + work.native() + "," + (options.empty() ? usual : options));
}

ContainerMount::~ContainerMount()
{
    unmountOverlay(m_at);
}

OverlayMount::OverlayMount(const OverlayStage& stage,
                           const std::vector<std::filesystem::path>& layers,
                           std::filesystem::path at)
    : m_at(std::move(at))
{
    // An overlay without an upper layer wants two lower ones.
    const auto below = stage.folder() / "nothing";
    std::filesystem::create_directories(below);
    mountOverlay(m_at, MS_RDONLY,
                 "lowerdir=" + topDown(layers) + ":" + below.native() +
                     (stage.userXattr() ? ",userxattr" : ""));
}

OverlayMount::~OverlayMount()
{
    unmountOverlay(m_at);
}

StackScript fitted(StackScript stack, const Abilities& abilities)
{
    const auto kept = [&](std::string_view name) {
        return name.starts_with("user.")      ? abilities.user
               : name.starts_with("trusted.") ? abilities.trusted
                                              : abilities.capabilities;
    };
    for (auto& layer : stack) {
        for (auto& entry : layer.entries) {
            if (!abilities.owners) {
                entry.uid = entry.gid = 0;
            }
            const bool device =
                entry.kind == EntryKind::BlockDevice || entry.kind == EntryKind::CharDevice;
            const bool whiteout =
                entry.kind == EntryKind::CharDevice && entry.major == 0 && entry.minor == 0;
            if (device && !whiteout && !abilities.devices) {
                entry.kind = EntryKind::Fifo;
                entry.major = entry.minor = 0;
            }
            std::erase_if(entry.xattrs, [&](const auto& xattr) {
                // Overlayfs's own are told to it by whatever name it heeds.
                return !xattr.first.starts_with("trusted.overlay.") && !kept(xattr.first);
            });
        }
    }
    return stack;
}

} // namespace strata::test
