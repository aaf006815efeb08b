// SPDX-License-Identifier: Apache-2.0
#include "layer/layer_index_codec.h"

#include "base/limits.h"

#include <algorithm>
#include <bit>
#include <concepts>
#include <cstring>
#include <string_view>
#include <utility>

namespace strata {

namespace {

// All numbers are little-endian; tables stand one behind the other, each behind its count.
constexpr unsigned typeShift = 48;
constexpr unsigned hashedShift = 52;
constexpr unsigned hardlinkShift = 53;
constexpr unsigned lowerLinkShift = 54;
constexpr unsigned fractionShift = 55;
constexpr std::size_t recordBytes = 32;
constexpr std::uint8_t whiteoutFlag = 1;
constexpr std::uint8_t opaqueFlag = 2;
constexpr std::uint64_t damagedFlag = 1;
constexpr std::uint64_t rootIsFilesFlag = 2;

template <std::unsigned_integral T> T littleEndian(T value)
{
    return std::endian::native == std::endian::little ? value : std::byteswap(value);
}

class Writer
{
public:
    explicit Writer(std::vector<std::byte>& out)
        : m_out(out)
    {
    }

    template <std::unsigned_integral T> void number(T value)
    {
        value = littleEndian(value);
        const auto bytes = std::as_bytes(std::span(&value, 1));
        m_out.insert(m_out.end(), bytes.begin(), bytes.end());
    }
    /// The count of a table of rows of `rowBytes`, with the room for them.
    void count(std::size_t rows, std::size_t rowBytes)
    {
        const auto wanted = m_out.size() + sizeof(std::uint64_t) + rows * rowBytes;
        if (wanted > m_out.capacity()) {
            m_out.reserve(std::max(wanted, 2 * m_out.capacity()));
        }
        number(std::uint64_t{rows});
    }
    void raw(std::span<const std::byte> bytes)
    {
        m_out.insert(m_out.end(), bytes.begin(), bytes.end());
    }
    void text(std::string_view text) { raw(std::as_bytes(std::span(text))); }

private:
    std::vector<std::byte>& m_out;
};

} // namespace

/// What is not there reads as zeros, and ok() is false from then on.
class LayerIndexCodec::Reader
{
public:
    explicit Reader(std::span<const std::byte> bytes)
        : m_bytes(bytes)
    {
    }

    bool ok() const { return m_ok; }
    bool atEnd() const { return m_ok && m_bytes.empty(); }
    void refuse() { m_ok = false; }

