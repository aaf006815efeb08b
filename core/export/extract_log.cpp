// SPDX-License-Identifier: Apache-2.0
#include "export/extract_log.h"

#include "base/byte_path.h"

namespace strata {

void ExtractLog::skipped(const std::string& path, const std::string& why)
{
    m_warnings.add(WarningCode::Other, escapeForDisplay(path) + " was not written: " + why);
}

void ExtractLog::unreadable(const std::string& path, const std::string& why)
{
    m_warnings.add(WarningCode::LayerDamaged,
                   escapeForDisplay(path) + " was not written, its content cannot be read: " + why);
}

void ExtractLog::note(Kind& kind, const std::string& path)
{
    if (kind.count++ == 0) {
        kind.first = escapeForDisplay(path);
    }
}

void ExtractLog::deviceRefused(const std::string& path)
{
    note(m_devices, path);
}

void ExtractLog::refused(const std::string& path, const Refusals& refusals)
{
    if (refusals.owner) {
        note(m_owners, path);
    }
    if (!refusals.xattr.empty()) {
        note(m_xattrs, path + " (" + refusals.xattr + ")");
    }
    if (refusals.mode) {
        note(m_modes, path);
    }
    if (refusals.time) {
        note(m_times, path);
    }
}

void ExtractLog::summarise(const Kind& kind, const char* what)
{
    if (kind.count > 0) {
        m_warnings.add(WarningCode::Other, std::string(what) + " could not be set or made for " +
                                               std::to_string(kind.count) +
                                               (kind.count == 1 ? " path: " : " paths, first ") +
                                               kind.first);
    }
}

WarningList ExtractLog::finish()
{
    // The few summaries come first: long lists of single paths must not push them out.
    const WarningList paths = std::exchange(m_warnings, {});
    summarise(m_owners, "The owner");
    summarise(m_devices, "The device node");
    summarise(m_xattrs, "Extended attributes");
    summarise(m_modes, "The permissions");
    summarise(m_times, "The time");
    m_warnings.append(paths);
    return std::move(m_warnings);
}

} // namespace strata
