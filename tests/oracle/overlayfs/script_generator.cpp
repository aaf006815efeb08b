// SPDX-License-Identifier: Apache-2.0
#include "script_generator.h"

#include "entry_maker.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace strata::test {

namespace {

using namespace std::string_literals;

/// What a path holds, in the generator's own rough picture: it chooses what is worth doing next
/// and need not be right.
using Picture = std::map<std::string, ScriptEntry>;

bool isBelow(std::string_view path, std::string_view folder)
{
    return path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/';
}

bool isFolder(const ScriptEntry& entry)
{
    return entry.kind == EntryKind::Directory;
}

/// Never draws twice in one expression whose order of evaluation is open: compilers differ.
class Generator
{
public:
    explicit Generator(std::uint64_t seed)
        : m_random(seed)
    {
    }

    StackScript run()
    {
        StackScript stack;
        const auto layers = 1 + m_random.below(5);
        while (stack.size() < layers) {
            stack.push_back(layer(stack.empty()));
        }
        return stack;
    }

private:
    struct Step
    {
        unsigned weight;
        void (Generator::*take)();
    };

    LayerScript layer(bool base);

    void addNew();
    void addTree();
    void overwrite();
    void listAgain();
    void changeMetadata();
    void changeContent();
    void changeType();
    void hide();
    void hideNothing();
    void replaceAndHide();
    void makeOpaque();
    void addBelowImplied();
    void linkWithin();
    void linkBelow();
    void linkForward();
    void addThroughSymlink();
    void addBelowNonFolder();
    void listTwice();
    void listRoot();
    void whiteoutDevice();
    void opaqueByXattr();
    void leftovers();
    void escape();

    std::string folder();
    std::string child(const std::string& path) { return path + "/" + name(); }
    std::string freshPath();
    std::optional<std::string> known(bool (*wanted)(const ScriptEntry&));
    std::string anyPath();
    std::string name() { return m_maker.name(); }
    EntryKind kind() { return m_maker.kind(); }
    ScriptEntry node(const std::string& path, EntryKind kind)
    {
        return m_maker.entry(path, kind, anyPath());
    }
    void put(ScriptEntry entry);
    ScriptEntry any(const std::string& path);
    void putAny(const std::string& path) { put(any(path)); }
    void putWhiteout(const std::string& path);
    void putOpaque(const std::string& path);
    void forget(const std::string& path);