    template <std::unsigned_integral T> T number()
    {
        const auto bytes = take(sizeof(T));
        T value = 0;
        if (!bytes.empty()) {
            std::memcpy(&value, bytes.data(), sizeof(T));
        }
        return littleEndian(value);
    }
    /// The count of a table whose rows take `rowBytes` and more; 0 unless all of them can be there.
    std::size_t count(std::size_t rowBytes, std::size_t most)
    {
        const auto rows = number<std::uint64_t>();
        if (rows > most || rows > m_bytes.size() / rowBytes) {
            m_ok = false;
            return 0;
        }
        return static_cast<std::size_t>(rows);
    }
    /// Empty if there are not so many.
    std::span<const std::byte> take(std::size_t size)
    {
        if (!m_ok || size > m_bytes.size()) {
            m_ok = false;
            return {};
        }
        const auto out = m_bytes.first(size);
        m_bytes = m_bytes.subspan(size);
        return out;
    }
    std::string_view text(std::size_t size)
    {
        const auto bytes = take(size);
        return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    }

private:
    std::span<const std::byte> m_bytes;
    bool m_ok = true;
};

void LayerIndexCodec::append(const LayerIndex& index, std::vector<std::byte>& out)
{
    Writer to(out);
    to.number(index.m_members);
    to.number(index.m_tarSize);
    to.number(index.m_contentBytes);
    to.number((index.m_damaged ? damagedFlag : 0U) | (index.m_rootIsFiles ? rootIsFilesFlag : 0U));

    const NamePool& names = index.m_names;
    to.count(names.size(), sizeof(std::uint32_t));
    for (std::uint32_t i = 0; i < names.size(); ++i) {
        to.number(static_cast<std::uint32_t>(names.at({i}).size()));
    }
    to.count(names.textBytes(), 1);
    to.raw(std::as_bytes(names.text()));

    to.count(index.m_nodes.size(), 13);
    for (const LayerNode& node : index.m_nodes) {
        to.number(node.firstChild.value);
        to.number(node.name.value);
        to.number(node.entry.value);
        to.number(static_cast<std::uint8_t>((node.whiteout ? whiteoutFlag : 0U) |
                                            (node.opaque ? opaqueFlag : 0U)));
    }

    to.count(index.m_records.size(), recordBytes);
    for (const LayerIndex::Record& record : index.m_records) {
        to.number(std::uint64_t{record.headerOffset} | std::uint64_t{record.type} << typeShift |
                  std::uint64_t{record.hashed} << hashedShift |
                  std::uint64_t{record.hardlink} << hardlinkShift |
                  std::uint64_t{record.lowerLink} << lowerLinkShift |
                  std::uint64_t{record.fraction} << fractionShift);
        to.number(record.size);
        to.number(static_cast<std::uint64_t>(record.mtime));
        to.number(record.attributes);
        to.number(record.detail);
    }
    to.count(index.m_hashes.size(), sizeof(std::uint64_t));
    for (const auto hash : index.m_hashes) {
        to.number(hash);
    }
    to.count(index.m_attributes.size(), 14);
    for (const auto& attributes : index.m_attributes) {
        to.number(attributes.uid);
        to.number(attributes.gid);
        to.number(attributes.xattrs.value);
        to.number(attributes.mode);
    }
    to.count(index.m_links.size(), 8);
    for (const auto& link : index.m_links) {
        to.number(link.target.value);
        to.number(link.inode.value);
    }
    to.count(index.m_devices.size(), 8);
    for (const auto& device : index.m_devices) {
        to.number(device.major);
        to.number(device.minor);
    }
    to.count(index.m_fractions.size(), 8);
    for (const auto& fraction : index.m_fractions) {
        to.number(fraction.entry.value);
        to.number(fraction.nanoseconds);
    }

    to.count(index.m_xattrSets.size(), 8);
    for (const auto& set : index.m_xattrSets) {
        to.count(set.size(), 12);
        for (const Xattr& xattr : set) {
            to.number(xattr.name.value);
            to.count(xattr.value.size(), 1);
            to.text(xattr.value);
        }
    }
    to.count(index.m_warnings.items().size(), 12);
    for (const Warning& warning : index.m_warnings.items()) {
        to.number(static_cast<std::uint32_t>(warning.code));
        to.count(warning.text.size(), 1);
        to.text(warning.text);
    }
    to.count(index.m_warnings.unlisted().size(), 12);
    for (const auto& [code, count] : index.m_warnings.unlisted()) {
        to.number(static_cast<std::uint32_t>(code));
        to.number(std::uint64_t{count});
    }
}

bool LayerIndexCodec::readNames(Reader& reader, LayerIndex& index)
{
    const auto count = reader.count(sizeof(std::uint32_t), limits::layerNameBytes);
    std::vector<std::uint64_t> offsets;
    offsets.reserve(count + 1);
    offsets.push_back(0);
    for (std::size_t i = 0; i < count; ++i) {
        offsets.push_back(offsets.back() + reader.number<std::uint32_t>());
    }
    const auto text = reader.text(reader.count(1, 2 * limits::layerNameBytes));
    if (!reader.ok() || offsets.back() != text.size()) {
        return false;
    }
    index.m_names = NamePool::frozen({text.begin(), text.end()}, std::move(offsets));
    return true;
}

/// Each node's children lie between its own first child and the next node's, and every node but the
/// root is the child of just one before it: `parent` follows from that.
bool LayerIndexCodec::readNodes(Reader& reader, LayerIndex& index)
{
    const auto count = reader.count(13, limits::layerPaths);
    auto& nodes = index.m_nodes;
    nodes.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        LayerNode node;
        node.firstChild = {reader.number<std::uint32_t>()};
        node.name = {reader.number<std::uint32_t>()};
        node.entry = {reader.number<std::uint32_t>()};
        const auto flags = reader.number<std::uint8_t>();
        node.whiteout = (flags & whiteoutFlag) != 0;
        node.opaque = (flags & opaqueFlag) != 0;
        nodes.push_back(node);
    }
    if (nodes.empty() || nodes.front().firstChild.value != 1) {
        return false;
    }
    nodes.front().parent = {0};
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t first = nodes[i].firstChild.index();
        const std::size_t last = i + 1 < count ? nodes[i + 1].firstChild.index() : count;
        if (first <= i || first > last || last > count) {
            return false;
        }
        for (auto child = first; child < last; ++child) {
            nodes[child].parent = {static_cast<std::uint32_t>(i)};
        }
    }
    return true;
}

