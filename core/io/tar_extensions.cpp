// SPDX-License-Identifier: Apache-2.0
#include "io/tar_extensions_p.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string_view>

namespace strata {

namespace {

enum class Kind : std::uint8_t { Member, Pax, Gnu, Other };

/// A header and the blocks of its body.
struct Piece
{
    Kind kind = Kind::Member;
    std::span<const std::byte> bytes;
};

constexpr std::size_t blockSize = 512;
constexpr std::size_t sizeField = 124;
constexpr std::size_t sizeLength = 12;
constexpr std::size_t typeField = 156;

Kind kindOf(char typeflag)
{
    switch (typeflag) {
    case 'x':
    case 'X':
        return Kind::Pax;
    case 'L':
    case 'K':
        return Kind::Gnu;
    case 'g':
    case 'A':
    case 'V':
        return Kind::Other;
    default:
        return Kind::Member;
    }
}

/// The extension that `headers` begins with; of kind Member where there is none, or none whole.
Piece firstPiece(std::span<const std::byte> headers)
{
    if (headers.size() < blockSize) {
        return {Kind::Member, headers};
    }
    const auto kind = kindOf(std::to_integer<char>(headers[typeField]));
    std::string_view digits(reinterpret_cast<const char*>(headers.data()) + sizeField, sizeLength);
    digits.remove_prefix(std::min(digits.find_first_not_of(' '), digits.size()));
    std::uint64_t size = 0; // twelve octal digits at the most
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), size, 8);
    const auto length = blockSize + (size + blockSize - 1) / blockSize * blockSize;
    if (kind == Kind::Member || read.ec != std::errc() || length > headers.size()) {
        return {Kind::Member, headers};
    }
    return {kind, headers.first(static_cast<std::size_t>(length))};
}

std::vector<std::byte> inOrder(std::span<const std::byte> headers,
                               std::initializer_list<Kind> order)
{
    std::vector<std::byte> out;
    for (const Kind wanted : order) {
        for (auto rest = headers; !rest.empty();) {
            const Piece piece = firstPiece(rest);
            if (piece.kind == wanted) {
                out.insert(out.end(), piece.bytes.begin(), piece.bytes.end());
            }
            rest = rest.subspan(piece.bytes.size());
        }
    }
    return out;
}

} // namespace

std::optional<ContestedHeaders> contestedHeaders(std::span<const std::byte> headers)
{
    bool pax = false;
    bool gnu = false;
    for (auto rest = headers; !rest.empty();) {
        const Piece piece = firstPiece(rest);
        pax = pax || piece.kind == Kind::Pax;
        gnu = gnu || piece.kind == Kind::Gnu;
        rest = rest.subspan(piece.bytes.size());
    }
    if (!pax || !gnu) {
        return std::nullopt;
    }
    return ContestedHeaders{
        inOrder(headers, {Kind::Other, Kind::Pax, Kind::Gnu, Kind::Member}),
        inOrder(headers, {Kind::Other, Kind::Gnu, Kind::Pax, Kind::Member}),
        inOrder(headers, {Kind::Other, Kind::Gnu, Kind::Member}),
    };
}

} // namespace strata
