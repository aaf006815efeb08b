// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <locale.h>

/// Private to the core: for the files that hand names to libarchive.
namespace strata {

/// libarchive converts names between PAX's UTF-8 and the thread's locale. While one of these lives
/// that locale is UTF-8: valid UTF-8 passes unchanged, and anything else is handed through as raw
/// bytes, so that names stay bytes whatever the user's locale is.
class Utf8Locale
{
public:
    Utf8Locale()
        : m_previous(uselocale(utf8()))
    {
    }
    ~Utf8Locale() { uselocale(m_previous); }
    Utf8Locale(const Utf8Locale&) = delete;
    Utf8Locale& operator=(const Utf8Locale&) = delete;

private:
    static locale_t utf8()
    {
        static const locale_t locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", locale_t{});
        return locale;
    }
    locale_t m_previous;
};

} // namespace strata