    Random m_random;
    EntryMaker m_maker{m_random};
    Picture m_below;                    ///< before the layer
    Picture m_now;                      ///< with what the layer has so far
    std::vector<ScriptEntry> m_entries; ///< of the layer
};

LayerScript Generator::layer(bool base)
{
    static constexpr std::array<Step, 23> steps = {{
        {12, &Generator::addNew},
        {5, &Generator::addTree},
        {8, &Generator::overwrite},
        {4, &Generator::listAgain},
        {6, &Generator::changeMetadata},
        {5, &Generator::changeContent},
        {7, &Generator::changeType},
        {9, &Generator::hide},
        {2, &Generator::hideNothing},
        {6, &Generator::replaceAndHide},
        {7, &Generator::makeOpaque},
        {4, &Generator::addBelowImplied},
        {4, &Generator::linkWithin},
        {2, &Generator::linkBelow},
        {2, &Generator::linkForward},
        {5, &Generator::addThroughSymlink},
        {2, &Generator::addBelowNonFolder},
        {4, &Generator::listTwice},
        {2, &Generator::listRoot},
        {2, &Generator::whiteoutDevice},
        {2, &Generator::opaqueByXattr},
        {1, &Generator::leftovers},
        {1, &Generator::escape},
    }};
    m_entries.clear();
    m_below = m_now;
    std::size_t total = 0;
    for (const auto& step : steps) {
        total += step.weight;
    }
    const auto count = base ? 4 + m_random.below(10) : m_random.below(9);
    for (std::size_t i = 0; i < count; ++i) {
        auto at = m_random.below(total);
        const auto* step = steps.data();
        while (at >= step->weight) {
            at -= step->weight;
            ++step;
        }
        (this->*step->take)();
    }
    if (m_random.chance(15)) {
        m_random.shuffle(std::span(m_entries));
    }
    for (auto& entry : m_entries) {
        if (m_random.chance(8)) {
            m_maker.respell(entry);
        }
    }
    LayerScript out;
    out.entries = m_entries;
    out.compression = m_random.oneOf(
        std::array{Compression::None, Compression::None, Compression::Gzip, Compression::Zstd});
    return out;
}

/// A folder with a '/' behind it, or nothing for the root.
std::string Generator::folder()
{
    const auto existing = m_random.chance(75) ? known(isFolder) : std::nullopt;
    if (existing && std::ranges::count(*existing, '/') < 4) {
        return *existing + "/";
    }
    return m_random.chance(25) ? name() + "/" : std::string();
}

std::string Generator::freshPath()
{
    const auto above = folder();
    return above + name();
}

std::optional<std::string> Generator::known(bool (*wanted)(const ScriptEntry&))
{
    std::vector<std::string> paths;
    for (const auto& [path, entry] : m_now) {
        if (wanted(entry)) {
            paths.push_back(path);
        }
    }
    return paths.empty() ? std::nullopt : std::optional(m_random.oneOf(paths));
}

std::string Generator::anyPath()
{
    const auto path = known([](const ScriptEntry&) { return true; });
    return path ? *path : freshPath();
}

void Generator::forget(const std::string& path)
{
    std::erase_if(
        m_now, [&](const auto& item) { return item.first == path || isBelow(item.first, path); });
}

void Generator::put(ScriptEntry entry)
{
    if (!isFolder(entry)) {
        forget(entry.path);
    }
    m_now[entry.path] = entry;
    if (isFolder(entry) && m_random.chance(50)) {
        entry.path += "/";
    }
    m_entries.push_back(std::move(entry));
}

ScriptEntry Generator::any(const std::string& path)
{
    const auto random = kind();
    return node(path, random);
}

void Generator::putWhiteout(const std::string& path)
{
    m_entries.push_back(LayerScript().whiteout(path).entries.front());
}

void Generator::putOpaque(const std::string& path)
{
    m_entries.push_back(LayerScript().opaque(path).entries.front());
}

void Generator::addNew()
{
    putAny(freshPath());
}

void Generator::addTree()
{
    const auto top = freshPath();
    if (m_random.chance(70)) {
        put(node(top, EntryKind::Directory));
    }
    const auto count = 1 + m_random.below(3);
    for (std::size_t i = 0; i < count; ++i) {
        putAny(child(top));
    }
    if (m_random.chance(40)) {
        putAny(child(child(top)));
    }
}

void Generator::overwrite()
{
    const auto path = anyPath();
    const auto old = m_now.find(path);
    put(node(path, old == m_now.end() || old->second.kind == EntryKind::Hardlink
                       ? EntryKind::File
                       : old->second.kind));
}

void Generator::listAgain()
{
    if (const auto path =
            known([](const ScriptEntry& e) { return e.kind != EntryKind::Hardlink; })) {
        put(m_now.at(*path));
    }
}

void Generator::changeMetadata()
{
    if (const auto path =
            known([](const ScriptEntry& e) { return e.kind != EntryKind::Hardlink; })) {
        auto entry = m_now.at(*path);
        m_maker.decorate(entry);
        put(entry);
    }
}

void Generator::changeContent()
{
    if (const auto path = known([](const ScriptEntry& e) { return e.kind == EntryKind::File; })) {
        auto entry = m_now.at(*path);
        if (!entry.content.empty() && m_random.chance(70)) {
            entry.content.back() = entry.content.back() == 'q' ? 'p' : 'q';
        } else {
            entry.content += 'p';
        }
        put(entry);
    }
}

void Generator::changeType()
{
    const auto path = anyPath();
    putAny(path);
    if (isFolder(m_now.at(path)) && m_random.chance(60)) {
        putAny(child(path));
    }
}

void Generator::hide()
{
    const auto path = anyPath();
    forget(path);
    putWhiteout(path);
}

void Generator::hideNothing()
{
    putWhiteout(freshPath());
}

/// A whiteout and a new object of its name, in either order.
void Generator::replaceAndHide()
{
    const auto path = anyPath();
    const bool whiteoutFirst = m_random.chance(50);
    if (whiteoutFirst) {
        putWhiteout(path);
    }
    forget(path);
    if (m_random.chance(75)) {
        putAny(path);
    }
    if (m_random.chance(50)) {
        putAny(child(path));
    }
    if (m_random.chance(25)) {
        putWhiteout(child(path));
    }
    if (!whiteoutFirst) {
        putWhiteout(path);
    }
}

void Generator::makeOpaque()
{
    const auto path = m_random.chance(8) ? std::string() : known(isFolder).value_or(freshPath());
    const auto inside = path.empty() ? name() : child(path);
    std::erase_if(m_now,
                  [&](const auto& item) { return path.empty() || isBelow(item.first, path); });
    if (m_random.chance(30)) {
        putAny(inside);
    }
    if (!path.empty() && m_random.chance(60)) {
        put(node(path, EntryKind::Directory));
    }
    putOpaque(path);
    if (m_random.chance(30)) {
        putAny(inside);
    }
}

void Generator::addBelowImplied()
{
    const auto path = child(freshPath());
    if (m_random.chance(80)) {
        putAny(path);
    } else {
        putWhiteout(path);
    }
}

void Generator::linkWithin()
{
    std::vector<std::string> targets;
    for (const auto& entry : m_entries) {
        if (!isFolder(entry) && m_now.contains(entry.path)) {
            targets.push_back(entry.path);
        }
    }
    if (targets.empty()) {
        put(node(freshPath(), EntryKind::File));
        targets.push_back(m_entries.back().path);
    }
    const auto count = 1 + m_random.below(2);
    for (std::size_t i = 0; i < count; ++i) {
        put({.kind = EntryKind::Hardlink, .path = freshPath(), .target = m_random.oneOf(targets)});
    }
}

void Generator::linkBelow()
{
    const auto old = m_now;
    m_now = m_below;
    const auto target = known([](const ScriptEntry& e) { return !isFolder(e); });
    m_now = old;
    if (target) {
        put({.kind = EntryKind::Hardlink, .path = freshPath(), .target = *target});
    }
}

void Generator::linkForward()
{
    const auto target = freshPath();
    put({.kind = EntryKind::Hardlink, .path = freshPath(), .target = target});
    put(node(target, m_random.chance(80) ? EntryKind::File : EntryKind::Symlink));
}

/// Beneath a symlink of this layer, or of one below.
void Generator::addThroughSymlink()
{
    const auto symlink = [](const ScriptEntry& e) { return e.kind == EntryKind::Symlink; };
    auto path = m_random.chance(60) ? known(symlink) : std::nullopt;
    if (!path) {
        path = freshPath();
        put(node(*path, EntryKind::Symlink));
    }
    const auto count = 1 + m_random.below(2);
    for (std::size_t i = 0; i < count; ++i) {
        m_entries.push_back(any(child(*path)));
    }
    if (m_random.chance(25)) {
        putAny(*path);
        m_entries.push_back(any(child(*path)));
    }
}

void Generator::addBelowNonFolder()
{
    if (const auto path = known([](const ScriptEntry& e) { return !isFolder(e); })) {
        putAny(child(*path));
    }
}

void Generator::listTwice()
{
    if (m_entries.empty()) {
        return;
    }
    auto entry = m_random.oneOf(m_entries);
    if (entry.kind != EntryKind::Hardlink && m_random.chance(50)) {
        m_maker.decorate(entry);
    } else if (entry.kind != EntryKind::Hardlink && m_random.chance(60)) {
        // A file whose name ends in a slash is a directory to some readers and a file to others.
        const auto end = entry.path.find_last_not_of('/');
        if (end == std::string::npos) {
            return;
        }
        entry = any(entry.path.substr(0, end + 1));
    }
    m_entries.push_back(entry);
}

void Generator::listRoot()
{
    auto entry = node(m_random.oneOf(std::array{"./"s, "/"s, "."s}), EntryKind::Directory);
    if (m_random.chance(20)) {
        entry.xattrs.emplace_back("trusted.overlay.opaque", "y");
    }
    m_entries.push_back(entry);
}

void Generator::whiteoutDevice()
{
    const auto path = anyPath();
    forget(path);
    m_entries.push_back({.kind = EntryKind::CharDevice, .path = path});
    if (m_random.chance(30)) {
        putAny(m_random.chance(50) ? path : child(path));
    }
}

void Generator::opaqueByXattr()
{
    const auto path = known(isFolder).value_or(freshPath());
    auto entry = node(path, m_random.chance(90) ? EntryKind::Directory : EntryKind::File);
    entry.xattrs.emplace_back("trusted.overlay.opaque", m_random.chance(80) ? "y" : "n");
    put(entry);
}

void Generator::leftovers()
{
    const auto above = m_random.chance(50) ? std::string() : folder();
    const auto marker = m_random.oneOf(std::array{".wh..wh.plnk"s, ".wh..wh.aufs"s, ".wh..wh.orph"s,
                                                  ".wh..wh.a"s, ".wh."s, ".wh.."s, ".wh..."s});
    m_entries.push_back(node(above + marker, EntryKind::File));
    if (m_random.chance(30)) {
        m_entries.push_back(node(child(above + marker), EntryKind::File));
    }
}

void Generator::escape()
{
    const auto up = m_random.oneOf(std::array{"../"s, "/../"s, "a/../../"s});
    m_entries.push_back(any(up + anyPath()));
}

} // namespace

StackScript randomStack(std::uint64_t seed)
{
    return Generator(seed).run();
}

} // namespace strata::test
