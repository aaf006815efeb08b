// SPDX-License-Identifier: Apache-2.0
#include "bytes.h"

#include <archive.h>
#include <archive_entry.h>
#include <openssl/evp.h>

#include <array>
#include <fstream>
#include <memory>
#include <random>
#include <stdexcept>

namespace strata::test {

Bytes toBytes(std::string_view text)
{
    const auto view = std::as_bytes(std::span(text));
    return {view.begin(), view.end()};
}

std::string toText(std::span<const std::byte> bytes)
{
    std::string out;
    out.reserve(bytes.size());
    for (const auto b : bytes) {
        out += std::to_integer<char>(b);
    }
    return out;
}

Bytes concat(std::initializer_list<Bytes> parts)
{
    Bytes out;
    for (const auto& part : parts) {
        out.insert(out.end(), part.begin(), part.end());
    }
    return out;
}

namespace {

using Writer = std::unique_ptr<archive, int (*)(archive*)>;

void require(archive* a, int status)
{
    if (status != ARCHIVE_OK) {
        const char* text = archive_error_string(a);
        throw std::runtime_error(text != nullptr ? text : "libarchive failed");
    }
}

void addFilter(archive* a, Compression compression)
{
    switch (compression) {
    case Compression::Gzip:
        require(a, archive_write_add_filter_gzip(a));
        require(a, archive_write_set_filter_option(a, "gzip", "timestamp", nullptr));
        return;
    case Compression::Zstd:
        require(a, archive_write_add_filter_zstd(a));
        return;
    case Compression::Xz:
        require(a, archive_write_add_filter_xz(a));
        return;
    case Compression::Bzip2:
        require(a, archive_write_add_filter_bzip2(a));
        return;
    case Compression::Lz4:
        require(a, archive_write_add_filter_lz4(a));
        return;
    case Compression::None:
    case Compression::Other:
        break;
    }
    throw std::runtime_error("no such compressor");
}

la_ssize_t append(archive* /*unused*/, void* target, const void* data, std::size_t size)
{
    const auto bytes = std::span(static_cast<const std::byte*>(data), size);
    auto& out = *static_cast<Bytes*>(target);
    out.insert(out.end(), bytes.begin(), bytes.end());
    return static_cast<la_ssize_t>(size);
}

} // namespace

Bytes compress(std::span<const std::byte> bytes, Compression compression, std::optional<int> level)
{
    if (compression == Compression::None) {
        return {bytes.begin(), bytes.end()};
    }
    if (bytes.empty() && compression == Compression::Lz4) {
        // libarchive's lz4 writer does not survive writing nothing.
        using namespace std::string_view_literals;
        return toBytes("\x04\x22\x4d\x18\x64\x40\xa7\0\0\0\0\x05\x5d\xcc\x02"sv);
    }
    Bytes out;
    const Writer writer(archive_write_new(), archive_write_free);
    auto* a = writer.get();
    require(a, archive_write_set_format_raw(a));
    addFilter(a, compression);
    if (level) {
        require(a, archive_write_set_filter_option(a, nullptr, "compression-level",
                                                   std::to_string(*level).c_str()));
    }
    require(a, archive_write_set_bytes_in_last_block(a, 1));
    require(a, archive_write_open2(a, &out, nullptr, append, nullptr, nullptr));
    const std::unique_ptr<archive_entry, void (*)(archive_entry*)> entry(archive_entry_new(),
                                                                         archive_entry_free);
    archive_entry_set_filetype(entry.get(), AE_IFREG);
    archive_entry_set_pathname(entry.get(), "data");
    require(a, archive_write_header(a, entry.get()));
    if (!bytes.empty() && archive_write_data(a, bytes.data(), bytes.size()) < 0) {
        throw std::runtime_error("libarchive could not compress");
    }
    require(a, archive_write_close(a));
    return out;
}

std::string sha256Hex(std::span<const std::byte> bytes)
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sha256(), nullptr) !=
        1) {
        throw std::runtime_error("libcrypto failed");
    }
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    for (unsigned i = 0; i < length; ++i) {
        out += digits[digest.at(i) >> 4U];
        out += digits[digest.at(i) & 15U];
    }
    return out;
}

std::string sha256Text(std::span<const std::byte> bytes)
{
    return "sha256:" + sha256Hex(bytes);
}

Bytes noise(std::size_t size, unsigned seed)
{
    std::mt19937 engine(seed);
    Bytes out(size);
    for (auto& b : out) {
        b = static_cast<std::byte>(engine() & 0xffU);
    }
    return out;
}

void writeFile(const std::filesystem::path& path, std::span<const std::byte> bytes)
{
    std::filesystem::create_directories(path.parent_path());
    const std::string text = toText(bytes);
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    out.write(text.data(), static_cast<std::streamsize>(text.size()));
    if (!out.flush()) {
        throw std::runtime_error("cannot write " + path.string());
    }
}

Bytes readFile(const std::filesystem::path& path)
{
    std::ifstream in(path, std::ios::binary);
    if (!in) {
        throw std::runtime_error("cannot read " + path.string());
    }
    return toBytes(std::string(std::istreambuf_iterator<char>(in), {}));
}

SharedSource sourceOf(std::string_view text)
{
    return memorySource(toBytes(text));
}

SharedSource sourceOf(Bytes bytes)
{
    return memorySource(std::move(bytes));
}

std::string drain(ByteStream& stream)
{
    std::string out;
    Bytes buffer(std::size_t{1} << 16U);
    for (;;) {
        const auto got = stream.read(buffer);
        if (!got) {
            return "error: " + got.error().message();
        }
        if (*got == 0) {
            return out;
        }
        out += toText(std::span(buffer).first(*got));
    }
}

} // namespace strata::test
