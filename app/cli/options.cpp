// SPDX-License-Identifier: Apache-2.0
#include "options.h"

#include "base/byte_path.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <ranges>
#include <utility>

namespace strata::cli {

namespace {

constexpr auto about = "See which layer of a container image owns every file.\n"
                       "IMAGE is an image archive (docker save, OCI; compressed or not), an OCI "
                       "layout directory, or a rootfs tarball.";
constexpr auto epilogue =
    "Layers are numbered from 0, the base. A PATH names exactly one path of the image, with or\n"
    "without the leading slash; symlinks on the way are not followed.\n"
    "Exit status: 0 done; 1 the answer is no (path not in the image, verification failed);\n"
    "2 bad usage, or the image cannot be read.";

constexpr std::array<std::pair<std::string_view, Command>, 10> commands = {{
    {"info", Command::Info},
    {"layers", Command::Layers},
    {"tree", Command::Tree},
    {"history", Command::History},
    {"diff", Command::Diff},
    {"cat", Command::Cat},
    {"extract", Command::Extract},
    {"verify", Command::Verify},
    {"run", Command::Run},
    {"cache", Command::Cache},
}};

/// `rest`: the words that follow IMAGE, for the line of usage.
CLI::App* addCommand(CLI::App& app, Options& options, const std::string& name,
                     const std::string& rest, const std::string& description)
{
    auto* command = app.add_subcommand(name, description)->group("Commands");
    command->usage("Usage: strata " + name + " [OPTIONS] IMAGE" + rest);
    command->add_option("IMAGE", options.image, "archive, layout directory or rootfs tarball")
        ->required()
        ->type_name("");
    command->add_option("--image", options.wish.image, "which one of several images")
        ->type_name("REF|ID|N");
    command->add_option("--platform", options.wish.platform, "which one of an index")
        ->type_name("OS/ARCH[/VARIANT]");
    command->add_flag("--no-cache", options.noCache, "read the layers, and keep no index of them");
    return command;
}

void addJson(CLI::App* command, Options& options, const std::string& description)
{
    command->add_flag("--json", options.json, description);
}

/// Plain digits: CLI11's own conversion also takes signs, hexadecimal, separators, and, behind a
/// zero, octal.
CLI::Validator layerNumber()
{
    return {[](std::string& text) {
                const bool digits = !text.empty() && text.size() < 10 &&
                                    text.find_first_not_of("0123456789") == std::string::npos;
                if (!digits) {
                    return "\"" + text + "\" is no layer number";
                }
                text.erase(0, std::min(text.find_first_not_of('0'), text.size() - 1));
                return std::string();
            },
            std::string()};
}

void addAsOf(CLI::App* command, Options& options)
{
    command->add_option("--as-of", options.asOf, "the tree with layers 0 to N alone")
        ->transform(layerNumber())
        ->type_name("N");
}

void addInspection(CLI::App& app, Options& options)
{
    auto* info = addCommand(app, options, "info", "", "Every image inside, and what it is");
    addJson(info, options, "one JSON object");

    auto* layers = addCommand(app, options, "layers", "",
                              "Each layer, 0 = base, and the build steps without a layer");
    addJson(layers, options, "one JSON object");
}

void addQuestions(CLI::App& app, Options& options)
{
    auto* tree = addCommand(app, options, "tree", " [PATH]",
                            "The merged tree, with the layer of every path");
    tree->add_option("PATH", options.path, "only this path and what is below it")->type_name("");
    addAsOf(tree, options);
    addJson(tree, options, "one JSON object a line; sizes are content bytes, 0 but for files");

    auto* history = addCommand(app, options, "history", " PATH", "What each layer did to a path");
    history->add_option("PATH", options.path, "the path")->required()->type_name("");
    addJson(history, options, "one JSON object a line");

    auto* diff =
        addCommand(app, options, "diff", " N", "What a layer changes against those below it");
    diff->add_option("N", options.number, "the layer")
        ->required()
        ->transform(layerNumber())
        ->type_name("");
    diff->add_flag("--all", options.all,
                   "paths listed again unchanged, and everything below what was removed, too");
    addJson(diff, options, "one JSON object a line");
}

void addContent(CLI::App& app, Options& options)
{
    auto* cat = addCommand(app, options, "cat", " PATH", "The content of a file");
    cat->add_option("PATH", options.path, "the file")->required()->type_name("");
    cat->add_option("--layer", options.layer,
                    "layer N's copy, be it hidden or deleted above, instead of the visible one")
        ->transform(layerNumber())
        ->type_name("N");

    auto* extract = addCommand(app, options, "extract", " [PATH…] -C DIR",
                               "Write the merged tree, or parts of it");
    extract->add_option("PATH", options.paths, "only these paths and what is below them")
        ->type_name("");
    extract
        ->add_option("-C,--directory", options.directory,
                     "write below this directory, and nowhere else; made if need be")
        ->required()
        ->type_name("DIR");
    addAsOf(extract, options);

    auto* verify = addCommand(app, options, "verify", "",
                              "Check every digest, size and diff ID against the bytes");
    addJson(verify, options, "one JSON object a line");
}

/// One of the words of `known`, in a message that names them.
template <typename Value> CLI::Validator oneOf(const std::map<std::string, Value>& known)
{
    return {[&known](std::string& text) {
                const auto at = known.find(text);
                if (at == known.end()) {
                    std::string words;
                    for (const auto& [word, value] : known) {
                        words += (words.empty() ? "" : ", ") + word;
                    }
                    return "\"" + text + "\" is none of " + words;
                }
                text = std::to_string(static_cast<int>(at->second));
                return std::string();
            },
            std::string()};
}

void addCommit(CLI::App* run, Options& options)
{
    static const std::map<std::string, WriteFormat> formats = {
        {"oci-archive", WriteFormat::OciArchive},
        {"oci-layout", WriteFormat::OciLayout},
        {"docker-archive", WriteFormat::DockerArchive}};
    static const std::map<std::string, LayerCompression> compressions = {
        {"none", LayerCompression::None},
        {"gzip", LayerCompression::Gzip},
        {"zstd", LayerCompression::Zstd}};
    auto* commit =
        run->add_option("--commit", options.commitTarget, "write the container as a new image")
            ->check([](const std::string& text) {
                return text.empty() ? std::string("names no file") : std::string();
            })
            ->type_name("OUT");
    const auto add = [&](const char* name, auto& value, const char* help) {
        return run->add_option(name, value, help)->needs(commit);
    };
    add("--format", options.commitFormat,
        "its form: oci-archive (if not given), oci-layout or docker-archive")
        ->transform(oneOf(formats))
        ->type_name("FORM");
    add("--compression", options.commitCompression,
        "of its layers: gzip (if not given), zstd or none; a docker-archive has none")
        ->transform(oneOf(compressions))
        ->type_name("HOW");
    add("--container", options.container, "which container, if there are several")
        ->type_name("NAME");
    add("--name", options.name, "what the new image is called")->type_name("REF");
    add("--message", options.message, "what its history says of the new layer")->type_name("TEXT");
    add("--author", options.author, "who made it")->type_name("TEXT");
    add("--cmd", options.cmd, "its CMD: a JSON list, or a line for the shell")->type_name("CMD");
    add("--env", options.env, "a variable of its environment; may be repeated")
        ->check([](const std::string& text) {
            const auto equals = text.find('=');
            return equals == 0 || equals == std::string::npos ? std::string("wants NAME=VALUE")
                                                              : std::string();
        })
        ->allow_extra_args(false)
        ->type_name("NAME=VALUE");
}

void addRun(CLI::App& app, Options& options)
{
    auto* run = addCommand(app, options, "run", " SCRIPT",
                           "Do what a script says in containers on the image");
    run->add_option("SCRIPT", options.script,
                    "one operation a line, as in a shell; - for standard input. Operations: read, "
                    "create, touch, write, append, edit, truncate, put, mkdir, mknod, mkfifo, ln, "
                    "rename, mv, chmod, chown, setfattr, unlink, rmdir, rm, ls, undo, redo, and "
                    "\"container NAME:\"")
        ->required()
        ->type_name("");
    run->add_flag("--keep-going", options.keepGoing, "past operations that are refused");
    run->add_flag("--diff", options.dockerDiff, "what docker diff would say, at the end");
    run->add_flag("--upper", options.upper, "the upper directory and the layer's tar, at the end");
    run->add_flag("--metacopy", options.metacopy, "as if mounted with metacopy=on");
    run->footer(
        "Layers are numbered from 0, the base. Paths of a script begin at the container's "
        "root, and\nsymlinks are followed as the kernel does. FILE of put is this system's.\n"
        "Exit status: 0 done; 1 an operation was refused; 2 bad usage, the image or the "
        "script cannot\nbe read, or the output cannot be written.");
    addCommit(run, options);
    addJson(run, options, "one JSON object a line");
}

void addUpkeep(CLI::App& app, Options& options)
{
    auto* cache = app.add_subcommand("cache", "The indexes of layers that were read before")
                      ->group("Commands");
    cache->usage("Usage: strata cache [OPTIONS]");
    cache->add_flag("--clear", options.clear, "remove them all; they are made again when needed");
    addJson(cache, options, "one JSON object");
}

/// CLI11 takes "[a,b]", "{}" and "%%" for lists; with "./" before it, it is the same path and
/// none of these. Gives the words that it changed.
std::vector<std::string> protectListLookalikes(std::vector<std::string>& arguments)
{
    std::vector<std::string> changed;
    for (auto& argument : arguments) {
        const auto equals = argument.starts_with("--") ? argument.find('=') : argument.npos;
        const auto value = equals == argument.npos ? 0 : equals + 1;
        if (value < argument.size() && std::string_view("[{%").contains(argument[value])) {
            argument.insert(value, "./");
            changed.push_back(argument.substr(value));
        }
    }
    return changed;
}

/// What was typed, of texts that are no paths.
void restoreTexts(Options& options, const std::vector<std::string>& changed)
{
    const auto restore = [&](std::string& text) {
        if (std::ranges::find(changed, text) != changed.end()) {
            text.erase(0, 2);
        }
    };
    for (auto* text : {&options.name, &options.message, &options.author, &options.container}) {
        restore(*text);
    }
    std::ranges::for_each(options.env, restore);
    if (options.cmd) {
        restore(*options.cmd);
    }
}

std::unexpected<NothingToRun> misused(std::string_view what, std::string_view command)
{
    // What CLI11 says may hold several lines; the first one says it, with the user's words in it.
    std::string text = escapeForDisplay(what.substr(0, what.find('\n')));
    text += command.empty() ? "; try strata --help"
                            : "; try strata " + std::string(command) + " --help";
    return std::unexpected(NothingToRun{ExitStatus::Failed, text});
}

} // namespace

std::expected<Options, NothingToRun> parseOptions(std::vector<std::string> arguments)
{
    Options options;
    CLI::App app(about, "strata");
    app.set_version_flag("--version", "strata " STRATA_VERSION, "print the version and exit");
    app.set_help_flag("-h,--help", "print this help and exit");
    app.usage("Usage: strata COMMAND [OPTIONS] IMAGE …");
    app.footer(epilogue);
    app.require_subcommand(1);
    app.get_formatter()->column_width(34);
    app.get_formatter()->label("REQUIRED", "");
    addInspection(app, options);
    addQuestions(app, options);
    addContent(app, options);
    addRun(app, options);
    addUpkeep(app, options);

    if (!arguments.empty() && arguments.front() == "help") {
        arguments.erase(arguments.begin());
        arguments.resize(std::min<std::size_t>(arguments.size(), 1));
        arguments.emplace_back("--help");
    }
    const std::string first = arguments.empty() ? std::string() : arguments.front();
    const auto known = std::ranges::find(commands, std::string_view(first),
                                         [](const auto& entry) { return entry.first; });
    if (arguments.empty()) {
        return misused("a command is missing", {});
    }
    if (known == commands.end() && !first.starts_with('-')) {
        return misused("there is no command \"" + first + "\"", {});
    }
    const auto command = known == commands.end() ? std::string_view() : known->first;
    const auto changed = protectListLookalikes(arguments);
    std::ranges::reverse(arguments); // as CLI11 wants it
    try {
        app.parse(std::move(arguments));
    } catch (const CLI::CallForVersion&) {
        return std::unexpected(NothingToRun{ExitStatus::Done, app.version() + "\n"});
    } catch (const CLI::Success&) {
        auto help = app.help();
        if (!help.ends_with('\n')) {
            help += '\n';
        }
        return std::unexpected(NothingToRun{ExitStatus::Done, std::move(help)});
    } catch (const CLI::Error& error) {
        return misused(error.what(), command);
    }
    const bool takesImage = known == commands.end() || known->second != Command::Cache;
    if (takesImage && options.image.empty()) {
        return misused("the name of IMAGE is empty", command);
    }
    if (known == commands.end()) { // an option that let itself be taken for none
        return misused("the command must come first", {});
    }
    options.command = known->second;
    restoreTexts(options, changed);
    return options;
}

} // namespace strata::cli
