// SPDX-License-Identifier: Apache-2.0
#include "export/container_layer.h"

#include "export/atomic_target.h"
#include "export/layer_writer.h"
#include "overlay/layer_members.h"

#include <algorithm>
#include <chrono>
#include <format>
#include <functional>
#include <string_view>
#include <utility>

namespace strata {
namespace {

Status addMember(LayerWriter& writer, const Container& container, const LayerMember& member,
                 const Job& job)
{
    switch (member.kind) {
    case LayerMember::Kind::Whiteout:
        return writer.addWhiteout(member.member.path);
    case LayerMember::Kind::Opaque:
        return writer.addOpaque(member.member.path);
    case LayerMember::Kind::Object:
        break;
    }
    if (member.member.type != FileType::File || member.member.hardlink) {
        return writer.add(member.member);
    }
    const auto content = container.open({member.inode, {}}, job);
    return content ? writer.add(member.member, **content) : std::unexpected(content.error());
}

Status writeMembers(const Container& container, const std::vector<LayerMember>& members,
                    const std::function<Status(std::span<const std::byte>)>& sink, const Job& job)
{
    LayerWriter writer(sink);
    for (const auto& member : members) {
        if (job.cancelled()) {
            return cancelledError();
        }
        if (auto status = addMember(writer, container, member, job); !status) {
            return status;
        }
    }
    return writer.finish();
}

/// RFC 3339.
std::string dateText(Timestamp time)
{
    const std::chrono::sys_seconds at{std::chrono::seconds(time.seconds)};
    return std::format("{:%FT%TZ}", at);
}

void setVariable(std::vector<std::string>& env, const std::string& setting)
{
    const auto name = std::string_view(setting).substr(0, setting.find('='));
    const auto same = std::ranges::find_if(env, [&](const std::string& other) {
        return std::string_view(other).substr(0, other.find('=')) == name;
    });
    if (same == env.end()) {
        env.push_back(setting);
    } else {
        *same = setting;
    }
}

/// What the manifest says of the image that it is built on stays true.
void keepBaseAnnotations(const Image& image, ImageToWrite& out)
{
    for (const auto& [key, value] : image.annotations) {
        if (key.starts_with("org.opencontainers.image.base.")) {
            out.annotations.emplace_back(key, value);
        }
    }
}

/// The image's own layers, their bytes as they are stored.
Status addLayers(const OpenedImage& image, ImageToWrite& out)
{
    for (LayerNo n = 0; n < image.image().layers.size(); ++n) {
        auto stored = image.archive->openLayer(image.image(), n);
        if (!stored) {
            return std::unexpected(std::move(stored.error()));
        }
        out.layerTars.push_back(std::move(*stored));
        out.compressions.push_back(image.image().layers[n].compression);
    }
    return {};
}

/// `below`: layers of the image.
void extendConfig(ImageConfig& config, std::size_t below, const CommitOptions& options,
                  Timestamp now, bool empty)
{
    config.created = dateText(options.created.value_or(now));
    // Steps stand beside layers by their number, so none may be missing before the new one.
    auto told = static_cast<std::size_t>(
        std::ranges::count_if(config.history, std::logical_not(), &HistoryItem::emptyLayer));
    for (; told < below; ++told) {
        config.history.emplace_back();
    }
    config.history.push_back(
        {.created = *config.created,
         .createdBy = options.createdBy.empty() ? "strata commit" : options.createdBy,
         .author = options.author,
         .comment = options.message,
         .emptyLayer = empty});
    if (!options.author.empty()) {
        config.author = options.author;
    }
    if (options.cmd) {
        config.runtime.cmd = *options.cmd;
    }
    for (const auto& setting : options.env) {
        setVariable(config.runtime.env, setting);
    }
}

} // namespace

Result<WarningList>
writeContainerLayer(const Container& container,
                    const std::function<Status(std::span<const std::byte>)>& sink, const Job& job)
{
    auto list = layerMembers(container);
    return writeMembers(container, list.members, sink, job).transform([&] {
        return std::move(list.warnings);
    });
}

Result<CommitReport> commitContainer(const Container& container,
                                     const std::filesystem::path& target, WriteFormat format,
                                     LayerCompression compression, const CommitOptions& options,
                                     const Job& job)
{
    const OpenedImage& image = container.image();
    if (std::ranges::any_of(image.layers, [](const auto& layer) { return layer->rootIsFiles(); })) {
        return fail(ErrorCode::Unsupported, "layers of Windows images are not written");
    }
    auto list = layerMembers(container);
    CommitReport report{.warnings = std::move(list.warnings), .members = list.members.size()};
    ImageToWrite out;
    out.config = image.image().config;
    out.name = options.name;
    if (!image.image().configFile.empty()) {
        if (auto text = image.archive->readDocument(image.image().configFile)) {
            out.originalConfig = std::move(*text);
        }
    }
    keepBaseAnnotations(image.image(), out);
    extendConfig(out.config, image.layers.size(), options, container.options().clock(),
                 report.members == 0);
    if (auto status = addLayers(image, out); !status) {
        return std::unexpected(std::move(status.error()));
    }
    if (report.members > 0) {
        auto tar = UnnamedFile::create(target);
        if (!tar) {
            return std::unexpected(std::move(tar.error()));
        }
        const auto written = writeMembers(
            container, list.members,
            [&](std::span<const std::byte> bytes) { return tar->write(bytes); }, job);
        if (!written) {
            return std::unexpected(written.error());
        }
        auto source = tar->read();
        if (!source) {
            return std::unexpected(std::move(source.error()));
        }
        out.layerTars.push_back(std::move(*source));
    }
    return writeImage(out, target, format, compression, job).transform([&] {
        return std::move(report);
    });
}

} // namespace strata
