// SPDX-License-Identifier: Apache-2.0
#include "container_script.h"

#include "shrinker.h"

#include "base/byte_path.h"

#include <algorithm>
#include <cstddef>

namespace strata::test {

namespace {

std::string shortText(std::string_view bytes)
{
    return bytes.size() > 60 ? quoteForDisplay(bytes.substr(0, 20)) + "… of " +
                                   std::to_string(bytes.size()) + " bytes"
                             : quoteForDisplay(bytes);
}

} // namespace

std::string operationText(const ContainerOperation& operation)
{
    std::string out = std::string(operationName(operation.kind)) + " " + shortText(operation.path);
    if (!operation.other.empty()) {
        out += " other " + shortText(operation.other);
    }
    if (!operation.bytes.empty()) {
        out += " bytes " + shortText(operation.bytes);
    }
    out += " number " + std::to_string(operation.number) + " mode " +
           std::to_string(operation.mode) + " " + std::string(fileTypeName(operation.type)) + " " +
           std::to_string(operation.first) + ":" + std::to_string(operation.second);
    return out + (operation.last ? "" : " not followed");
}

std::string scriptText(const ContainerScript& script)
{
    std::string out = scriptText(script.stack);
    for (const auto& operation : script.operations) {
        out += operationText(operation) + "\n";
    }
    return out;
}

ContainerScript shrunk(ContainerScript script,
                       const std::function<bool(const ContainerScript&)>& fails)
{
    bool smaller = true;
    while (smaller) {
        smaller = false;
        for (auto chunk = script.operations.size(); chunk > 0; chunk /= 2) {
            for (std::size_t first = 0; first < script.operations.size();) {
                auto changed = script;
                auto& operations = changed.operations;
                const auto last = std::min(first + chunk, operations.size());
                operations.erase(operations.begin() + static_cast<std::ptrdiff_t>(first),
                                 operations.begin() + static_cast<std::ptrdiff_t>(last));
                if (fails(changed)) {
                    script = std::move(changed);
                    smaller = true;
                } else {
                    first += chunk;
                }
            }
        }
        const auto before = script.stack;
        script.stack = shrunk(script.stack, [&](const StackScript& stack) {
            return fails({stack, script.operations});
        });
        smaller = smaller || !(script.stack == before);
    }
    return script;
}

} // namespace strata::test
