// SPDX-License-Identifier: Apache-2.0
#include "tar_builder.h"

#include <algorithm>
#include <stdexcept>

namespace strata::test {

TarBuilder& TarBuilder::dir(std::string_view path, const TarAttributes& attributes)
{
    return member(path, '5', {}, {}, attributes, 0755);
}

TarBuilder& TarBuilder::file(std::string_view path, std::string_view content,
                             const TarAttributes& attributes)
{
    return member(path, '0', {}, content, attributes, 0644);
}

TarBuilder& TarBuilder::symlink(std::string_view path, std::string_view target,
                                const TarAttributes& attributes)
{
    return member(path, '2', target, {}, attributes, 0777);
}

TarBuilder& TarBuilder::hardlink(std::string_view path, std::string_view target,
                                 const TarAttributes& attributes)
{
    return member(path, '1', target, {}, attributes, 0644);
}

TarBuilder& TarBuilder::charDevice(std::string_view path, std::int64_t major, std::int64_t minor,
                                   const TarAttributes& attributes)
{
    return member(path, '3', {}, {}, attributes, 0644, major, minor);
}

TarBuilder& TarBuilder::blockDevice(std::string_view path, std::int64_t major, std::int64_t minor,
                                    const TarAttributes& attributes)
{
    return member(path, '4', {}, {}, attributes, 0644, major, minor);
}

TarBuilder& TarBuilder::fifo(std::string_view path, const TarAttributes& attributes)
{
    return member(path, '6', {}, {}, attributes, 0644);
}

TarBuilder& TarBuilder::whiteout(std::string_view path)
{
    const auto slash = path.rfind('/');
    const auto at = slash == std::string_view::npos ? 0 : slash + 1;
    return file(std::string(path.substr(0, at)) + ".wh." + std::string(path.substr(at)), {},
                {.mtime = 0});
}

TarBuilder& TarBuilder::opaque(std::string_view directory)
{
    const std::string prefix = directory.empty() ? "" : std::string(directory) + "/";
    return file(prefix + ".wh..wh..opq", {}, {.mtime = 0});
}

TarBuilder& TarBuilder::pax(const std::vector<std::pair<std::string, std::string>>& records)
{
    m_pax.insert(m_pax.end(), records.begin(), records.end());
    return *this;
}

TarBuilder& TarBuilder::xattr(const std::string& name, const std::string& value)
{
    return pax({{"SCHILY.xattr." + name, value}});
}

TarBuilder& TarBuilder::gnuLongName(std::string_view path)
{
    flushPax();
    gnuExtension('L', path);
    return *this;
}

TarBuilder& TarBuilder::gnuLongLink(std::string_view target)
{
    flushPax();
    gnuExtension('K', target);
    return *this;
}

TarBuilder& TarBuilder::globalPax(const std::vector<std::pair<std::string, std::string>>& records)
{
    std::string body;
    for (const auto& [key, value] : records) {
        body += paxRecord(key, value);
    }
    TarHeader global;
    global.name = "pax_global_header";
    global.typeflag = 'g';
    global.size = static_cast<std::int64_t>(body.size());
    m_out += global.block() + body + tarPadding(body.size());
    return *this;
}

TarBuilder& TarBuilder::longNames(LongNames how)
{
    m_longNames = how;
    return *this;
}

TarBuilder& TarBuilder::header(const TarHeader& header, std::string_view content)
{
    flushPax();
    m_out += header.block();
    m_out += content;
    m_out += tarPadding(content.size());
    return *this;
}

TarBuilder& TarBuilder::raw(std::string_view bytes)
{
    m_out += bytes;
    return *this;
}

TarBuilder& TarBuilder::end(unsigned blocks)
{
    m_out += std::string(std::size_t{512} * blocks, '\0');
    m_ended = true;
    return *this;
}

Bytes TarBuilder::bytes() const
{
    return toBytes(m_ended ? m_out : m_out + std::string(1024, '\0'));
}

TarBuilder& TarBuilder::member(std::string_view path, char typeflag, std::string_view target,
                               std::string_view content, const TarAttributes& attributes,
                               std::int64_t defaultMode, std::int64_t major, std::int64_t minor)
{
    TarHeader h;
    h.name = path;
    h.typeflag = typeflag;
    h.linkname = target;
    h.mode = attributes.mode.value_or(defaultMode);
    h.uid = attributes.uid;
    h.gid = attributes.gid;
    h.mtime = attributes.mtime;
    h.size = static_cast<std::int64_t>(content.size());
    h.deviceMajor = major;
    h.deviceMinor = minor;
    if (std::ranges::any_of(m_pax, [](const auto& record) { return record.first == "size"; })) {
        h.size = 0;
    }
    writeName(h);
    return header(h, content);
}

void TarBuilder::writeName(TarHeader& header)
{
    if (header.linkname.size() > 100) {
        if (m_longNames == LongNames::Gnu) {
            gnuExtension('K', header.linkname);
        } else {
            m_pax.emplace_back("linkpath", header.linkname);
        }
    }
    if (header.name.size() <= 100) {
        return;
    }
    switch (m_longNames) {
    case LongNames::Gnu:
        gnuExtension('L', header.name);
        return;
    case LongNames::Pax:
        m_pax.emplace_back("path", header.name);
        return;
    case LongNames::UstarPrefix:
        break;
    }
    const auto slash = header.name.find('/', header.name.size() - 101);
    if (slash > 155) { // or none
        throw std::runtime_error("a name that does not fit into ustar's prefix and name");
    }
    header.prefix = header.name.substr(0, slash);
    header.name.erase(0, slash + 1);
}

void TarBuilder::gnuExtension(char typeflag, std::string_view text)
{
    const auto body = std::string(text) + '\0';
    TarHeader h;
    h.name = "././@LongLink";
    h.magic = TarMagic::Gnu;
    h.typeflag = typeflag;
    h.size = static_cast<std::int64_t>(body.size());
    m_out += h.block() + body + tarPadding(body.size());
}

void TarBuilder::flushPax()
{
    if (m_pax.empty()) {
        return;
    }
    std::string body;
    for (const auto& [key, value] : m_pax) {
        body += paxRecord(key, value);
    }
    m_pax.clear();
    TarHeader h;
    h.name = "PaxHeaders.0/member";
    h.typeflag = 'x';
    h.size = static_cast<std::int64_t>(body.size());
    m_out += h.block() + body + tarPadding(body.size());
}

namespace {

/// The map, offsets and lengths, with the empty last chunk that marks a hole at the end.
std::vector<std::pair<std::uint64_t, std::uint64_t>>
sparseMap(const std::vector<SparseChunk>& chunks, std::uint64_t realSize)
{
    std::vector<std::pair<std::uint64_t, std::uint64_t>> map;
    for (const auto& chunk : chunks) {
        map.emplace_back(chunk.offset, chunk.data.size());
    }
    if (map.empty() || map.back().first + map.back().second < realSize) {
        map.emplace_back(realSize, 0);
    }
    return map;
}

std::string field(std::uint64_t value)
{
    return tarNumber(static_cast<std::int64_t>(value), 12);
}

} // namespace

TarBuilder& TarBuilder::sparse(SparseForm form, std::string_view path,
                               const std::vector<SparseChunk>& chunks, std::uint64_t realSize)
{
    const auto map = sparseMap(chunks, realSize);
    std::string data;
    for (const auto& chunk : chunks) {
        data += chunk.data;
    }
    TarHeader h;
    h.mtime = defaultMtime;
    if (form == SparseForm::OldGnu) {
        // 41 bytes of times and names that GNU tar leaves empty stand before the map.
        std::string tail(41, '\0');
        std::string extension;
        for (std::size_t i = 0; i < map.size(); ++i) {
            auto& place = i < 4 ? tail : extension;
            if (i >= 4 && (i - 4) % 21 == 0 && i > 4) {
                extension += '\1';
                extension += std::string(7, '\0');
            }
            place += field(map[i].first) + field(map[i].second);
        }
        tail.resize(41 + 4 * 24, '\0');
        tail += extension.empty() ? '\0' : '\1';
        tail += field(realSize);
        if (!extension.empty()) {
            extension += tarPadding(extension.size());
        }
        h.name = path;
        h.magic = TarMagic::Gnu;
        h.typeflag = 'S';
        h.tail = tail;
        h.size = static_cast<std::int64_t>(data.size());
        flushPax();
        m_out += h.block() + extension + data + tarPadding(data.size());
        return *this;
    }
    if (form == SparseForm::Pax10) {
        std::string text = std::to_string(map.size()) + "\n";
        for (const auto& [offset, length] : map) {
            text += std::to_string(offset) + "\n" + std::to_string(length) + "\n";
        }
        data.insert(0, text + tarPadding(text.size()));
        pax({{"GNU.sparse.major", "1"},
             {"GNU.sparse.minor", "0"},
             {"GNU.sparse.name", std::string(path)},
             {"GNU.sparse.realsize", std::to_string(realSize)}});
    } else {
        pax({{"GNU.sparse.size", std::to_string(realSize)},
             {"GNU.sparse.numblocks", std::to_string(map.size())}});
        std::string list;
        for (const auto& [offset, length] : map) {
            if (form == SparseForm::Pax00) {
                pax({{"GNU.sparse.offset", std::to_string(offset)},
                     {"GNU.sparse.numbytes", std::to_string(length)}});
            }
            list +=
                (list.empty() ? "" : ",") + std::to_string(offset) + "," + std::to_string(length);
        }
        if (form == SparseForm::Pax01) {
            pax({{"GNU.sparse.name", std::string(path)}, {"GNU.sparse.map", list}});
        }
    }
    h.name = form == SparseForm::Pax00 ? std::string(path) : "GNUSparseFile.0/member";
    h.size = static_cast<std::int64_t>(data.size());
    return header(h, data);
}

} // namespace strata::test
