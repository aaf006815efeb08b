// SPDX-License-Identifier: Apache-2.0
#include "io/file_set.h"

#include "base/byte_path.h"
#include "base/hash_seed.h"
#include "base/limits.h"
#include "base/paced_progress.h"
#include "base/symlink_walk.h"
#include "io/tar_reader.h"

#include <algorithm>
#include <unordered_map>

#include <xxhash.h>

namespace strata {

namespace {

struct StringHash
{
    using is_transparent = void;
    std::size_t operator()(std::string_view s) const
    {
        return XXH3_64bits_withSeed(s.data(), s.size(), hashSeed());
    }
};

class TarFileSet final : public FileSet
{
public:
    explicit TarFileSet(SharedSource tar)
        : m_tar(std::move(tar))
    {
    }

    /// Errors: those that stop everything; NotAnImage, or `damage`, where nothing could be read.
    Status readMembers(const Job& job, const std::optional<Error>& damage)
    {
        auto stream = plainStream(m_tar, 0, job.stop);
        TarReader reader(*stream);
        PacedProgress progress(job, m_tar->size());
        std::optional<Error> end = damage;
        bool any = false;
        for (;;) {
            const auto next = reader.next();
            if (!next) {
                if (!isDamage(next.error())) {
                    return std::unexpected(next.error());
                }
                if (!any) {
                    return damage ? std::unexpected(*damage)
                                  : fail(ErrorCode::NotAnImage, "is not a tar archive");
                }
                end = next.error();
                break;
            }
            if (*next == nullptr) {
                break;
            }
            any = true;
            if (!take(**next)) {
                return {};
            }
            progress.reached(stream->sourcePosition());
        }
        if (end) {
            m_warnings.add(WarningCode::LayerDamaged, "the archive is incomplete: " + end->what);
        }
        return {};
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

    /// False where a limit ends the reading.
    bool take(const TarMember& member)
    {
        auto name = cleanMemberName(member.path);
        if (name.empty()) {
            if (splitPath(member.path).escapes) {
                warnAbout(WarningCode::PathEscapes, member, "leaves the archive and is ignored");
            }
            return true;
        }
        if (std::max(name.size(), member.linkTarget.size()) > limits::pathBytes) {
            warnAbout(WarningCode::LimitReached, member, "has too long a name and is ignored");
            return true;
        }
        Member made;
        if (member.hardlink) {
            made = {Kind::Hardlink, 0, 0, member.linkTarget};
        } else if (member.type == FileType::Symlink) {
            made = {Kind::Symlink, 0, 0, member.linkTarget};
        } else if (member.type != FileType::File) {
            return true;
        } else if (member.sparse) {
            warnAbout(WarningCode::Other, member, "is stored with holes and cannot be read");
            return true;
        } else {
            made = {Kind::File, member.dataOffset, member.size, {}};
        }
        m_nameBytes += name.size() + made.target.size();
        if (m_members.size() >= limits::archiveMembers || m_nameBytes > limits::archiveNameBytes) {
            m_warnings.add(WarningCode::LimitReached,
                           "the archive has more members than can be listed; the rest was not "
                           "read");
            return false;
        }
        m_members.insert_or_assign(std::move(name), std::move(made));
        return true;
    }

    void warnAbout(WarningCode code, const TarMember& member, std::string_view what)
    {
        constexpr std::size_t shown = 200;
        m_warnings.add(code, "the member " +
                                 quoteForDisplay(std::string_view(member.path).substr(0, shown)) +
                                 " " + std::string(what));
    }

    Result<const Member*> find(std::string_view wanted) const
    {
        std::string name = cleanMemberName(wanted);
        SymlinkBudget budget;
        for (;;) {
            const auto it = m_members.find(name);
            if (it == m_members.end()) {
                return fail(ErrorCode::Missing, "is not in the archive", escapeForDisplay(wanted));
            }
            const Member& member = it->second;
            if (member.kind == Kind::File) {
                return &member;
            }
            if (!budget.follow(member.target)) {
                return fail(ErrorCode::Malformed,
                            member.target.size() > limits::symlinkTargetBytes
                                ? "is a link whose target is longer than one can be"
                                : "is a link that leads back to itself, or through more than 40 "
                                  "others",
                            escapeForDisplay(wanted));
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
    }

    SharedSource m_tar;
    std::size_t m_nameBytes = 0; ///< of names and link targets, replaced ones included
    std::unordered_map<std::string, Member, StringHash, std::equal_to<>> m_members;
};

} // namespace

Result<std::shared_ptr<const FileSet>> tarFileSet(SharedSource tar, const Job& job,
                                                  const std::optional<Error>& damage)
{
    auto set = std::make_shared<TarFileSet>(std::move(tar));
    if (auto read = set->readMembers(job, damage); !read) {
        return std::unexpected(read.error());
    }
    return set;
}

} // namespace strata
