// SPDX-License-Identifier: Apache-2.0
#include "instructions/dockerfile_text.h"

#include "text/format.h"

#include <algorithm>

namespace strata::ui {

namespace {

/// Bytes of a line that are shown: laying it out costs its whole length. What is copied is whole
/// all the same.
constexpr std::size_t longestLine = 10'000;
/// Characters and lines that are shown, of histories that no person reads to the end.
constexpr qsizetype mostShown = 2 << 20;
constexpr std::size_t mostLines = 50'000;

/// Layers without history have steps too, but these say nothing.
bool hasHistory(const Image& image)
{
    return std::ranges::any_of(image.steps, [](const Step& step) {
        return !step.instruction.empty() || !step.comment.empty();
    });
}

} // namespace

DockerfileText dockerfileText(const Image& image)
{
    DockerfileText text;
    if (!hasHistory(image)) {
        return text;
    }
    text.lines = rebuildDockerfile(image);
    for (const auto& line : text.lines) {
        if (text.shown.size() >= mostShown || text.shownLines == mostLines) {
            break;
        }
        text.shown += displayFront(line.text, longestLine) + QLatin1Char('\n');
        ++text.shownLines;
    }
    text.shown.chop(1);
    // QTextDocument would begin a new block at these two.
    for (const char16_t frameMark : {u'\ufdd0', u'\ufdd1'}) {
        text.shown.replace(QChar(frameMark), QChar(QChar::ReplacementCharacter));
    }
    return text;
}

} // namespace strata::ui
