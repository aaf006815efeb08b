// SPDX-License-Identifier: Apache-2.0
#include "overlay/upper_layer.h"

#include <iterator>
#include <ranges>

namespace strata {

UpperLayer::UpperLayer(UpperInode root)
{
    root.links = 1;
    m_inodes.push_back(std::move(root));
}

const UpperId* UpperLayer::find(UpperId directory, std::string_view name) const
{
    const auto at = m_names.find(KeyView{directory, name});
    return at == m_names.end() ? nullptr : &at->second;
}

std::vector<std::pair<std::string_view, UpperId>> UpperLayer::children(UpperId directory) const
{
    std::vector<std::pair<std::string_view, UpperId>> out;
    for (auto at = m_names.lower_bound(KeyView{directory, {}});
         at != m_names.end() && at->first.directory == directory; ++at) {
        out.emplace_back(at->first.name, at->second);
    }
    return out;
}

void UpperLayer::begin()
{
    m_step = {};
}

UpperId UpperLayer::add(UpperInode inode)
{
    m_inodes.push_back(std::move(inode));
    ++m_step.added;
    return {static_cast<std::uint32_t>(m_inodes.size() - 1)};
}

void UpperLayer::change(UpperId id, UpperInode inode)
{
    std::swap(m_inodes[id.index()], inode);
    m_step.changes.emplace_back(InodeChange{id, std::move(inode)});
}

void UpperLayer::set(UpperId directory, std::string_view name, UpperId id)
{
    setName({directory, std::string(name)}, id);
}

void UpperLayer::erase(UpperId directory, std::string_view name)
{
    setName({directory, std::string(name)}, std::nullopt);
}

void UpperLayer::setName(Key key, std::optional<UpperId> id)
{
    NameChange change{std::move(key), id};
    swap(change);
    m_step.changes.emplace_back(std::move(change));
}

void UpperLayer::countLink(std::optional<UpperId> id, bool more)
{
    if (id && id->valid()) {
        auto& links = m_inodes[id->index()].links;
        links = more ? links + 1 : links - 1;
    }
}

/// Gives a name its other meaning; swapping twice changes nothing.
void UpperLayer::swap(NameChange& change)
{
    std::optional<UpperId> now;
    const auto at = m_names.find(change.key);
    if (at != m_names.end()) {
        now = at->second;
    }
    if (!change.other) {
        if (at != m_names.end()) {
            m_names.erase(at);
        }
    } else if (at != m_names.end()) {
        at->second = *change.other;
    } else {
        m_names.emplace(change.key, *change.other);
    }
    countLink(now, false);
    countLink(change.other, true);
    change.other = now;
}

void UpperLayer::swap(InodeChange& change)
{
    std::swap(m_inodes[change.id.index()], change.other);
}

void UpperLayer::swapBack(Step& step)
{
    for (auto& change : step.changes | std::views::reverse) {
        std::visit([this](auto& one) { swap(one); }, change);
    }
    const auto first = m_inodes.end() - static_cast<std::ptrdiff_t>(step.added);
    step.taken.assign(std::make_move_iterator(first), std::make_move_iterator(m_inodes.end()));
    m_inodes.erase(first, m_inodes.end());
}

void UpperLayer::swapForth(Step& step)
{
    std::ranges::move(step.taken, std::back_inserter(m_inodes));
    step.taken.clear();
    for (auto& change : step.changes) {
        std::visit([this](auto& one) { swap(one); }, change);
    }
}

void UpperLayer::commit()
{
    if (!m_step.empty()) {
        m_done.push_back(std::move(m_step));
        m_undone.clear();
    }
    m_step = {};
}

void UpperLayer::rollBack()
{
    swapBack(m_step);
    m_step = {};
}

bool UpperLayer::undo()
{
    if (m_done.empty()) {
        return false;
    }
    swapBack(m_done.back());
    m_undone.push_back(std::move(m_done.back()));
    m_done.pop_back();
    return true;
}

bool UpperLayer::redo()
{
    if (m_undone.empty()) {
        return false;
    }
    swapForth(m_undone.back());
    m_done.push_back(std::move(m_undone.back()));
    m_undone.pop_back();
    return true;
}

} // namespace strata
