// SPDX-License-Identifier: Apache-2.0
#include "io/file_set.h"

#include "base/byte_path.h"
#include "base/limits.h"
#include "base/paced_progress.h"
#include "io/tar_reader.h"

#include <unordered_map>

namespace strata {

namespace {

struct StringHash
{
    using is_transparent = void;
    std::size_t operator()(std::string_view s) const { return std::hash<std::string_view>{}(s); }
};

class TarFileSet final : public FileSet
{
public:
    explicit TarFileSet(SharedSource tar)
        : m_tar(std::move(tar))
    {
    }

    Status readMembers(const Job& job)
    {
        auto stream = plainStream(m_tar);
        TarReader reader(*stream);
        PacedProgress progress(job, m_tar->size());
        bool any = false;
        for (;;) {
            if (job.cancelled()) {
                return cancelledError();
            }
            const auto next = reader.next();
            if (!next) {
                if (!any || next.error().code == ErrorCode::Io ||
                    next.error().code == ErrorCode::Changed) {
                    return std::unexpected(next.error());
                }
                m_warnings.add(WarningCode::LayerDamaged,
                               "the archive is incomplete: " + next.error().what);
                return {};
            }
            const TarMember* member = *next;
            if (member == nullptr) {
                return {};
            }
            any = true;
            if (m_members.size() >= limits::archiveMembers) {
                m_warnings.add(WarningCode::LimitReached,
                               "the archive has more than " +
                                   std::to_string(limits::archiveMembers) +
                                   " members; the rest was not read");
                return {};
            }
            take(*member);
            progress.reached(stream->sourcePosition());
        }
    }

    bool contains(std::string_view name) const override { return find(name).has_value(); }

    std::optional<std::uint64_t> sizeOf(std::string_view name) const override
    {
        const auto found = find(name);
        return found ? std::optional(found.value()->size) : std::nullopt;
    }

    Result<SharedSource> open(std::string_view name) const override
    {
        const auto found = find(name);
        if (!found) {
            return std::unexpected(found.error());
        }
        return rangeSource(m_tar, (*found)->offset, (*found)->size);
    }

    std::string identity(std::string_view name) const override
    {
        const auto found = find(name);
        return found ? std::to_string((*found)->offset) : std::string();
    }

    std::vector<std::string> names() const override
    {
        std::vector<std::string> out;
        out.reserve(m_members.size());
        for (const auto& [name, member] : m_members) {
            out.push_back(name);
        }
        return out;
    }

private:
    enum class Kind : std::uint8_t { File, Symlink, Hardlink };
    struct Member
    {
        Kind kind = Kind::File;
        std::uint64_t offset = 0;
        std::uint64_t size = 0;
        std::string target;
    };

    void take(const TarMember& member)
    {
        auto name = cleanMemberName(member.path);
        if (name.empty()) {
            if (splitPath(member.path).escapes) {
                m_warnings.add(WarningCode::PathEscapes, "the member “" +
                                                             escapeForDisplay(member.path) +
                                                             "” leaves the archive and is ignored");
            }
            return;
        }
        if (member.hardlink) {
            m_members[std::move(name)] = {Kind::Hardlink, 0, 0, member.linkTarget};
        } else if (member.type == FileType::Symlink) {
            m_members[std::move(name)] = {Kind::Symlink, 0, 0, member.linkTarget};
        } else if (member.type == FileType::File && !member.sparse) {
            m_members[std::move(name)] = {Kind::File, member.dataOffset, member.size, {}};
        }
    }

    Result<const Member*> find(std::string_view wanted) const
    {
        std::string name = cleanMemberName(wanted);
        for (int hops = 0; hops <= limits::symlinkHops; ++hops) {
            const auto it = m_members.find(name);
            if (it == m_members.end()) {
                return fail(ErrorCode::Missing, "is not in the archive", escapeForDisplay(wanted));
            }
            const Member& member = it->second;
            if (member.kind == Kind::File) {
                return &member;
            }
            std::string path = member.target;
            if (member.kind == Kind::Symlink && !path.starts_with('/')) {
                const auto slash = name.rfind('/');
                path.insert(0,
                            slash == std::string::npos ? std::string() : name.substr(0, slash + 1));
            }
            if (splitPath(path).escapes) {
                return fail(ErrorCode::Denied, "is a link that leads out of the archive",
                            escapeForDisplay(wanted));
            }
            name = cleanMemberName(path);
        }
        return fail(ErrorCode::Malformed, "is a link that leads back to itself",
                    escapeForDisplay(wanted));
    }

    SharedSource m_tar;
    std::unordered_map<std::string, Member, StringHash, std::equal_to<>> m_members;
};

} // namespace

Result<std::shared_ptr<const FileSet>> tarFileSet(SharedSource tar, const Job& job)
{
    auto set = std::make_shared<TarFileSet>(std::move(tar));
    if (auto read = set->readMembers(job); !read) {
        if (read.error().code == ErrorCode::Malformed ||
            read.error().code == ErrorCode::Truncated) {
            return fail(ErrorCode::NotAnImage, "is not a tar archive");
        }
        return std::unexpected(read.error());
    }
    return set;
}

} // namespace strata
