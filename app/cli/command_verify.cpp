// SPDX-License-Identifier: Apache-2.0
#include "command_verify.h"

#include "base/byte_path.h"
#include "insight/verified_layers.h"
#include "json_output.h"
#include "open_image.h"
#include "text_output.h"

#include <algorithm>
#include <array>
#include <format>
#include <stop_token>
#include <utility>
#include <vector>

namespace strata::cli {

namespace {

std::string whatText(const Check& check)
{
    if (!check.layer) {
        std::string name(checkName(check.what));
        std::ranges::replace(name, '-', ' ');
        return name;
    }
    const auto* what = check.what == Check::What::LayerBlob   ? "as stored"
                       : check.what == Check::What::LayerSize ? "size"
                                                              : "diff ID";
    return std::format("layer {} {}", *check.layer, what);
}

/// A manifest that only the archive's indexes speak of: `docker save` with the containerd store
/// leaves out the platforms that were not pulled, and layouts may leave out anything.
bool isElsewhere(const Image& image)
{
    return image.error && image.error->code == ErrorCode::Missing && image.manifestFile.empty() &&
           image.layers.empty();
}

/// Images that need not be there: where none was asked for and one is whole, those elsewhere.
std::vector<bool> dispensable(const ChosenImages& chosen, const Options& options)
{
    const auto& images = chosen.archive->images();
    std::vector<bool> out(images.size(), false);
    const bool asked = options.wish.image || options.wish.platform;
    if (!asked && std::ranges::any_of(images, &Image::available)) {
        std::ranges::transform(images, out.begin(), isElsewhere);
    }
    return out;
}

/// What is kept elsewhere by design is missing without anything being wrong.
bool isFailure(const Image& image, bool dispensable, const Check& check)
{
    switch (check.result) {
    case CheckResult::Mismatch:
    case CheckResult::Damaged:
        return true;
    case CheckResult::Missing:
        return !dispensable && (!check.layer || *check.layer >= image.layers.size() ||
                                !image.layers[*check.layer].foreign);
    case CheckResult::Verified:
    case CheckResult::Nothing:
        return false;
    }
    std::unreachable();
}

void appendJson(std::string& out, std::size_t imageIndex, const Check& check)
{
    const auto textOr = [](JsonObject& line, std::string_view key, const std::string& text) {
        if (text.empty()) {
            line.null(key);
        } else {
            line.text(key, text);
        }
    };
    JsonObject line(out);
    line.text("what", checkName(check.what));
    if (check.layer) {
        line.number("layer", *check.layer);
    } else {
        line.null("layer");
    }
    line.text("result", checkResultName(check.result));
    textOr(line, "expected", check.expected);
    textOr(line, "actual", check.actual);
    line.text("note", check.note);
    line.number("image", imageIndex);
    line.close();
    out += '\n';
}

void appendText(std::string& out, const Check& check, bool failure, const Style& style)
{
    const auto result = std::format("  {:<10}", check.result == CheckResult::Nothing
                                                    ? "no digest"
                                                    : checkResultName(check.result));
    out += failure                                 ? style.bad(result)
           : check.result == CheckResult::Verified ? style.good(result)
                                                   : style.faint(result);
    out += std::format("{:<20}", whatText(check));
    if (check.result == CheckResult::Mismatch) {
        out += std::format("\n    expected  {}\n    found     {}", escapeForDisplay(check.expected),
                           escapeForDisplay(check.actual));
    } else {
        out += escapeForDisplay(check.expected);
    }
    out.erase(out.find_last_not_of(' ') + 1);
    if (!check.note.empty()) {
        out += "\n    " + onOneLine(check.note);
    }
    out += '\n';
}

/// Ten thousand checks are not read one by one: how it went, in one line.
std::string summary(const std::array<std::size_t, 5>& counts, bool failed, const Style& style)
{
    std::string parts;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        if (counts[i] > 0) {
            const auto result = static_cast<CheckResult>(i);
            parts += std::format("{}{} {}", parts.empty() ? "" : ", ", counts[i],
                                 result == CheckResult::Nothing ? "without a digest"
                                                                : checkResultName(result));
        }
    }
    return (failed ? style.bad("FAILED: ") : style.good("OK: ")) +
           (parts.empty() ? "nothing to check" : parts) + "\n";
}

} // namespace

Outcome<ExitStatus> runVerify(const Options& options, Output& output)
{
    const auto cache = openCache(options);
    const auto chosen = openImages(options);
    if (!chosen) {
        return std::unexpected(chosen.error());
    }
    const auto& archive = *chosen->archive;
    const Style style(output);
    std::array<std::size_t, 5> counts{};
    bool failed = false;
    const auto needless = dispensable(*chosen, options);
    ArchiveVerifier verifier(archive);
    std::stop_source stop;
    Job job;
    job.stop = stop.get_token();
    for (const auto index : chosen->images) {
        const auto& image = archive.images()[index];
        if (!options.json) {
            const auto platform = image.platform.text();
            output.write(style.strong(escapeForDisplay(image.displayName())) +
                         (platform.empty() ? "" : "  " + escapeForDisplay(platform)) + "\n");
        }
        VerifiedLayers verified(cache, archive, image);
        const auto checks = verifier.verify(image, job, [&](const Check& check) {
            verified.take(check);
            const bool failure = isFailure(image, needless[index], check);
            if (options.json) {
                appendJson(output.buffer(), index, check);
            } else {
                appendText(output.buffer(), check, failure, style);
            }
            // Each takes its time, and is worth seeing at once.
            if (!output.flush()) {
                stop.request_stop();
            }
            failed = failed || failure;
            ++counts[static_cast<std::size_t>(check.result)];
        });
        if (stop.stop_requested()) {
            return ExitStatus::Done; // nobody reads any more
        }
        if (!checks) {
            return std::unexpected(checks.error());
        }
    }
    if (!options.json) {
        output.write(summary(counts, failed, style));
    }
    return failed ? ExitStatus::No : ExitStatus::Done;
}

} // namespace strata::cli
