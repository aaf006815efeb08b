// SPDX-License-Identifier: Apache-2.0
// The JSON documents of an archive and the history in them, without the bytes around them. The
// input is their texts, separated by 0xff, which no JSON holds; an empty text is an absent file.
// Their names are fixed, blobs have digests of one digit.
#include "bounds.h"
#include "fuzz_target.h"
#include "image_rules.h"
#include "input.h"
#include "require.h"
#include "tar_builder.h"

#include "base/byte_path.h"
#include "image/config.h"
#include "image/instruction.h"
#include "insight/verify.h"
#include "tree/opened_image.h"

#include <array>
#include <string>
#include <string_view>

using namespace strata;
using namespace strata::fuzz;

namespace {

constexpr char separator = '\xff';

std::string blob(char digit)
{
    return "blobs/sha256/" + std::string(64, digit);
}

std::string_view takeText(std::string_view& rest)
{
    const auto end = rest.find(separator);
    const std::string_view text = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    return text;
}

void checkInstruction(std::string_view createdBy, std::string_view comment)
{
    if (!isValidUtf8(createdBy) || !isValidUtf8(comment)) {
        return; // JSON holds no such text
    }
    const std::string instruction = instructionOf(createdBy, comment);
    require(isValidUtf8(instruction), "instructions are text", createdBy);
    for (const std::size_t width : {std::size_t{4}, std::size_t{28}}) {
        const std::string narrow = shortInstruction(instruction, width);
        require(isValidUtf8(narrow), "short instructions are text", instruction);
    }
}

void checkConfig(std::string_view text)
{
    const auto config = parseConfig(text);
    if (!config) {
        requireDisplayable(config.error());
        return;
    }
    requireDisplayable(config->warnings);
    for (const HistoryItem& item : config->history) {
        checkInstruction(item.createdBy, item.comment);
    }
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto bytes = bytesOf(data, size);
    std::string_view rest(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    const std::array<std::string, 8> names = {"index.json", "manifest.json", "repositories",
                                              blob('0'),    blob('1'),       blob('2'),
                                              "a/json",     "b/json"};
    test::TarBuilder tar;
    std::string_view before;
    for (const std::string& name : names) {
        const std::string_view text = takeText(rest);
        checkInstruction(text, before);
        checkConfig(text);
        if (!text.empty()) {
            tar.file(name, text);
        }
        before = text;
    }
    tar.file("a/layer.tar").file("b/layer.tar", "no tar").file(blob('a'));
    const auto archive = ImageArchive::open(memorySource(tar.bytes()), "documents.tar", {});
    if (!archive) {
        requireDisplayable(archive.error());
        return 0;
    }
    requireSoundArchive(**archive);
    for (std::size_t i = 0; i < (*archive)->images().size() && i < bounds::images; ++i) {
        const auto checks = verifyImage(**archive, (*archive)->images()[i], {});
        require(checks.has_value(), "an image in memory can be verified");
        for (const Check& check : *checks) {
            requireDisplayable(check.note);
        }
        LoadOptions options;
        options.threads = 1;
        const auto image = loadImage(*archive, i, {}, options);
        if (!image) {
            requireDisplayable(image.error());
        }
    }
    countLookedAt();
    return 0;
}
