// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "io/byte_source.h"
#include "io/byte_stream.h"

#include <cstddef>
#include <filesystem>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Small helpers over byte vectors, for tests only. They throw std::runtime_error where the test's
/// own preparation fails.
namespace strata::test {

using Bytes = std::vector<std::byte>;

Bytes toBytes(std::string_view text);
std::string toText(std::span<const std::byte> bytes);
Bytes concat(std::initializer_list<Bytes> parts);

/// `bytes` compressed by libarchive's own filter: one gzip member, one zstd frame and so on. None
/// gives them back as they are. `level` is the compressor's own; 0 of gzip is stored blocks.
Bytes compress(std::span<const std::byte> bytes, Compression compression,
               std::optional<int> level = {});

/// 64 hex digits, by libcrypto, not by the code under test.
std::string sha256Hex(std::span<const std::byte> bytes);
/// "sha256:" and the digits.
std::string sha256Text(std::span<const std::byte> bytes);

/// `size` bytes that do not compress, the same for the same seed.
Bytes noise(std::size_t size, unsigned seed = 1);

void writeFile(const std::filesystem::path& path, std::span<const std::byte> bytes);
Bytes readFile(const std::filesystem::path& path);

SharedSource sourceOf(std::string_view text);
SharedSource sourceOf(Bytes bytes);

/// The stream's rest as text; "error: …" where reading fails.
std::string drain(ByteStream& stream);

} // namespace strata::test
