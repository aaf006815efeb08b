// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace strata {

/// libarchive converts names between PAX's UTF-8 and the thread's locale. While one of these lives,
/// the thread has a locale under which names pass through as the bytes they are, whatever the
/// user's own is. For one thread: made and destroyed on the same.
class NameLocale
{
public:
    enum class Use : std::uint8_t {
        /// ASCII. Under UTF-8 libarchive composes accents; what ASCII cannot hold it hands over
        /// raw.
        Reading,
        /// UTF-8. Under ASCII libarchive marks every other name as binary, which few readers know;
        /// here only those that are no UTF-8.
        Writing,
    };

    explicit NameLocale(Use use);
    ~NameLocale();
    NameLocale(const NameLocale&) = delete;
    NameLocale& operator=(const NameLocale&) = delete;

private:
    void* m_previous; ///< a locale_t
};

} // namespace strata
