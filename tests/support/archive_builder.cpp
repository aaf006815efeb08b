// SPDX-License-Identifier: Apache-2.0
#include "archive_builder.h"

#include <algorithm>

namespace strata::test {

using Kind = ArchiveMember::Kind;

std::string_view archiveFormName(ArchiveForm form)
{
    switch (form) {
    case ArchiveForm::DockerV1:
        return "docker v1";
    case ArchiveForm::DockerClassic:
        return "docker classic";
    case ArchiveForm::Docker25:
        return "docker 25";
    case ArchiveForm::Containerd:
        return "containerd store";
    case ArchiveForm::Podman:
        return "podman";
    case ArchiveForm::Kaniko:
        return "kaniko";
    case ArchiveForm::Nix:
        return "nix";
    case ArchiveForm::Oci:
        return "oci";
    case ArchiveForm::SkopeoDir:
        return "skopeo dir";
    case ArchiveForm::Rootfs:
        return "rootfs";
    }
    return {};
}

namespace {

bool has(const std::vector<ArchiveMember>& members, const std::string& name)
{
    return std::ranges::any_of(members, [&](const auto& m) { return m.name == name; });
}

} // namespace

ArchiveBuilder::ArchiveBuilder(ArchiveForm form)
    : m_form(form)
{
}

ArchiveBuilder& ArchiveBuilder::image(const ImageBuilder& image)
{
    m_images.push_back(image);
    return *this;
}

ArchiveBuilder& ArchiveBuilder::nest(std::string reference)
{
    m_nested = std::move(reference);
    return *this;
}

ArchiveBuilder& ArchiveBuilder::outer(Compression compression)
{
    m_outer = compression;
    return *this;
}

ArchiveBuilder& ArchiveBuilder::drop(std::string name)
{
    m_dropped.insert(std::move(name));
    return *this;
}

ArchiveBuilder& ArchiveBuilder::replace(std::string name, std::string_view content)
{
    m_replaced[std::move(name)] = toBytes(content);
    return *this;
}

ArchiveBuilder& ArchiveBuilder::corrupt(std::string name)
{
    m_corrupted.insert(std::move(name));
    return *this;
}

ArchiveBuilder& ArchiveBuilder::add(ArchiveMember member)
{
    m_added.push_back(std::move(member));
    return *this;
}

ArchiveBuilder& ArchiveBuilder::cutInside(std::string name)
{
    m_cutInside = std::move(name);
    return *this;
}

ArchiveBuilder& ArchiveBuilder::reversed()
{
    m_reversed = true;
    return *this;
}

ArchiveBuilder& ArchiveBuilder::dotSlash()
{
    m_dotSlash = true;
    return *this;
}

std::vector<ArchiveMember> ArchiveBuilder::members() const
{
    auto out = plainMembers();
    std::erase_if(out, [this](const auto& m) { return m_dropped.contains(m.name); });
    for (auto& member : out) {
        if (const auto found = m_replaced.find(member.name); found != m_replaced.end()) {
            member.content = found->second;
        }
        if (m_corrupted.contains(member.name) && !member.content.empty()) {
            auto& middle = member.content[member.content.size() / 2];
            middle = ~middle;
        }
    }
    for (const auto& [name, content] : m_replaced) {
        if (!has(out, name)) {
            out.push_back({Kind::File, name, content, {}});
        }
    }
    out.insert(out.end(), m_added.begin(), m_added.end());
    if (m_reversed) {
        std::ranges::reverse(out);
    }
    return out;
}

Bytes ArchiveBuilder::bytes() const
{
    if (m_form == ArchiveForm::Rootfs) {
        return compress(m_images.at(0).layers().at(0).stored, m_outer);
    }
    TarBuilder tar;
    std::optional<std::size_t> cut;
    const std::string start = m_dotSlash ? "./" : "";
    for (const auto& member : members()) {
        switch (member.kind) {
        case Kind::Directory:
            tar.dir(start + member.name + "/");
            break;
        case Kind::File:
            if (m_cutInside == member.name) {
                cut = tar.size() + 512 + member.content.size() / 2;
            }
            tar.file(start + member.name, toText(member.content));
            break;
        case Kind::Symlink:
            tar.symlink(start + member.name, member.target);
            break;
        case Kind::Hardlink:
            tar.hardlink(start + member.name, member.target);
            break;
        }
    }
    auto out = tar.bytes();
    if (cut) {
        out.resize(std::min(out.size(), *cut));
    }
    return compress(out, m_outer);
}

void ArchiveBuilder::writeFile(const std::filesystem::path& path) const
{
    test::writeFile(path, bytes());
}

void ArchiveBuilder::writeTo(const std::filesystem::path& directory) const
{
    std::filesystem::create_directories(directory);
    for (const auto& member : members()) {
        const auto path = directory / member.name;
        std::filesystem::create_directories(path.parent_path());
        switch (member.kind) {
        case Kind::Directory:
            std::filesystem::create_directories(path);
            break;
        case Kind::File:
            test::writeFile(path, member.content);
            break;
        case Kind::Symlink:
            std::filesystem::create_symlink(member.target, path);
            break;
        case Kind::Hardlink:
            std::filesystem::create_hard_link(directory / member.target, path);
            break;
        }
    }
}

Bytes archiveOf(ArchiveForm form, const ImageBuilder& image)
{
    return ArchiveBuilder(form).image(image).bytes();
}

} // namespace strata::test
