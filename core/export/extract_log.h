// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "export/extract.h"
#include "export/target_folder.h"

#include <cstdint>
#include <string>

/// Private to core/export.
namespace strata {

/// Gathers what an extraction could not do. What an ordinary user is refused is refused for
/// thousands of paths alike, so each kind becomes one warning, with a number and the first path.
class ExtractLog
{
public:
    void skipped(const std::string& path, const std::string& why);
    void unreadable(const std::string& path, const std::string& why);
    void deviceRefused(const std::string& path);
    void refused(const std::string& path, const Refusals& refusals);

    /// The warnings, one more for each kind of refusal.
    WarningList finish();

private:
    struct Kind
    {
        std::uint64_t count = 0;
        std::string first;
    };
    static void note(Kind& kind, const std::string& path);
    void summarise(const Kind& kind, const char* what);

    WarningList m_warnings;
    Kind m_owners;
    Kind m_devices;
    Kind m_xattrs;
    Kind m_modes;
    Kind m_times;
};

} // namespace strata
