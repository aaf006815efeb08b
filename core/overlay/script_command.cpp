// SPDX-License-Identifier: Apache-2.0
#include "overlay/script_command_p.h"

#include "base/byte_path.h"
#include "io/byte_stream.h"
#include "overlay/mode_bits_p.h"
#include "overlay/mode_change.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

namespace strata {

namespace {

using Action = std::function<void(ScriptHost&)>;
using Words = std::vector<std::string>;

std::unexpected<Error> malformed(std::string what)
{
    return fail(ErrorCode::Malformed, std::move(what));
}

/// The words behind a command: its options, and what is none.
struct Arguments
{
    std::string options;                 ///< letters of those without a value
    std::array<std::string, 128> values; ///< by letter, of those with one
    std::string valued;                  ///< letters of those that were given
    Words rest;

    bool has(char option) const { return (options + valued).contains(option); }
    const std::string& value(char option) const
    {
        return values.at(static_cast<std::size_t>(option));
    }
};

/// As getopt(3) takes them: `known` names the letters, a colon behind one that has a value; with a
/// plus before them, what follows the first word that is no option is none either.
Result<Arguments> parseArguments(const Words& words, std::string_view known)
{
    Arguments out;
    bool open = true;
    const bool ordered = known.starts_with('+');
    known.remove_prefix(ordered ? 1 : 0);
    for (std::size_t i = 1; i < words.size(); ++i) {
        const std::string& word = words[i];
        if (open && word == "--") {
            open = false;
            continue;
        }
        if (!open || word.size() < 2 || word[0] != '-') {
            out.rest.push_back(word);
            open = open && !ordered;
            continue;
        }
        for (std::size_t at = 1; at < word.size(); ++at) {
            const auto option = known.find(word[at]);
            if (option == known.npos || word[at] == ':') {
                return malformed(words[0] + " knows no option " + quoteForDisplay(word));
            }
            if (option + 1 == known.size() || known[option + 1] != ':') {
                out.options += word[at];
                continue;
            }
            const bool attached = at + 1 < word.size();
            if (!attached && i + 1 == words.size()) {
                return malformed("a value is missing behind " + quoteForDisplay(word));
            }
            out.valued += word[at];
            out.values.at(static_cast<std::size_t>(word[at])) =
                attached ? word.substr(at + 1) : words[++i];
            break;
        }
    }
    return out;
}

template <typename Number>
Result<Number> parseNumber(std::string_view text, int base, std::string_view what)
{
    Number number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
    if (error != std::errc() || end != text.data() + text.size() || text.starts_with('-')) {
        return malformed(quoteForDisplay(text) + " is no " + std::string(what));
    }
    return number;
}

/// One call of the container for each of the paths, until one is refused.
Action forEach(Words paths, std::function<Trace(ScriptHost&, const std::string&)> call)
{
    return [paths = std::move(paths), call = std::move(call)](ScriptHost& host) {
        for (const auto& path : paths) {
            if (!host.told(call(host, path))) {
                return;
            }
        }
    };
}

std::span<const std::byte> bytesOf(const std::string& text)
{
    return std::as_bytes(std::span(text));
}

Result<Action> read(const Arguments& given)
{
    return forEach(given.rest, [](ScriptHost& host, const std::string& path) {
        return host.container().read(path, host.job()).trace;
    });
}

Result<Action> create(const Arguments& given)
{
    return forEach(given.rest, [](ScriptHost& host, const std::string& path) {
        return host.container().create(path);
    });
}

Result<Action> touch(const Arguments& given)
{
    return forEach(given.rest, [](ScriptHost& host, const std::string& path) {
        Container& container = host.container();
        const auto there = container.resolve(path);
        return there || there.error().error != PosixError::NoEntry
                   ? container.setTime(path, container.options().clock())
                   : container.append(path, {});
    });
}

Result<Action> write(const Arguments& given)
{
    return [path = given.rest[0], text = given.rest[1]](ScriptHost& host) {
        host.told(host.container().replace(path, bytesOf(text)));
    };
}

Result<Action> append(const Arguments& given)
{
    return [path = given.rest[0], text = given.rest[1]](ScriptHost& host) {
        host.told(host.container().append(path, bytesOf(text)));
    };
}

Result<Action> edit(const Arguments& given)
{
    return parseNumber<std::uint64_t>(given.rest[1], 10, "offset")
        .transform([&](std::uint64_t offset) -> Action {
            return [path = given.rest[0], offset, text = given.rest[2]](ScriptHost& host) {
                host.told(host.container().edit(path, offset, bytesOf(text)));
            };
        });
}

Result<Action> truncate(const Arguments& given)
{
    return parseNumber<std::uint64_t>(given.value('s'), 10, "size in bytes behind -s")
        .transform([&](std::uint64_t size) {
            return forEach(given.rest, [size](ScriptHost& host, const std::string& path) {
                return host.container().truncate(path, size);
            });
        });
}

/// The content of a file of this system.
Result<Action> put(const Arguments& given)
{
    return [from = given.rest[0], path = given.rest[1]](ScriptHost& host) {
        const auto source = openFile(from);
        if (!source) {
            const Trace trace{.operation = OperationKind::Replace,
                              .path = path,
                              .other = {},
                              .lookups = {},
                              .effects = {},
                              .error = source.error().code == ErrorCode::NotFound
                                           ? PosixError::NoEntry
                                           : PosixError::Io,
                              .reason = source.error().message()};
            host.told(trace);
            return;
        }
        const auto stream = plainStream(*source, 0, host.job().stop);
        host.told(host.container().replace(path, *stream, host.job()));
    };
}

/// The directories that are missing on the way to `path`, the first one first, and `path`.
Words withParents(const std::string& path)
{
    Words out;
    for (std::size_t at = path.find_first_not_of('/'); at != path.npos;) {
        const auto end = path.find('/', at);
        out.push_back(path.substr(0, end));
        at = path.find_first_not_of('/', end);
    }
    return out;
}

/// As mkdir(1), which gives the bits by hand that mkdir(2) does not take.
bool makeDirectoryAs(ScriptHost& host, const std::string& path, std::uint16_t mode)
{
    constexpr std::uint16_t notTaken = setUserId | setGroupId;
    return host.told(host.container().makeDirectory(path, mode)) &&
           ((mode & notTaken) == 0 || host.told(host.container().changeMode(path, mode)));
}

Result<Action> makeDirectory(const Arguments& given)
{
    const auto mode =
        given.has('m')
            ? ModeChange::parse(given.value('m')).transform([](const ModeChange& change) {
                  return change.applied(0777, true);
              })
            : Result<std::uint16_t>(0755);
    if (!mode) {
        return std::unexpected(mode.error());
    }
    return [paths = given.rest, mode = *mode, parents = given.has('p')](ScriptHost& host) {
        for (const auto& path : paths) {
            const auto parts = parents ? withParents(path) : Words{path};
            for (const auto& part : parts) {
                const auto there = host.container().resolve(part);
                const bool known = parents && there && host.container().isDirectory(*there);
                const auto wanted = &part == &parts.back() ? mode : std::uint16_t{0755};
                if (!known && !makeDirectoryAs(host, part, wanted)) {
                    return;
                }
            }
        }
    };
}

Result<Action> makeNode(const Arguments& given)
{
    const std::string& kind = given.rest[1];
    const bool device = kind == "c" || kind == "b";
    if ((!device && kind != "p") || given.rest.size() != (device ? 4U : 2U)) {
        return malformed("mknod wants PATH c|b MAJOR MINOR, or PATH p");
    }
    const auto type = kind == "p"   ? FileType::Fifo
                      : kind == "c" ? FileType::CharDevice
                                    : FileType::BlockDevice;
    const auto number = [&](std::size_t i) {
        return device ? parseNumber<std::uint32_t>(given.rest[i], 10, "number of a device")
                      : Result<std::uint32_t>(0);
    };
    const auto major = number(2);
    const auto minor = number(3);
    if (!major || !minor) {
        return std::unexpected(major ? minor.error() : major.error());
    }
    return [path = given.rest[0], type, major = *major, minor = *minor](ScriptHost& host) {
        host.told(host.container().makeNode(path, type, 0644, major, minor));
    };
}

Result<Action> makeFifo(const Arguments& given)
{
    return forEach(given.rest, [](ScriptHost& host, const std::string& path) {
        return host.container().makeNode(path, FileType::Fifo);
    });
}

/// Where a tool that is given a directory for its target puts what it makes.
std::string insideIfDirectory(const Container& container, const std::string& from,
                              const std::string& to)
{
    const auto there = container.resolve(to);
    if (!there || !container.isDirectory(*there)) {
        return to;
    }
    const auto last = from.find_last_not_of('/');
    const auto whole = from.substr(0, last == from.npos ? 0 : last + 1);
    return to + (to.ends_with('/') ? "" : "/") + whole.substr(whole.rfind('/') + 1);
}

Result<Action> makeLink(const Arguments& given)
{
    return [from = given.rest[0], to = given.rest[1], symbolic = given.has('s')](ScriptHost& host) {
        Container& container = host.container();
        const auto path = insideIfDirectory(container, from, to);
        host.told(symbolic ? container.symlink(from, path) : container.link(from, path));
    };
}

Result<Action> rename(const Arguments& given)
{
    return [from = given.rest[0], to = given.rest[1]](ScriptHost& host) {
        host.told(host.container().rename(from, to));
    };
}

Result<Action> move(const Arguments& given)
{
    return [from = given.rest[0], to = given.rest[1]](ScriptHost& host) {
        host.told(host.container().move(from, insideIfDirectory(host.container(), from, to)));
    };
}

Result<Action> changeMode(const Arguments& given)
{
    // "-x" is a mode, not an option.
    Words words = given.rest;
    if (!given.options.empty()) {
        words.insert(words.begin(), '-' + given.options);
    }
    if (words.size() < 2) {
        return malformed("chmod wants MODE PATH…");
    }
    return ModeChange::parse(words[0]).transform([&](const ModeChange& change) {
        return forEach({words.begin() + 1, words.end()},
                       [change](ScriptHost& host, const std::string& path) {
                           Container& container = host.container();
                           // A path that leads nowhere is the operation's own to refuse.
                           const auto found = container.resolve(path);
                           const auto mode = found ? change.applied(container.details(*found).mode,
                                                                    container.isDirectory(*found))
                                                   : std::uint16_t{0};
                           return container.changeMode(path, mode);
                       });
    });
}

/// "UID", "UID:GID" or ":GID".
Result<Action> changeOwner(const Arguments& given)
{
    const std::string_view owner = given.rest[0];
    const auto colon = owner.find(':');
    const auto part = [](std::string_view text) -> Result<std::optional<std::uint32_t>> {
        if (text.empty()) {
            return std::nullopt;
        }
        const auto id = parseNumber<std::uint32_t>(text, 10, "numeric owner or group");
        if (id && *id == std::numeric_limits<std::uint32_t>::max()) { // chown(2): as it is
            return malformed(quoteForDisplay(text) + " is no owner or group");
        }
        return id.transform([](std::uint32_t value) { return std::optional(value); });
    };
    const auto uid = part(owner.substr(0, colon));
    const auto gid = part(colon == owner.npos ? std::string_view() : owner.substr(colon + 1));
    if (!uid || !gid) {
        return std::unexpected(uid ? gid.error() : uid.error());
    }
    const auto follow = given.has('h') ? Follow::NotLast : Follow::Symlinks;
    return forEach({given.rest.begin() + 1, given.rest.end()},
                   [=](ScriptHost& host, const std::string& path) {
                       return host.container().changeOwner(path, *uid, *gid, follow);
                   });
}

Result<Action> setXattr(const Arguments& given)
{
    if (given.has('n') == given.has('x')) {
        return malformed("setfattr wants -n NAME -v VALUE, or -x NAME");
    }
    const auto follow = given.has('h') ? Follow::NotLast : Follow::Symlinks;
    const auto name = given.has('x') ? given.value('x') : given.value('n');
    return forEach(given.rest, [=, removes = given.has('x'), value = given.value('v')](
                                   ScriptHost& host, const std::string& path) {
        return removes ? host.container().removeXattr(path, name, follow)
                       : host.container().setXattr(path, name, value, follow);
    });
}

Result<Action> unlinkOne(const Arguments& given)
{
    return forEach(given.rest, [](ScriptHost& host, const std::string& path) {
        return host.container().unlink(path);
    });
}

Result<Action> removeDirectory(const Arguments& given)
{
    return forEach(given.rest, [](ScriptHost& host, const std::string& path) {
        return host.container().removeDirectory(path);
    });
}

Result<Action> remove(const Arguments& given)
{
    const bool whole = given.has('r') || given.has('R');
    return [paths = given.rest, whole, force = given.has('f')](ScriptHost& host) {
        for (const auto& path : paths) {
            Container& container = host.container();
            const auto trace = whole ? container.removeTree(path) : container.unlink(path);
            const bool absent =
                trace.error == PosixError::NoEntry || trace.error == PosixError::NotDirectory;
            if (!(force && absent) && !host.told(trace)) {
                return;
            }
        }
    };
}

Result<Action> list(const Arguments& given)
{
    return [path = given.rest.empty() ? "/" : given.rest[0]](ScriptHost& host) {
        const auto there = host.container().resolve(path);
        if (there && host.container().isDirectory(*there)) {
            host.listed(path, host.container().children(*there));
        } else if (const auto itself = host.container().resolve(path, Follow::NotLast)) {
            host.listed(path, {{path.substr(path.rfind('/') + 1), *itself}});
        } else {
            host.told(host.container().read(path, host.job()).trace);
        }
    };
}

Result<Action> step(const Arguments& given, std::string_view word, bool (Container::*call)())
{
    const auto count = given.rest.empty() ? Result<unsigned>(1U)
                                          : parseNumber<unsigned>(given.rest[0], 10, "number");
    return count.transform([&](unsigned times) -> Action {
        return [times, word, call](ScriptHost& host) {
            for (unsigned i = 0; i < times; ++i) {
                const bool done = (host.container().*call)();
                if (!host.stepped(word, done) || !done) {
                    return;
                }
            }
        };
    });
}

Result<Action> undo(const Arguments& given)
{
    return step(given, "undo", &Container::undo);
}

Result<Action> redo(const Arguments& given)
{
    return step(given, "redo", &Container::redo);
}

constexpr std::size_t any = static_cast<std::size_t>(-1);

struct Command
{
    std::string_view name;
    std::string_view options; ///< as for parseArguments
    std::size_t least;
    std::size_t most;
    std::string_view usage;
    Result<Action> (*parse)(const Arguments&);
};

constexpr std::array<Command, 24> commands = {{
    {"append", "+", 2, 2, "PATH TEXT", append},
    {"cat", "", 1, any, "PATH…", read},
    {"chmod", "rwxXstugoa,=+-", 1, any, "MODE PATH…", changeMode},
    {"chown", "h", 2, any, "[-h] UID[:GID] PATH…", changeOwner},
    {"create", "", 1, any, "PATH…", create},
    {"edit", "+", 3, 3, "PATH OFFSET TEXT", edit},
    {"ln", "s", 2, 2, "[-s] TARGET PATH", makeLink},
    {"ls", "", 0, 1, "[PATH]", list},
    {"mkdir", "pm:", 1, any, "[-p] [-m MODE] PATH…", makeDirectory},
    {"mkfifo", "", 1, any, "PATH…", makeFifo},
    {"mknod", "", 2, 4, "PATH c|b MAJOR MINOR, or PATH p", makeNode},
    {"mv", "", 2, 2, "OLD NEW", move},
    {"put", "", 2, 2, "FILE PATH", put},
    {"read", "", 1, any, "PATH…", read},
    {"redo", "", 0, 1, "[TIMES]", redo},
    {"rename", "", 2, 2, "OLD NEW", rename},
    {"rm", "rRf", 1, any, "[-r] [-f] PATH…", remove},
    {"rmdir", "", 1, any, "PATH…", removeDirectory},
    {"setfattr", "hn:v:x:", 1, any, "[-h] -n NAME -v VALUE PATH…, or -x NAME PATH…", setXattr},
    {"touch", "", 1, any, "PATH…", touch},
    {"truncate", "s:", 1, any, "-s SIZE PATH…", truncate},
    {"undo", "", 0, 1, "[TIMES]", undo},
    {"unlink", "", 1, any, "PATH…", unlinkOne},
    {"write", "+", 2, 2, "PATH TEXT", write},
}};

} // namespace

Result<std::function<void(ScriptHost&)>> parseCommand(const std::vector<std::string>& words)
{
    const auto command = std::ranges::find(commands, std::string_view(words[0]), &Command::name);
    if (command == commands.end()) {
        return malformed("there is no operation " + quoteForDisplay(words[0]));
    }
    const auto given = parseArguments(words, command->options);
    if (!given) {
        return std::unexpected(given.error());
    }
    if (given->rest.size() < command->least || given->rest.size() > command->most) {
        return malformed(std::string(command->name) + " wants " + std::string(command->usage));
    }
    return command->parse(*given);
}

} // namespace strata
