// SPDX-License-Identifier: Apache-2.0
#include "image/json_p.h"

#include "base/limits.h"

namespace strata::json {

namespace {

bool tooDeep(std::string_view text)
{
    std::size_t depth = 0;
    bool inString = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (inString) {
            if (c == '\\') {
                ++i;
            } else if (c == '"') {
                inString = false;
            }
        } else if (c == '"') {
            inString = true;
        } else if (c == '[' || c == '{') {
            if (++depth > limits::jsonDepth) {
                return true;
            }
        } else if ((c == ']' || c == '}') && depth > 0) {
            --depth;
        }
    }
    return false;
}

} // namespace

Result<Value> parse(std::string_view text)
{
    if (text.size() > limits::jsonBytes) {
        return fail(ErrorCode::LimitExceeded,
                    "JSON of more than " + std::to_string(limits::jsonBytes >> 20U) + " MiB");
    }
    if (tooDeep(text)) {
        return fail(ErrorCode::LimitExceeded,
                    "JSON nested deeper than " + std::to_string(limits::jsonDepth));
    }
    try {
        return Value::parse(text);
    } catch (const Value::parse_error& error) {
        return fail(ErrorCode::Malformed, "broken JSON at byte " + std::to_string(error.byte));
    } catch (const Value::exception&) {
        return fail(ErrorCode::Malformed, "broken JSON");
    }
}

const Value& member(const Value& object, std::string_view key)
{
    static const Value null;
    if (!object.is_object()) {
        return null;
    }
    const auto it = object.find(key);
    return it == object.end() ? null : *it;
}

std::string text(const Value& value)
{
    return value.is_string() ? value.get<std::string>() : std::string();
}

std::optional<std::uint64_t> number(const Value& value)
{
    if (value.is_number_unsigned()) {
        return value.get<std::uint64_t>();
    }
    return std::nullopt;
}

bool isTrue(const Value& value)
{
    return value.is_boolean() && value.get<bool>();
}

std::vector<std::string> texts(const Value& value)
{
    std::vector<std::string> out;
    if (value.is_string()) {
        out.push_back(text(value));
    } else if (value.is_array()) {
        for (const auto& item : value) {
            if (item.is_string()) {
                out.push_back(text(item));
            }
        }
    }
    return out;
}

std::vector<std::pair<std::string, std::string>> textMembers(const Value& value)
{
    std::vector<std::pair<std::string, std::string>> out;
    if (value.is_object()) {
        for (const auto& [key, item] : value.items()) {
            if (item.is_string()) {
                out.emplace_back(key, text(item));
            }
        }
    }
    return out;
}

} // namespace strata::json
