// SPDX-License-Identifier: Apache-2.0
#include "io/name_locale.h"

#include <locale.h>

namespace strata {

namespace {

locale_t ascii()
{
    static const locale_t locale = newlocale(LC_CTYPE_MASK, "C", locale_t{});
    return locale;
}

locale_t utf8()
{
    static const locale_t locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", locale_t{});
    return locale;
}

} // namespace

NameLocale::NameLocale(Use use)
    : m_previous(uselocale(use == Use::Reading ? ascii() : utf8()))
{
}

NameLocale::~NameLocale()
{
    uselocale(static_cast<locale_t>(m_previous));
}

} // namespace strata
