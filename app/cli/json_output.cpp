// SPDX-License-Identifier: Apache-2.0
#include "json_output.h"

#include "base/byte_path.h"
#include "io/tar_reader.h"

#include <openssl/evp.h>

#include <algorithm>

namespace strata::cli {

std::string base64(std::string_view bytes)
{
    std::string out((bytes.size() + 2) / 3 * 4 + 1, '\0'); // OpenSSL ends it with a NUL
    const auto length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                        reinterpret_cast<const unsigned char*>(bytes.data()),
                                        static_cast<int>(bytes.size()));
    out.resize(static_cast<std::size_t>(length));
    return out;
}

void appendJsonString(std::string& out, std::string_view bytes)
{
    const bool plain = std::ranges::all_of(
        bytes, [](char c) { return c >= ' ' && c < '\x7f' && c != '"' && c != '\\'; });
    if (plain) {
        out += '"';
        out += bytes;
        out += '"';
    } else {
        out += nlohmann::ordered_json(toUtf8(bytes)).dump();
    }
}

std::string modeDigits(std::uint16_t mode)
{
    std::string out(4, '0');
    for (std::size_t i = 0; i < out.size(); ++i) {
        out[i] = static_cast<char>('0' + ((mode >> (9 - 3 * i)) & 7));
    }
    return out;
}

std::string jsonLine(const nlohmann::ordered_json& document)
{
    return document.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

nlohmann::ordered_json textOrNull(std::string_view text)
{
    return text.empty() ? nlohmann::ordered_json(nullptr) : nlohmann::ordered_json(text);
}

std::string& JsonObject::field(std::string_view key)
{
    if (!m_first) {
        m_out += ',';
    }
    m_first = false;
    appendJsonString(m_out, key);
    m_out += ':';
    return m_out;
}

void JsonObject::text(std::string_view key, std::string_view bytes)
{
    appendJsonString(field(key), bytes);
}

void JsonObject::bytes(std::string_view key, std::string_view bytes)
{
    text(key, bytes);
    if (!isValidUtf8(bytes)) {
        text(std::string(key) + "_base64", base64(bytes));
    }
}

void JsonObject::boolean(std::string_view key, bool value)
{
    field(key) += value ? "true" : "false";
}

void JsonObject::null(std::string_view key)
{
    field(key) += "null";
}

void JsonObject::metadata(const LayerEntry& entry)
{
    text("type", fileTypeName(entry.type));
    number("size", entry.size);
    text("mode", modeDigits(entry.mode));
    number("uid", entry.uid);
    number("gid", entry.gid);
    number("mtime", entry.mtime);
}

} // namespace strata::cli
