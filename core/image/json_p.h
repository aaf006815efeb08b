// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Reading JSON that others wrote: any field may be absent, null or of another type than it should
/// be, and none of that throws. Private to core's .cpp files.
namespace strata::json {

using Value = nlohmann::json;

/// Errors: Malformed with the byte where it went wrong; LimitExceeded over limits::jsonBytes or
/// limits::jsonDepth.
Result<Value> parse(std::string_view text);

/// The member, or null if `object` is no object or has no such member.
const Value& member(const Value& object, std::string_view key);
/// The text of a string; empty for everything else. Invalid UTF-8 cannot occur: parse refuses it.
std::string text(const Value& value);
inline std::string text(const Value& object, std::string_view key)
{
    return text(member(object, key));
}
std::optional<std::uint64_t> number(const Value& value);
bool isTrue(const Value& value);
/// The strings of an array; a single string counts as an array of one.
std::vector<std::string> texts(const Value& value);
/// The string members of an object, in order.
std::vector<std::pair<std::string, std::string>> textMembers(const Value& value);

} // namespace strata::json
