// SPDX-License-Identifier: Apache-2.0
#include "layer_file.h"

#include <cerrno>
#include <span>
#include <utility>

namespace strata::bench {

namespace {

/// Of every folder and of files that no layer changes.
constexpr std::int64_t someTime = 1'700'000'000;

} // namespace

LayerFile::LayerFile(std::filesystem::path file)
    : m_path(std::move(file))
    , m_out(m_path, std::ios::binary)
    , m_writer([this](std::span<const std::byte> bytes) -> Status {
        m_out.write(reinterpret_cast<const char*>(bytes.data()),
                    static_cast<std::streamsize>(bytes.size()));
        return m_out ? Status() : failErrno("cannot write", errno, m_path.string());
    })
{
}

void LayerFile::keep(Status status)
{
    if (m_status && !status) {
        m_status = std::move(status);
    }
}

void LayerFile::folder(std::string path)
{
    TarMember member;
    member.path = std::move(path);
    member.type = FileType::Directory;
    member.mode = 0755;
    member.mtime = someTime;
    keep(m_writer.add(member));
}

void LayerFile::file(std::string path, std::string_view content, std::uint16_t mode,
                     std::int64_t age)
{
    TarMember member;
    member.path = std::move(path);
    member.mode = mode;
    member.size = content.size();
    member.mtime = someTime + age;
    keep(m_writer.add(member, std::as_bytes(std::span(content))));
}

void LayerFile::whiteout(std::string_view path)
{
    keep(m_writer.addWhiteout(path));
}

Result<SharedSource> LayerFile::finish()
{
    keep(m_writer.finish());
    m_out.close();
    if (!m_status) {
        return std::unexpected(m_status.error());
    }
    return openFile(m_path);
}

} // namespace strata::bench
