// SPDX-License-Identifier: Apache-2.0
#include "tar_header.h"

#include <algorithm>

namespace strata::test {

std::string base256(std::int64_t value, std::size_t width)
{
    std::string out(width, value < 0 ? '\xff' : '\0');
    auto rest = value;
    for (std::size_t i = width; i-- > 0;) {
        out[i] = static_cast<char>(rest & 0xff);
        rest >>= 8;
    }
    out[0] = value < 0 ? '\xff' : '\x80';
    return out;
}

std::string tarNumber(std::int64_t value, std::size_t width)
{
    const auto digits = width - 1;
    if (value < 0 || (digits < 21 && (value >> (3 * digits)) != 0)) {
        return base256(value, width);
    }
    std::string out(width, '\0');
    auto rest = value;
    for (std::size_t i = digits; i-- > 0;) {
        out[i] = static_cast<char>('0' + (rest & 7));
        rest >>= 3;
    }
    return out;
}

std::string tarPadding(std::size_t size)
{
    return std::string((512 - size % 512) % 512, '\0');
}

std::string paxRecord(const std::string& key, const std::string& value)
{
    const std::string body = " " + key + "=" + value + "\n";
    std::size_t length = body.size() + 1;
    while (std::to_string(length).size() + body.size() != length) {
        ++length;
    }
    return std::to_string(length) + body;
}

std::string TarHeader::block() const
{
    std::string out(512, '\0');
    const auto put = [&out](std::size_t at, std::size_t width, const std::string& text) {
        std::copy_n(text.begin(), std::min(width, text.size()),
                    out.begin() + static_cast<std::ptrdiff_t>(at));
    };
    const auto number = [this](std::int64_t value, std::size_t width) {
        return base256 ? test::base256(value, width) : tarNumber(value, width);
    };
    put(0, 100, name);
    put(100, 8, tarNumber(mode, 8));
    put(108, 8, number(uid, 8));
    put(116, 8, number(gid, 8));
    put(124, 12, number(size, 12));
    put(136, 12, number(mtime, 12));
    put(156, 1, std::string(1, typeflag));
    put(157, 100, linkname);
    if (magic != TarMagic::V7) {
        put(257, 8,
            magic == TarMagic::Gnu ? std::string("ustar  \0", 8) : std::string("ustar\00000", 8));
        put(265, 32, uname);
        put(297, 32, gname);
        put(329, 8, tarNumber(deviceMajor, 8));
        put(337, 8, tarNumber(deviceMinor, 8));
        put(345, 155, prefix);
    }
    if (!tail.empty()) {
        put(345, 167, tail);
    }
    put(148, 8, "        ");
    unsigned sum = badChecksum ? 1 : 0;
    for (const char c : out) {
        sum += static_cast<unsigned char>(c);
    }
    put(148, 7, tarNumber(sum, 7));
    out[155] = ' ';
    return out;
}

} // namespace strata::test
