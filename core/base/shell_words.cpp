// SPDX-License-Identifier: Apache-2.0
#include "base/shell_words.h"

#include "base/byte_path.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <format>
#include <optional>
#include <utility>

namespace strata {
namespace {

constexpr std::string_view blanks = " \t\r\n";
constexpr std::string_view obeyed = "$`*?[|&;<>()";
constexpr std::array<std::pair<char, char>, 12> escapes = {{{'n', '\n'},
                                                            {'t', '\t'},
                                                            {'r', '\r'},
                                                            {'a', '\a'},
                                                            {'b', '\b'},
                                                            {'e', '\x1b'},
                                                            {'f', '\f'},
                                                            {'v', '\v'},
                                                            {'\\', '\\'},
                                                            {'\'', '\''},
                                                            {'"', '"'},
                                                            {'?', '?'}}};

std::unexpected<Error> malformed(std::string what)
{
    return fail(ErrorCode::Malformed, std::move(what));
}

class WordReader
{
public:
    explicit WordReader(std::string_view line)
        : m_line(line)
    {
    }

    Result<std::vector<std::string>> run()
    {
        std::vector<std::string> words;
        while (true) {
            while (!ended() && blanks.contains(m_line[m_at])) {
                ++m_at;
            }
            if (ended() || m_line[m_at] == '#') {
                return words;
            }
            auto next = word();
            if (!next) {
                return std::unexpected(std::move(next.error()));
            }
            words.push_back(std::move(*next));
        }
    }

private:
    bool ended() const { return m_at == m_line.size(); }

    Result<std::string> word()
    {
        std::string out;
        const bool home = m_line[m_at] == '~';
        if (home) {
            return malformed("~ stands for nobody's home here; quote it");
        }
        while (!ended() && !blanks.contains(m_line[m_at])) {
            const char c = m_line[m_at++];
            Status done;
            if (c == '\'') {
                done = single(out);
            } else if (c == '"') {
                done = twofold(out);
            } else if (c == '$' && !ended() && m_line[m_at] == '\'') {
                ++m_at;
                done = escaped(out);
            } else if (c == '\\' && !ended()) {
                out += m_line[m_at++];
            } else if (c == '\\') {
                done = malformed("a backslash stands at the end");
            } else if (obeyed.contains(c)) {
                done = malformed(std::string("nothing is expanded or obeyed here: quote ") + c);
            } else {
                out += c;
            }
            if (!done) {
                return std::unexpected(std::move(done.error()));
            }
        }
        return out;
    }

    Status single(std::string& out)
    {
        const auto end = m_line.find('\'', m_at);
        if (end == m_line.npos) {
            return malformed("a ' has no end");
        }
        out += m_line.substr(m_at, end - m_at);
        m_at = end + 1;
        return {};
    }

    Status twofold(std::string& out)
    {
        while (!ended()) {
            const char c = m_line[m_at++];
            if (c == '"') {
                return {};
            }
            if (c == '$' || c == '`') {
                return malformed(std::string("nothing is expanded here: quote ") + c + " with '");
            }
            const bool hidden =
                c == '\\' && !ended() && std::string_view("$`\"\\").contains(m_line[m_at]);
            out += hidden ? m_line[m_at++] : c;
        }
        return malformed("a \" has no end");
    }

    Status escaped(std::string& out)
    {
        while (!ended()) {
            const char c = m_line[m_at++];
            if (c == '\'') {
                return {};
            }
            if (c != '\\') {
                out += c;
            } else if (!escape(out)) {
                return malformed("a backslash in $'…' is followed by what it does not know");
            }
        }
        return malformed("a $' has no end");
    }

    bool escape(std::string& out)
    {
        if (ended()) {
            return false;
        }
        const char c = m_line[m_at];
        if (c == 'x') {
            ++m_at;
            return number(out, 16, 2);
        }
        if (c >= '0' && c <= '7') {
            return number(out, 8, 3);
        }
        ++m_at;
        const auto known = std::ranges::find(escapes, c, &std::pair<char, char>::first);
        if (known == escapes.end()) {
            return false;
        }
        out += known->second;
        return true;
    }

    bool number(std::string& out, unsigned base, std::size_t digits)
    {
        unsigned value = 0;
        std::size_t count = 0;
        for (; count < digits && !ended(); ++count, ++m_at) {
            const char c = m_line[m_at];
            const auto digit =
                std::string_view("0123456789abcdef")
                    .find(static_cast<char>(c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c));
            if (digit >= base) {
                break;
            }
            value = value * base + static_cast<unsigned>(digit);
        }
        out += static_cast<char>(value & 0xffU);
        return count > 0;
    }

    std::string_view m_line;
    std::size_t m_at = 0;
};

bool isControl(char c)
{
    return (c >= 0 && c < ' ') || c == '\x7f';
}

} // namespace

Result<std::vector<std::string>> splitWords(std::string_view line)
{
    return WordReader(line).run();
}

std::string quoteWord(std::string_view bytes)
{
    const bool text = isValidUtf8(bytes);
    const auto plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("/._-+,:=@%").contains(c) || static_cast<unsigned char>(c) >= 0x80;
    };
    if (text && !bytes.empty() && std::ranges::all_of(bytes, plain)) {
        return std::string(bytes);
    }
    const auto hidden = [text](char c) {
        return isControl(c) || (!text && static_cast<unsigned char>(c) >= 0x80);
    };
    const bool escaped = std::ranges::any_of(bytes, hidden);
    std::string out = escaped ? "$'" : "'";
    for (const char c : bytes) {
        if (escaped && (c == '\n' || c == '\t')) {
            out += c == '\n' ? "\\n" : "\\t";
        } else if (escaped && hidden(c)) {
            out += std::format("\\{:03o}", static_cast<unsigned char>(c));
        } else if (escaped && (c == '\\' || c == '\'')) {
            out += '\\';
            out += c;
        } else if (c == '\'') {
            out += "'\\''";
        } else {
            out += c;
        }
    }
    return out + "'";
}

std::string quoteWords(std::span<const std::string> words)
{
    std::string out;
    for (const auto& word : words) {
        out += (out.empty() ? "" : " ") + quoteWord(word);
    }
    return out;
}

} // namespace strata
