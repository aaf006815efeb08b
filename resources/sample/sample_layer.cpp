// SPDX-License-Identifier: Apache-2.0
#include "sample_layer.h"

#include "export/layer_writer.h"

#include <algorithm>
#include <span>
#include <utility>

namespace sample {
namespace {

std::string parentOf(const std::string& path)
{
    const std::size_t slash = path.rfind('/');
    return slash == path.npos ? std::string() : path.substr(0, slash);
}

} // namespace

bool SampleLayer::WalkOrder::operator()(const std::string& a, const std::string& b) const
{
    return std::ranges::lexicographical_compare(
        a, b, {}, [](char c) { return c == '/' ? '\0' : c; },
        [](char c) { return c == '/' ? '\0' : c; });
}

SampleLayer::SampleLayer(std::int64_t mtime, const SampleLayer* below)
    : m_mtime(mtime)
    , m_below(below)
{
}

SampleLayer::Entry& SampleLayer::add(const std::string& path, strata::FileType type, Access access)
{
    Entry entry;
    entry.member.path = path;
    entry.member.type = type;
    entry.member.mode = access.mode;
    entry.member.uid = access.uid;
    entry.member.gid = access.gid;
    entry.member.mtime = m_mtime;
    return m_entries.insert_or_assign(path, std::move(entry)).first->second;
}

void SampleLayer::dir(const std::string& path, Access access)
{
    add(path, strata::FileType::Directory, access);
}

void SampleLayer::file(const std::string& path, std::string content, Access access)
{
    Entry& entry = add(path, strata::FileType::File, access);
    entry.member.size = content.size();
    entry.content = std::move(content);
}

void SampleLayer::symlink(const std::string& path, const std::string& target)
{
    add(path, strata::FileType::Symlink, {.mode = 0777}).member.linkTarget = target;
}

void SampleLayer::hardlink(const std::string& path, const std::string& target)
{
    Entry& entry = add(path, strata::FileType::File, {});
    entry.member.mode = m_entries.at(target).member.mode;
    entry.member.hardlink = true;
    entry.member.linkTarget = target;
}

void SampleLayer::whiteout(const std::string& path)
{
    // Sorts behind its directory and before everything else in it.
    const std::string parent = parentOf(path);
    const std::string name = path.substr(parent.empty() ? 0 : parent.size() + 1);
    Entry& entry =
        add((parent.empty() ? "" : parent + "/") + '\x01' + name, strata::FileType::File, {});
    entry.member.path = path;
    entry.whiteout = true;
}

void SampleLayer::opaque(const std::string& path)
{
    add(path, strata::FileType::Directory, {.mode = 0755}).opaque = true;
}

void SampleLayer::changeAccess(const std::string& path, Access access)
{
    const Entry lower = *find(path);
    file(path, lower.content, access);
    m_entries.at(path).member.mtime = lower.member.mtime;
}

const SampleLayer::Entry* SampleLayer::find(const std::string& path) const
{
    const auto here = m_entries.find(path);
    if (here != m_entries.end()) {
        return &here->second;
    }
    return m_below != nullptr ? m_below->find(path) : nullptr;
}

void SampleLayer::addParents(Entries& entries) const
{
    const auto lower = [this](const std::string& path) {
        return m_below != nullptr ? m_below->find(path) : nullptr;
    };
    for (const auto& [key, entry] : m_entries) {
        // A name that is new, or gone, changes its directory's time; new content does not.
        bool changesTime = entry.whiteout || lower(entry.member.path) == nullptr;
        std::string parent = parentOf(entry.member.path);
        for (; !parent.empty(); parent = parentOf(parent)) {
            Entry made;
            made.member.path = parent;
            made.member.type = strata::FileType::Directory;
            made.member.mode = 0755;
            const Entry* below = lower(parent);
            made.member = below != nullptr ? below->member : made.member;
            Entry& copiedUp = entries.emplace(parent, std::move(made)).first->second;
            if (changesTime) {
                copiedUp.member.mtime = m_mtime;
            }
            changesTime = below == nullptr;
        }
    }
}

strata::Result<std::vector<std::byte>> SampleLayer::tar() const
{
    Entries entries = m_entries;
    addParents(entries);
    std::vector<std::byte> bytes;
    strata::LayerWriter writer([&bytes](std::span<const std::byte> more) -> strata::Status {
        bytes.insert(bytes.end(), more.begin(), more.end());
        return {};
    });
    const auto write = [&writer](const Entry& entry) {
        return writer.add(entry.member, std::as_bytes(std::span(entry.content)));
    };
    for (const auto& [key, entry] : entries) {
        strata::Status status =
            entry.whiteout ? writer.addWhiteout(entry.member.path) : write(entry);
        if (status && entry.opaque) {
            status = writer.addOpaque(entry.member.path);
        }
        if (!status) {
            return std::unexpected(status.error());
        }
    }
    return writer.finish().transform([&bytes] { return std::move(bytes); });
}

} // namespace sample