void LayerIndexCodec::readEntries(Reader& reader, LayerIndex& index)
{
    index.m_records.resize(reader.count(recordBytes, limits::layerEntries));
    for (auto& record : index.m_records) {
        const auto packed = reader.number<std::uint64_t>();
        record.headerOffset = packed & (LayerIndex::maxHeaderOffset - 1);
        record.type = (packed >> typeShift) & 0xfU;
        record.hashed = (packed >> hashedShift) & 1U;
        record.hardlink = (packed >> hardlinkShift) & 1U;
        record.lowerLink = (packed >> lowerLinkShift) & 1U;
        record.fraction = (packed >> fractionShift) & 1U;
        record.size = reader.number<std::uint64_t>();
        record.mtime = static_cast<std::int64_t>(reader.number<std::uint64_t>());
        record.attributes = reader.number<std::uint32_t>();
        record.detail = reader.number<std::uint32_t>();
    }
    index.m_hashes.resize(reader.count(8, limits::layerEntries));
    for (auto& hash : index.m_hashes) {
        hash = reader.number<std::uint64_t>();
    }
    index.m_attributes.resize(reader.count(14, limits::layerEntries));
    for (auto& attributes : index.m_attributes) {
        attributes.uid = reader.number<std::uint32_t>();
        attributes.gid = reader.number<std::uint32_t>();
        attributes.xattrs = {reader.number<std::uint32_t>()};
        attributes.mode = reader.number<std::uint16_t>();
    }
    index.m_links.resize(reader.count(8, limits::layerEntries));
    for (auto& link : index.m_links) {
        link.target = {reader.number<std::uint32_t>()};
        link.inode = {reader.number<std::uint32_t>()};
    }
    index.m_devices.resize(reader.count(8, limits::layerEntries));
    for (auto& device : index.m_devices) {
        device.major = reader.number<std::uint32_t>();
        device.minor = reader.number<std::uint32_t>();
    }
    index.m_fractions.resize(reader.count(8, limits::layerEntries));
    for (auto& fraction : index.m_fractions) {
        fraction.entry = {reader.number<std::uint32_t>()};
        fraction.nanoseconds = reader.number<std::uint32_t>();
    }
}

void LayerIndexCodec::readXattrs(Reader& reader, LayerIndex& index)
{
    index.m_xattrSets.resize(reader.count(8, limits::xattrBytes));
    for (auto& set : index.m_xattrSets) {
        set.resize(reader.count(12, limits::xattrBytes));
        for (Xattr& xattr : set) {
            xattr.name = {reader.number<std::uint32_t>()};
            xattr.value = reader.text(reader.count(1, limits::xattrBytes));
        }
    }
}

bool LayerIndexCodec::readWarnings(Reader& reader, LayerIndex& index)
{
    constexpr auto codes = static_cast<std::uint32_t>(WarningCode::Other) + 1;
    const auto listed = reader.count(12, std::size_t{codes} * limits::warningsOfOneKind);
    for (std::size_t i = 0; i < listed; ++i) {
        const auto code = reader.number<std::uint32_t>();
        const auto text = reader.text(reader.count(1, limits::layerNameBytes));
        if (code >= codes) {
            return false;
        }
        index.m_warnings.add(static_cast<WarningCode>(code), std::string(text));
    }
    if (!index.m_warnings.unlisted().empty()) {
        return false; // more of one kind than are ever listed
    }
    const auto kinds = reader.count(12, codes);
    for (std::size_t i = 0; i < kinds; ++i) {
        const auto code = static_cast<WarningCode>(reader.number<std::uint32_t>());
        const auto count = reader.number<std::uint64_t>();
        if (!index.m_warnings.has(code)) { // every code that is no code, too
            return false;
        }
        index.m_warnings.addUnlisted(code, static_cast<std::size_t>(count));
    }
    return true;
}

Result<std::shared_ptr<const LayerIndex>> LayerIndexCodec::parse(std::span<const std::byte> bytes)
{
    Reader reader(bytes);
    auto index = std::make_shared<LayerIndex>();
    index->m_members = reader.number<std::uint64_t>();
    index->m_tarSize = reader.number<std::uint64_t>();
    index->m_contentBytes = reader.number<std::uint64_t>();
    const auto flags = reader.number<std::uint64_t>();
    index->m_damaged = (flags & damagedFlag) != 0;
    index->m_rootIsFiles = (flags & rootIsFilesFlag) != 0;
    bool fits = readNames(reader, *index) && readNodes(reader, *index);
    if (fits) {
        readEntries(reader, *index);
        readXattrs(reader, *index);
        fits = readWarnings(reader, *index) && reader.atEnd();
    }
    if (!fits || !attributesFit(*index) || !recordsFit(*index) || !linksFit(*index) ||
        !nodesFit(*index) || !namesFit(*index)) {
        return fail(ErrorCode::Malformed, "is no layer index");
    }
    return index;
}

} // namespace strata
