// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/warning.h"
#include "export/inode_metadata.h"

#include <cstdint>
#include <string>
#include <string_view>

/// Private to core/export.
namespace strata {

/// Gathers what an extraction could not do. What an ordinary user is refused is refused for
/// thousands of paths alike, so each kind becomes one warning, with a number and the first path.
class ExtractLog
{
public:
    /// A path that is not there in the end. `unreadable`: for want of its content.
    void skipped(const std::string& path, const std::string& why);
    void unreadable(const std::string& path, const std::string& why);
    /// One more that is not there, for a reason that has been given with another path.
    void skippedToo() { ++m_skipped; }
    /// A device node that the system refused to make.
    void deviceRefused(const std::string& path, int error);
    void refused(const std::string& path, const Refusals& refusals);

    /// Paths that are not there, devices aside.
    std::uint64_t skippedCount() const { return m_skipped; }
    /// The warnings, one more for each kind of refusal.
    WarningList finish();

private:
    struct Kind
    {
        std::uint64_t count = 0;
        int error = 0;
        std::string first;
    };
    static void note(Kind& kind, int error, const std::string& path);
    /// `one` and `many` are what could not be done, "%" their number.
    void summarise(const Kind& kind, std::string_view one, std::string_view many);

    WarningList m_warnings;
    std::uint64_t m_skipped = 0;
    Kind m_owners;
    Kind m_devices;
    Kind m_privileges;
    Kind m_xattrs;
    Kind m_modes;
    Kind m_times;
};

} // namespace strata
