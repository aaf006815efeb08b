// SPDX-License-Identifier: Apache-2.0
#include "export/extract_log.h"

#include "base/byte_path.h"

#include <cerrno>
#include <system_error>
#include <utility>

#include <unistd.h>

namespace strata {
namespace {

/// Why the system refuses what only the superuser may do, or what this file system cannot do.
std::string reason(int error)
{
    if (error == 0) {
        return {};
    }
    if ((error == EPERM || error == EACCES) && geteuid() != 0) {
        return ": that needs root";
    }
    return ": " + std::generic_category().message(error);
}

} // namespace

void ExtractLog::skipped(const std::string& path, const std::string& why)
{
    ++m_skipped;
    m_warnings.add(WarningCode::Other, escapeForDisplay(path) + " was not written: " + why);
}

void ExtractLog::unreadable(const std::string& path, const std::string& why)
{
    ++m_skipped;
    m_warnings.add(WarningCode::LayerDamaged,
                   escapeForDisplay(path) + " was not written, its content cannot be read: " + why);
}

void ExtractLog::note(Kind& kind, int error, const std::string& path)
{
    if (kind.count++ == 0) {
        kind.error = error;
        kind.first = escapeForDisplay(path);
    }
}

void ExtractLog::deviceRefused(const std::string& path, int error)
{
    note(m_devices, error, path);
}

void ExtractLog::refused(const std::string& path, const Refusals& refusals)
{
    if (refusals.owner != 0) {
        note(m_owners, refusals.owner, path);
    }
    if (refusals.privilege) {
        note(m_privileges, 0, path);
    }
    if (refusals.xattr != 0) {
        note(m_xattrs, refusals.xattr, path + " (" + refusals.xattrName + ")");
    }
    if (refusals.mode != 0) {
        note(m_modes, refusals.mode, path);
    }
    if (refusals.time != 0) {
        note(m_times, refusals.time, path);
    }
}

void ExtractLog::summarise(const Kind& kind, std::string_view one, std::string_view many)
{
    if (kind.count == 0) {
        return;
    }
    std::string text(kind.count == 1 ? one : many);
    text.replace(text.find('%'), 1, std::to_string(kind.count));
    m_warnings.add(WarningCode::Other, text + (kind.count == 1 ? ", " : ", the first ") +
                                           kind.first + reason(kind.error));
}

WarningList ExtractLog::finish()
{
    // The few summaries come first: long lists of single paths must not push them out.
    const WarningList paths = std::exchange(m_warnings, {});
    summarise(m_devices, "% device node was not made", "% device nodes were not made");
    summarise(m_owners, "the owner of % path was not kept", "the owners of % paths were not kept");
    summarise(m_privileges,
              "the setuid or setgid bit of % file was left out, for it would run as its new owner",
              "the setuid or setgid bits of % files were left out, for they would run as their new "
              "owner");
    summarise(m_xattrs, "extended attributes of % path were not kept",
              "extended attributes of % paths were not kept");
    summarise(m_modes, "the permissions of % path were not set",
              "the permissions of % paths were not set");
    summarise(m_times, "the time of % path was not set", "the times of % paths were not set");
    m_warnings.append(paths);
    return std::move(m_warnings);
}

} // namespace strata
