// SPDX-License-Identifier: Apache-2.0
// What ContainerActions makes of the user's wishes: lines of a script.
#include "base/shell_words.h"
#include "containers/container_actions.h"
#include "containers/mode_dialog.h"
#include "containers/path_dialog.h"
#include "containers/text_dialog.h"
#include "session/image_session.h"
#include "text/format.h"
#include "tree/tree_page.h"

#include <QDirIterator>
#include <QFile>
#include <QStringDecoder>

#include <algorithm>
#include <utility>

namespace strata::ui {

namespace {

/// Larger files are not for a small editor.
constexpr std::uint64_t mostEditable = 1U << 20U;
/// Files and folders that are put in by one drop.
constexpr std::size_t mostDropped = 10'000;

std::string joined(const std::string& folder, std::string_view name)
{
    return (folder == "/" ? std::string() : folder) + "/" + std::string(name);
}

std::string line(std::initializer_list<std::string_view> words)
{
    std::string out;
    for (const auto word : words) {
        out += (out.empty() ? "" : " ") + quoteWord(word);
    }
    return out;
}

/// All of a file that is small enough to be edited. Errors: LimitExceeded, and those of reading.
Result<QByteArray> readSmall(const OpenedImage& image, const Version& version, const Job& job)
{
    if (image.tree->entry(version).size > mostEditable) {
        return fail(ErrorCode::LimitExceeded, "has more than 1 MiB");
    }
    auto stream = image.open(version, job);
    if (!stream) {
        return std::unexpected(std::move(stream.error()));
    }
    QByteArray out;
    std::vector<std::byte> block(64U << 10U);
    for (;;) {
        const auto got = (*stream)->read(block);
        if (!got) {
            return std::unexpected(got.error());
        }
        if (*got == 0) {
            return out;
        }
        out.append(reinterpret_cast<const char*>(block.data()), static_cast<qsizetype>(*got));
    }
}

/// Text of bytes that are UTF-8 without controls but line ends and tabs; none of others, which
/// would not be the same after editing.
std::optional<QString> editableText(const QByteArray& bytes)
{
    QStringDecoder decoder(QStringDecoder::Utf8, QStringConverter::Flag::Stateless);
    QString text = decoder(bytes);
    if (decoder.hasError() || text.contains(QChar::Null) || text.toUtf8() != bytes ||
        text.contains(QLatin1Char('\r'))) {
        return std::nullopt;
    }
    return text;
}

} // namespace

void ContainerActions::newFile()
{
    PathDialog ask(tr("New file"), tr("The new file's path in the container:"),
                   joined(chosenFolder(), "new.txt"), &m_window);
    ask.selectName();
    if (ask.exec() == QDialog::Accepted) {
        const auto path = ask.path();
        TextDialog text(tr("New file"), tr("What %1 holds:").arg(displayText(path)), {},
                        displayText(path), tr("&Make file"), &m_window);
        if (text.exec() == QDialog::Accepted) {
            const auto bytes = text.text().toStdString();
            m_deck.perform({bytes.empty() ? line({"create", path}) : line({"write", path, bytes})});
        }
    }
}

void ContainerActions::newFolder()
{
    PathDialog ask(tr("New folder"), tr("The new folder's path in the container:"),
                   joined(chosenFolder(), "folder"), &m_window);
    ask.selectName();
    if (ask.exec() == QDialog::Accepted) {
        m_deck.perform({line({"mkdir", ask.path()})});
    }
}

void ContainerActions::newLink()
{
    const auto paths = chosenPaths();
    if (paths.size() != 1) {
        return;
    }
    PathDialog ask(tr("New symbolic link"),
                   tr("The path of a symbolic link to %1:").arg(displayText(paths[0])),
                   paths[0] + "-link", &m_window);
    ask.selectName();
    if (ask.exec() == QDialog::Accepted) {
        m_deck.perform({line({"ln", "-s", paths[0], ask.path()})});
    }
}

void ContainerActions::read()
{
    if (const auto paths = chosenPaths(); paths.size() == 1) {
        m_deck.perform({line({"read", paths[0]})});
    }
}

void ContainerActions::edit()
{
    const auto nodes = m_page.selectedNodes();
    const auto* tree = m_session.tree();
    const auto* version = nodes.size() == 1 && tree ? tree->visible(nodes[0]) : nullptr;
    if (!version) {
        return;
    }
    const auto path = tree->path(nodes[0]);
    m_reader.start(
        [view = m_session.opened(), chosen = *version](const Job& job) {
            return readSmall(*view, chosen, {.stop = job.stop, .progress = {}});
        },
        [this, path](const Result<QByteArray>& bytes) {
            if (bytes) {
                // Its own loop shall not run within the worker's call.
                QMetaObject::invokeMethod(
                    this, [this, path, text = *bytes] { editText(path, text); },
                    Qt::QueuedConnection);
            } else {
                Q_EMIT failed(tr("%1 cannot be edited").arg(displayText(path)),
                              errorText(bytes.error()));
            }
        });
}

void ContainerActions::editText(const std::string& path, const QByteArray& bytes)
{
    const auto before = editableText(bytes);
    if (!before) {
        Q_EMIT failed(tr("%1 cannot be edited").arg(displayText(path)),
                      tr("It is no plain text. Append to it, or drop another file in its place."));
        return;
    }
    TextDialog text(tr("Edit"), tr("%1, as the container sees it:").arg(displayText(path)), *before,
                    displayText(path), tr("&Write"), &m_window);
    if (text.exec() == QDialog::Accepted) {
        m_deck.perform({line({"write", path, text.text().toStdString()})});
    }
}

void ContainerActions::append()
{
    const auto paths = chosenPaths();
    if (paths.size() != 1) {
        return;
    }
    TextDialog text(tr("Append"),
                    tr("What is written at the end of %1:").arg(displayText(paths[0])), {},
                    displayText(paths[0]), tr("&Append"), &m_window);
    if (text.exec() == QDialog::Accepted && !text.text().isEmpty()) {
        auto bytes = text.text().toStdString();
        if (!bytes.ends_with('\n')) {
            bytes += '\n';
        }
        m_deck.perform({line({"append", paths[0], bytes})});
    }
}

void ContainerActions::rename()
{
    const auto paths = chosenPaths();
    if (paths.size() != 1) {
        return;
    }
    PathDialog ask(tr("Rename"), tr("Another path for %1:").arg(displayText(paths[0])), paths[0],
                   &m_window);
    ask.selectName();
    if (ask.exec() == QDialog::Accepted && ask.path() != paths[0]) {
        m_deck.perform({line({"mv", paths[0], ask.path()})});
    }
}

void ContainerActions::changeMode()
{
    const auto paths = chosenPaths();
    const auto* tree = m_session.tree();
    const auto node = paths.empty() ? std::nullopt : tree->find(paths[0]);
    const auto* version = node ? tree->visible(*node) : nullptr;
    if (!version) {
        return;
    }
    const auto entry = tree->entry(*version);
    ModeDialog ask(paths.size() == 1 ? displayText(paths[0]) : tr("%L1 paths").arg(paths.size()),
                   entry.type, entry.mode, &m_window);
    if (ask.exec() == QDialog::Accepted) {
        const auto mode = modeText(ask.mode()).toStdString();
        std::vector<std::string> lines(paths.size());
        std::ranges::transform(paths, lines.begin(), [&](const std::string& path) {
            return line({"chmod", mode, path});
        });
        m_deck.perform(lines);
    }
}

void ContainerActions::removePaths()
{
    const auto* tree = m_session.tree();
    std::vector<std::string> lines;
    for (const auto& path : chosenPaths()) {
        const auto node = tree->find(path);
        const auto* version = node ? tree->visible(*node) : nullptr;
        const bool folder = version && tree->entry(*version).type == FileType::Directory;
        lines.push_back(folder ? line({"rm", "-r", path}) : line({"rm", path}));
    }
    m_deck.perform(lines);
}

void ContainerActions::putFiles(const QStringList& files, const std::string& folder)
{
    std::vector<std::string> lines;
    const auto put = [&](const QFileInfo& file, const std::string& to) {
        const auto from = QFile::encodeName(file.absoluteFilePath()).toStdString();
        if (file.isSymLink()) {
            lines.push_back(
                line({"ln", "-s", QFile::encodeName(file.readSymLink()).toStdString(), to}));
        } else if (file.isDir()) {
            lines.push_back(line({"mkdir", "-p", to}));
        } else {
            lines.push_back(line({"put", from, to}));
        }
    };
    for (const auto& name : files) {
        const QFileInfo file(name);
        const auto base = joined(folder, QFile::encodeName(file.fileName()).toStdString());
        put(file, base);
        if (!file.isDir() || file.isSymLink()) {
            continue;
        }
        const auto above = QFile::encodeName(file.absoluteFilePath()).toStdString();
        QDirIterator walk(file.absoluteFilePath(),
                          QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot,
                          QDirIterator::Subdirectories);
        std::vector<std::pair<std::string, QFileInfo>> found;
        while (walk.hasNext() && found.size() + lines.size() <= mostDropped) {
            const auto info = walk.nextFileInfo();
            found.emplace_back(QFile::encodeName(info.absoluteFilePath()).toStdString(), info);
        }
        std::ranges::sort(found, {}, &std::pair<std::string, QFileInfo>::first);
        for (const auto& [path, info] : found) {
            put(info, base + path.substr(above.size()));
        }
    }
    if (lines.size() > mostDropped) {
        Q_EMIT failed(tr("This is too much at once"),
                      tr("There are more than %L1 files and folders.").arg(mostDropped));
        return;
    }
    m_deck.perform(lines);
}

} // namespace strata::ui
