// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "io/byte_stream.h"

#include <QtTest>

#include <initializer_list>
#include <string>

Q_DECLARE_METATYPE(strata::Compression)

namespace strata::test {

/// Every compression that the tests can write.
inline constexpr std::initializer_list<Compression> allCompressions = {
    Compression::None, Compression::Gzip,  Compression::Zstd,
    Compression::Xz,   Compression::Bzip2, Compression::Lz4};

/// A column "compression" and a row for each.
inline void addCompressionRows(std::initializer_list<Compression> compressions = allCompressions)
{
    QTest::addColumn<Compression>("compression");
    for (const auto c : compressions) {
        QTest::newRow(std::string(compressionName(c)).c_str()) << c;
    }
}

} // namespace strata::test
