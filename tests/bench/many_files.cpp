// SPDX-License-Identifier: Apache-2.0
#include "many_files.h"

#include "layer_file.h"
#include "random.h"

#include <array>
#include <format>
#include <optional>
#include <string>
#include <string_view>

namespace strata::bench {

namespace {

constexpr std::array words = {"alias", "binary", "cairo", "daemon", "emacs",  "fonts",  "gtk",
                              "http",  "icon",   "jpeg",  "kernel", "locale", "module", "net",
                              "perl",  "python", "query", "socket", "theme",  "zlib"};
constexpr std::array endings = {"so", "conf", "el", "h", "html", "mo", "png", "py", "txt", "xml"};

constexpr std::uint32_t foldersInATop = 1'000;
constexpr std::uint32_t foldersInABranch = 27; ///< the branch's own folder and 26 below it

/// Three levels: a top folder, branches in it, leaves in these. Every folder holds files.
std::string folderPath(std::uint32_t number)
{
    auto top = std::format("srv/part{:02}", number / foldersInATop);
    const auto below = number % foldersInATop;
    if (below == 0) {
        return top;
    }
    const auto branch = (below - 1) / foldersInABranch;
    const auto leaf = (below - 1) % foldersInABranch;
    const auto path = std::format("{}/{}-{}", top, words[branch % words.size()], branch);
    return leaf == 0 ? path : std::format("{}/{}{}", path, words[leaf % words.size()], leaf);
}

/// One small file through all layers.
class SmallFile
{
public:
    explicit SmallFile(std::uint32_t number)
        : m_number(number)
        , m_chance(scatter(number))
    {
        // Four in ten come from the base, the others evenly from the layers above it.
        const bool shared = number % 3 == 0;
        m_first = m_chance % 10 < 4
                      ? 0
                      : 1 + static_cast<std::uint32_t>((m_chance >> 8U) %
                                                       (ManyFiles::layers - (shared ? 2 : 1)));
        if (shared) {
            const auto above = ManyFiles::layers - m_first - 1;
            for (std::uint64_t i = 0; i < 1 + (m_chance >> 16U) % 3; ++i) {
                m_touched |= 1U << (m_first + 1 + scatter(m_chance + i) % above);
            }
        }
    }

    std::string name() const
    {
        return std::format("{}-{:05x}.{}", words[(m_chance >> 24U) % words.size()], m_number,
                           endings[(m_chance >> 32U) % endings.size()]);
    }

    /// What the file is at a layer that touches it. Layers are asked for in their order.
    enum class Act { None, Write, Remove };
    Act at(std::uint32_t layer)
    {
        if (layer == m_first) {
            m_there = true;
            return Act::Write;
        }
        if ((m_touched >> layer & 1U) == 0) {
            return Act::None;
        }
        m_age = layer;
        const auto kind = scatter(m_chance + layer) % 8;
        if (m_there && kind == 0) {
            m_there = false;
            return Act::Remove;
        }
        if (m_there && kind < 3) {
            m_mode = m_mode == 0644 ? 0600 : 0644;
        } else if (m_there && kind < 5) {
            m_content = layer;
        } else {
            m_content = layer;
            m_size = layer;
        }
        m_there = true;
        return Act::Write;
    }

    std::uint16_t mode() const { return m_mode; }
    std::int64_t age() const { return m_age; }
    std::string content() const
    {
        std::string text(scatter(m_chance ^ m_size) % 65, ' ');
        for (std::size_t i = 0; i < text.size(); ++i) {
            text[i] =
                static_cast<char>('!' + scatter(m_chance + std::uint64_t{m_content} * 64 + i) % 90);
        }
        return text;
    }

private:
    std::uint32_t m_number;
    std::uint64_t m_chance;
    std::uint32_t m_first = 0;
    std::uint32_t m_touched = 0;
    bool m_there = false;
    std::uint16_t m_mode = 0644;
    std::uint32_t m_age = 0;
    std::uint32_t m_content = 0; ///< the layer that wrote it last
    std::uint32_t m_size = 0;    ///< the layer that changed its size last
};

} // namespace

Result<SharedSource> writeLayer(const ManyFiles& image, std::uint32_t number,
                                const std::filesystem::path& path)
{
    LayerFile out(path);
    out.folder("srv");
    for (std::uint32_t folder = 0; folder < image.folders; ++folder) {
        const auto where = folderPath(folder);
        bool listed = false;
        for (std::uint32_t i = 0; i < ManyFiles::filesInAFolder; ++i) {
            SmallFile file(folder * ManyFiles::filesInAFolder + i);
            auto act = SmallFile::Act::None;
            for (std::uint32_t layer = 0; layer <= number; ++layer) {
                act = file.at(layer);
            }
            if (act != SmallFile::Act::None && !listed) {
                out.folder(where);
                listed = true;
            }
            const auto name = std::format("{}/{}", where, file.name());
            if (act == SmallFile::Act::Write) {
                out.file(name, file.content(), file.mode(), file.age());
            } else if (act == SmallFile::Act::Remove) {
                out.whiteout(name);
            }
        }
    }
    return out.finish();
}

} // namespace strata::bench
