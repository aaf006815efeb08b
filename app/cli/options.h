// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/ids.h"
#include "export/image_writer.h"
#include "image/image_choice.h"
#include "outcome.h"

#include <expected>
#include <optional>
#include <string>
#include <vector>

namespace strata::cli {

enum class Command { Info, Layers, Tree, History, Diff, Cat, Extract, Verify, Run, Cache };

/// One command line, understood. Paths are bytes as typed.
struct Options
{
    Command command = Command::Info;
    std::string image; ///< the file or directory
    ImageWish wish;    ///< --image, --platform
    bool json = false;
    bool noCache = false;           ///< --no-cache
    bool clear = false;             ///< cache --clear
    bool all = false;               ///< diff --all
    std::string path;               ///< PATH of tree, history, cat; empty = the root
    std::vector<std::string> paths; ///< PATH… of extract
    LayerNo number = 0;             ///< N of diff
    std::optional<LayerNo> layer;   ///< --layer of cat
    std::optional<LayerNo> asOf;    ///< --as-of
    std::string directory;          ///< -C
    std::string script;             ///< SCRIPT of run; "-" = standard input
    bool keepGoing = false;         ///< --keep-going
    bool dockerDiff = false;        ///< run --diff
    bool upper = false;             ///< --upper
    bool metacopy = false;          ///< --metacopy
    std::string container;          ///< --container: the one to commit
    std::string commitTarget;       ///< --commit; empty = none
    WriteFormat commitFormat = WriteFormat::OciArchive;          ///< --format
    LayerCompression commitCompression = LayerCompression::Gzip; ///< --compression
    std::string name;                                            ///< --name
    std::string message;                                         ///< --message
    std::string author;                                          ///< --author
    std::optional<std::string> cmd;                              ///< --cmd
    std::vector<std::string> env;                                ///< --env
};

/// Nothing to run: text for standard output (help, version; Done) or one line without its end for
/// standard error (bad usage; Failed).
struct NothingToRun
{
    ExitStatus status = ExitStatus::Done;
    std::string text;
};

/// `arguments` without the program's name.
std::expected<Options, NothingToRun> parseOptions(std::vector<std::string> arguments);

} // namespace strata::cli
