// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace strata::test {

enum class TarMagic { Ustar, Gnu, V7 };

/// The 512 bytes of one tar header, field by field. Numbers too large for their octal digits, and
/// negative ones, are written in base-256 as GNU tar does.
struct TarHeader
{
    std::string name = {};
    std::int64_t mode = 0644;
    std::int64_t uid = 0;
    std::int64_t gid = 0;
    std::int64_t size = 0;
    std::int64_t mtime = 0;
    char typeflag = '0';
    std::string linkname = {};
    TarMagic magic = TarMagic::Ustar;
    std::string uname = {};
    std::string gname = {};
    std::int64_t deviceMajor = 0;
    std::int64_t deviceMinor = 0;
    std::string prefix = {};
    std::string tail = {}; ///< bytes from offset 345 on, instead of prefix
    bool base256 = false;  ///< size, uid, gid and mtime in base-256 whatever their value
    bool badChecksum = false;

    /// The block. Strings longer than their field are cut.
    std::string block() const;
};

/// `value` as GNU base-256 in `width` bytes.
std::string base256(std::int64_t value, std::size_t width);
/// Octal digits ended by a NUL, or base-256 where they do not fit.
std::string tarNumber(std::int64_t value, std::size_t width);
/// Zero bytes that fill `size` up to whole blocks.
std::string tarPadding(std::size_t size);
/// One PAX record: its length in decimal, key, value (any bytes), newline.
std::string paxRecord(const std::string& key, const std::string& value);

} // namespace strata::test
