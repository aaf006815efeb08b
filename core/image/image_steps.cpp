// SPDX-License-Identifier: Apache-2.0
#include "image/instruction.h"
#include "image/readers_p.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <sstream>
#include <string_view>
#include <vector>

namespace strata::readers {

namespace {

void mapHistory(Image& image)
{
    std::size_t layer = 0;
    std::size_t surplus = 0;
    for (const auto& item : image.config.history) {
        Step step;
        step.createdBy = item.createdBy;
        step.instruction = instructionOf(item.createdBy, item.comment);
        step.comment = item.comment;
        step.created = item.created;
        step.author = item.author;
        if (!item.emptyLayer) {
            if (layer < image.layers.size()) {
                LayerDescriptor& made = image.layers[layer];
                made.createdBy = step.createdBy;
                made.instruction = step.instruction;
                made.created = step.created;
                step.layer = static_cast<LayerNo>(layer++);
            } else {
                ++surplus;
            }
        }
        image.steps.push_back(std::move(step));
    }
    if (!image.config.history.empty() && (surplus > 0 || layer < image.layers.size())) {
        image.warnings.add(WarningCode::HistoryMismatch,
                           "the history names " + std::to_string(layer + surplus) +
                               " layers, the image has " + std::to_string(image.layers.size()));
    }
    for (; layer < image.layers.size(); ++layer) {
        Step step;
        step.layer = static_cast<LayerNo>(layer);
        image.steps.push_back(std::move(step));
    }
}

/// Of each step, the layers made by the steps before it.
std::vector<LayerNo> layersBefore(const std::vector<Step>& steps)
{
    std::vector<LayerNo> out;
    out.reserve(steps.size());
    LayerNo made = 0;
    for (const Step& step : steps) {
        out.push_back(made);
        made = static_cast<LayerNo>(made + (step.layer ? 1 : 0));
    }
    return out;
}

std::optional<std::chrono::sys_seconds> parseTime(const std::string& rfc3339)
{
    std::istringstream in(rfc3339);
    std::chrono::sys_seconds time;
    in >> std::chrono::parse("%FT%T", time); // whole seconds will do; the fraction is left unread
    return in.fail() ? std::nullopt : std::optional(time);
}

/// buildah, building layer by layer, notes the steps' own intermediate images too, by id.
bool isBareId(std::string_view name)
{
    return name.size() >= 12 &&
           name.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

/// A base that was committed in one go has no instruction of its own but its name.
void nameBaseLayer(Image& image)
{
    if (image.baseLayers != 1 || image.baseIsGuess || image.baseName.empty()) {
        return;
    }
    auto& instruction = image.layers[0].instruction;
    if (instruction.empty() || instruction == "/bin/sh") {
        instruction = "FROM " + image.baseName;
        for (auto& step : image.steps) {
            if (step.layer == LayerNo{0}) {
                step.instruction = instruction;
            }
        }
    }
}

/// RULES.md, "Instructions", from the surest sign to the weakest.
void findBase(Image& image)
{
    for (const auto& [key, value] : image.annotations) {
        if (key == "org.opencontainers.image.base.name") {
            image.baseName = value;
        }
    }
    const auto total = static_cast<LayerNo>(image.layers.size());
    const auto layersAt = layersBefore(image.steps);
    for (std::size_t i = image.steps.size(); i-- > 0;) {
        const auto& comment = image.steps[i].comment;
        if (comment.starts_with("FROM ") && !isBareId(std::string_view(comment).substr(5))) {
            const auto before = layersAt[i];
            if (before > 0 && before < total) {
                image.baseLayers = before;
                if (image.baseName.empty()) {
                    image.baseName = comment.substr(5);
                }
                return;
            }
        }
    }
    image.baseIsGuess = true;
    for (std::size_t i = image.steps.size(); i-- > 0;) {
        const auto& instruction = image.steps[i].instruction;
        if (!image.steps[i].layer &&
            (instruction.starts_with("CMD") || instruction.starts_with("ENTRYPOINT"))) {
            const auto before = layersAt[i];
            if (before > 0 && before < total) {
                image.baseLayers = before;
                return;
            }
        }
    }
    // Base images are built on another day than what stands on them.
    constexpr auto gap = std::chrono::hours(24);
    std::optional<std::chrono::sys_seconds> last;
    for (std::size_t i = 0; i < image.steps.size(); ++i) {
        const auto now = parseTime(image.steps[i].created);
        if (now && last && *now - *last > gap) {
            const auto before = layersAt[i];
            if (before > 0 && before < total) {
                image.baseLayers = before;
            }
        }
        last = now ? now : last;
    }
}

} // namespace

void completeSteps(Image& image)
{
    for (std::size_t i = 0; i < image.layers.size() && i < image.config.diffIds.size(); ++i) {
        image.layers[i].diffId = image.config.diffIds[i];
    }
    const auto chain = chainIds(image.config.diffIds);
    for (std::size_t i = 0; i < image.layers.size() && i < chain.size(); ++i) {
        image.layers[i].chainId = chain[i];
    }
    mapHistory(image);
    findBase(image);
    nameBaseLayer(image);
}

} // namespace strata::readers
