// SPDX-License-Identifier: Apache-2.0
// Bytes that stand for what no text can: programs, caches and pictures. The same on every machine.
#include "sample_layer.h"

#include <algorithm>
#include <array>

namespace sample {
namespace {

/// A small generator of our own: the standard ones' distributions differ between libraries.
class Noise
{
public:
    explicit Noise(std::string_view seed)
    {
        for (const char c : seed) {
            m_state = (m_state ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
        }
    }
    std::uint32_t next()
    {
        m_state ^= m_state << 13;
        m_state ^= m_state >> 7;
        m_state ^= m_state << 17;
        return static_cast<std::uint32_t>(m_state >> 32);
    }
    std::uint32_t below(std::uint32_t bound) { return next() % bound; }

private:
    std::uint64_t m_state = 0xCBF29CE484222325ULL;
};

void putLittle(std::string& out, std::uint32_t value)
{
    for (int shift = 0; shift < 32; shift += 8) {
        out += static_cast<char>(value >> shift & 0xFFU);
    }
}

void putBig(std::string& out, std::uint32_t value)
{
    for (int shift = 24; shift >= 0; shift -= 8) {
        out += static_cast<char>(value >> shift & 0xFFU);
    }
}

std::uint32_t crc32(std::string_view bytes)
{
    std::uint32_t crc = 0xFFFFFFFFU;
    for (const char c : bytes) {
        crc ^= static_cast<unsigned char>(c);
        for (int bit = 0; bit < 8; ++bit) {
            crc = crc >> 1 ^ ((crc & 1U) != 0 ? 0xEDB88320U : 0U);
        }
    }
    return ~crc;
}

std::uint32_t adler32(std::string_view bytes)
{
    constexpr std::uint32_t prime = 65521;
    std::uint32_t a = 1;
    std::uint32_t b = 0;
    for (const char c : bytes) {
        a = (a + static_cast<unsigned char>(c)) % prime;
        b = (b + a) % prime;
    }
    return b << 16 | a;
}

/// A zlib stream of stored blocks: no compressor, so no difference between compressors' versions.
std::string stored(std::string_view bytes)
{
    constexpr std::size_t most = 65535;
    std::string out("\x78\x01", 2);
    std::string_view rest = bytes;
    do {
        const std::string_view block = rest.substr(0, most);
        rest.remove_prefix(block.size());
        const auto length = static_cast<std::uint32_t>(block.size());
        out += rest.empty() ? '\1' : '\0';
        putLittle(out, length | (length ^ 0xFFFFU) << 16);
        out += block;
    } while (!rest.empty());
    putBig(out, adler32(bytes));
    return out;
}

void putChunk(std::string& out, std::string_view type, std::string_view data)
{
    const std::string body = std::string(type) + std::string(data);
    putBig(out, static_cast<std::uint32_t>(data.size()));
    out += body;
    putBig(out, crc32(body));
}

} // namespace

std::string standInBinary(std::string_view name, std::size_t kibibytes)
{
    const std::size_t size = kibibytes * 1024;
    // The start of a real 64-bit ELF header: class, byte order, version, type DYN, x86-64.
    std::string out("\x7f"
                    "ELF\2\1\1\0\0\0\0\0\0\0\0\0\3\0\x3e\0\1\0\0\0",
                    24);
    out += "\nstand-in for ";
    out += name;
    out += ": there is no program in this sample\n";
    Noise noise(name);
    while (out.size() < size) {
        // Runs of one value, as in code and tables, between words that differ.
        out.append(8 + noise.below(24), static_cast<char>(noise.below(4)));
        putLittle(out, noise.next());
    }
    out.resize(size);
    return out;
}

std::string standInPackageCache(std::string_view seed, std::size_t kibibytes)
{
    constexpr std::array<std::string_view, 12> names{
        "adduser", "apache2", "apt",   "base-files", "bash",    "coreutils",
        "dpkg",    "emacs",   "libc6", "mailcap",    "openssl", "zlib1g"};
    const std::size_t size = kibibytes * 1024;
    std::string out("\xfe\xdc\xfe\x98 pkgcache ", 14);
    Noise noise(seed);
    while (out.size() < size) {
        const std::string_view name = names[noise.below(names.size())];
        putLittle(out, static_cast<std::uint32_t>(name.size()));
        out += name;
        out += '\0';
        out += std::to_string(1 + noise.below(9)) + "." + std::to_string(noise.below(40)) + "-1";
        out.append(3 + noise.below(9), '\0');
        putLittle(out, noise.below(1U << 20));
    }
    out.resize(size);
    return out;
}

std::string strataPng(unsigned width, unsigned height)
{
    using Colour = std::array<unsigned char, 3>;
    constexpr std::array<Colour, 4> strata{
        {{0xE9, 0xD8, 0xA6}, {0xEE, 0x9B, 0x00}, {0x0A, 0x93, 0x96}, {0x00, 0x5F, 0x73}}};
    std::string header;
    putBig(header, width);
    putBig(header, height);
    header += std::string("\x08\x02\0\0\0", 5); // eight bits a channel, RGB, no interlace
    std::string pixels;
    for (unsigned y = 0; y < height; ++y) {
        pixels += '\0'; // this line is stored unfiltered
        for (unsigned x = 0; x < width; ++x) {
            // Layers that dip a little to the middle.
            const unsigned off = x < width / 2 ? width / 2 - x : x - width / 2;
            const unsigned dipped = y + off / 4 >= width / 8 ? y + off / 4 - width / 8 : 0;
            const Colour& colour =
                strata[std::min<std::size_t>(dipped * strata.size() / height, strata.size() - 1)];
            for (const unsigned char channel : colour) {
                pixels += static_cast<char>(channel);
            }
        }
    }
    std::string out("\x89PNG\r\n\x1a\n", 8);
    putChunk(out, "IHDR", header);
    putChunk(out, "IDAT", stored(pixels));
    putChunk(out, "IEND", {});
    return out;
}

} // namespace sample
