// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/byte_path.h"
#include "layer/layer_index.h"

#include <nlohmann/json.hpp>

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace strata::cli {

/// Standard base64 with padding.
std::string base64(std::string_view bytes);

/// Appends `bytes` as a JSON string; what is not UTF-8 becomes U+FFFD.
void appendJsonString(std::string& out, std::string_view bytes);

/// Twelve permission bits as four octal digits, "0755".
std::string modeDigits(std::uint16_t mode);

/// `document` on one line, with its line end. Bytes that are not UTF-8 become U+FFFD.
std::string jsonLine(const nlohmann::ordered_json& document);

/// `text`, or null if it is empty.
nlohmann::ordered_json textOrNull(std::string_view text);

/// Writes one JSON object at the end of a string, field by field, with no document in between:
/// trees have millions of lines. Keys are not checked for doubles.
class JsonObject
{
public:
    explicit JsonObject(std::string& out)
        : m_out(out)
    {
        m_out += '{';
    }
    JsonObject(const JsonObject&) = delete;
    JsonObject& operator=(const JsonObject&) = delete;

    /// What is not UTF-8 becomes U+FFFD.
    void text(std::string_view key, std::string_view bytes);
    /// As text(), and with the raw bytes under "<key>_base64" where they are not UTF-8.
    void bytes(std::string_view key, std::string_view bytes);
    template <std::integral Number> void number(std::string_view key, Number value)
    {
        field(key) += std::to_string(value);
    }
    void boolean(std::string_view key, bool value);
    void null(std::string_view key);
    /// "xattrs", unless there are none: of pairs of names and raw values. Names that are not UTF-8
    /// stand in base64 in "xattrs_base64", where two of them stay two.
    template <typename Attributes> void attributes(const Attributes& named)
    {
        attributes("xattrs", named, true);
        attributes("xattrs_base64", named, false);
    }
    /// "type", "size", "mode", "uid", "gid", "mtime" of an entry.
    void metadata(const LayerEntry& entry);
    /// The place for a value that the caller writes.
    std::string& field(std::string_view key);
    void close() { m_out += '}'; }

private:
    template <typename Attributes>
    void attributes(std::string_view key, const Attributes& named, bool utf8)
    {
        std::optional<JsonObject> object;
        for (const auto& [name, value] : named) {
            if (isValidUtf8(name) == utf8) {
                if (!object) {
                    object.emplace(field(key));
                }
                object->text(utf8 ? std::string(name) : base64(name), base64(value));
            }
        }
        if (object) {
            object->close();
        }
    }

    std::string& m_out;
    bool m_first = true;
};

} // namespace strata::cli
