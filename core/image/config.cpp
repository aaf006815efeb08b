// SPDX-License-Identifier: Apache-2.0
#include "image/config.h"

#include "base/limits.h"
#include "image/config_p.h"
#include "image/json_p.h"
#include "io/hasher.h"

namespace strata {

namespace {

std::vector<std::string> keys(const json::Value& object)
{
    std::vector<std::string> out;
    if (object.is_object()) {
        for (const auto& [key, value] : object.items()) {
            out.push_back(key);
        }
    }
    return out;
}

} // namespace

RuntimeConfig parseRuntime(const json::Value& value)
{
    RuntimeConfig out;
    out.env = json::texts(json::member(value, "Env"));
    out.entrypoint = json::texts(json::member(value, "Entrypoint"));
    out.cmd = json::texts(json::member(value, "Cmd"));
    out.shell = json::texts(json::member(value, "Shell"));
    out.exposedPorts = keys(json::member(value, "ExposedPorts"));
    out.volumes = keys(json::member(value, "Volumes"));
    out.labels = json::textMembers(json::member(value, "Labels"));
    out.user = json::text(value, "User");
    out.workingDir = json::text(value, "WorkingDir");
    out.stopSignal = json::text(value, "StopSignal");
    return out;
}

std::size_t partsOf(const RuntimeConfig& runtime)
{
    return runtime.env.size() + runtime.entrypoint.size() + runtime.cmd.size() +
           runtime.shell.size() + runtime.exposedPorts.size() + runtime.volumes.size() +
           runtime.labels.size();
}

Result<ImageConfig> parseConfig(std::string_view text)
{
    const auto document = json::parse(text);
    if (!document) {
        return std::unexpected(document.error());
    }
    if (!document->is_object()) {
        return fail(ErrorCode::Malformed, "an image config that is no JSON object");
    }
    ImageConfig out;
    out.platform.os = json::text(*document, "os");
    out.platform.architecture = json::text(*document, "architecture");
    out.platform.variant = json::text(*document, "variant");
    out.platform.osVersion = json::text(*document, "os.version");
    out.author = json::text(*document, "author");
    if (const auto created = json::text(*document, "created"); !created.empty()) {
        out.created = created;
    }
    const auto& diffIds = json::member(json::member(*document, "rootfs"), "diff_ids");
    if (diffIds.is_array()) {
        for (const auto& item : diffIds) {
            auto digest = Digest::parse(json::text(item));
            if (!digest) {
                return fail(ErrorCode::Malformed, "an image config with a broken diff ID");
            }
            out.diffIds.push_back(std::move(*digest));
        }
    } else if (!diffIds.is_null()) {
        return fail(ErrorCode::Malformed, "an image config whose diff_ids are no list");
    }
    const auto& history = json::member(*document, "history");
    if (history.is_array()) {
        for (const auto& item : history) {
            if (out.history.size() >= limits::historyItems) {
                out.warnings.add(WarningCode::LimitReached,
                                 "the config's history has more than " +
                                     std::to_string(limits::historyItems) +
                                     " items; the rest is not shown");
                break;
            }
            HistoryItem step;
            step.created = json::text(item, "created");
            step.createdBy = json::text(item, "created_by");
            step.author = json::text(item, "author");
            step.comment = json::text(item, "comment");
            step.emptyLayer = json::isTrue(json::member(item, "empty_layer"));
            out.history.push_back(std::move(step));
        }
    } else if (!history.is_null()) {
        out.warnings.add(WarningCode::Malformed, "the config's history is no list and was ignored");
    }
    out.runtime = parseRuntime(json::member(*document, "config"));
    return out;
}

std::vector<Digest> chainIds(const std::vector<Digest>& diffIds)
{
    std::vector<Digest> out;
    out.reserve(diffIds.size());
    for (const auto& diffId : diffIds) {
        out.push_back(out.empty() ? diffId : sha256(out.back().text() + " " + diffId.text()));
    }
    return out;
}

} // namespace strata
