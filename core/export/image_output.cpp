// SPDX-License-Identifier: Apache-2.0
#include "export/image_output.h"

#include "export/atomic_target.h"
#include "export/layer_writer.h"

#include <span>
#include <utility>
#include <vector>

namespace strata {
namespace {

constexpr std::size_t chunkBytes = 256UL * 1024;

class TarOutput final : public ImageOutput
{
public:
    explicit TarOutput(AtomicFile file)
        : m_file(std::move(file))
        , m_tar([this](std::span<const std::byte> bytes) { return m_file.write(bytes); })
    {
    }

    Status folder(const std::string& name) override
    {
        TarMember member;
        member.path = name;
        member.type = FileType::Directory;
        member.mode = 0755;
        return m_tar.add(member);
    }

    Status file(const std::string& name, std::uint64_t size, ByteStream& content) override
    {
        TarMember member;
        member.path = name;
        member.mode = 0644;
        member.size = size;
        return m_tar.add(member, content);
    }

    Status commit() override
    {
        return m_tar.finish().and_then([this] { return m_file.commit(); });
    }

private:
    AtomicFile m_file;
    LayerWriter m_tar;
};

class DirectoryOutput final : public ImageOutput
{
public:
    explicit DirectoryOutput(AtomicDirectory directory)
        : m_directory(std::move(directory))
    {
    }

    Status folder(const std::string&) override { return {}; }

    Status file(const std::string& name, std::uint64_t, ByteStream& content) override
    {
        auto file = m_directory.file(name);
        if (!file) {
            return std::unexpected(std::move(file.error()));
        }
        std::vector<std::byte> buffer(chunkBytes);
        while (true) {
            const auto count = content.read(buffer);
            if (!count) {
                return std::unexpected(count.error());
            }
            if (*count == 0) {
                return file->commit();
            }
            if (auto status = file->write(std::span(buffer).first(*count)); !status) {
                return status;
            }
        }
    }

    Status commit() override { return m_directory.commit(); }

private:
    AtomicDirectory m_directory;
};

} // namespace

Status ImageOutput::document(const std::string& name, const std::string& content)
{
    const auto stream = plainStream(viewSource(std::as_bytes(std::span(content))));
    return file(name, content.size(), *stream);
}

Result<std::unique_ptr<ImageOutput>> openImageOutput(const std::filesystem::path& target,
                                                     WriteFormat format)
{
    if (format == WriteFormat::OciLayout) {
        return AtomicDirectory::create(target).transform([](AtomicDirectory directory) {
            return std::unique_ptr<ImageOutput>(
                std::make_unique<DirectoryOutput>(std::move(directory)));
        });
    }
    return AtomicFile::create(target).transform([](AtomicFile file) {
        return std::unique_ptr<ImageOutput>(std::make_unique<TarOutput>(std::move(file)));
    });
}

} // namespace strata
