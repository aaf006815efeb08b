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

std::string line(const std::vector<std::string>& words)
{
    return quoteWords(words);
}

/// Lines that put a file, a link or a folder without what is in it to the path `to`.
std::string putLine(const QFileInfo& file, const std::string& to)
{
    if (file.isSymLink()) {
        return line({"ln", "-s", "--", QFile::encodeName(file.readSymLink()).toStdString(), to});
    }
    return file.isDir()
               ? line({"mkdir", "-p", to})
               : line({"put", QFile::encodeName(file.absoluteFilePath()).toStdString(), to});
}

/// Lines that put files, and folders with all that is in them, into a folder of a container.
/// Errors: LimitExceeded, Cancelled.
Result<std::vector<std::string>> putLines(const QStringList& files, const std::string& folder,
                                          const Job& job)
{
    std::vector<std::string> lines;
    for (const auto& name : files) {
        const QFileInfo file(name);
        const auto base = joined(folder, QFile::encodeName(file.fileName()).toStdString());
        lines.push_back(putLine(file, base));
        if (!file.isDir() || file.isSymLink()) {
            continue;
        }
        const auto above = QFile::encodeName(file.absoluteFilePath()).size();
        QDirIterator walk(file.absoluteFilePath(),
                          QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot,
                          QDirIterator::Subdirectories);
        std::vector<std::pair<std::string, QFileInfo>> found;
        while (walk.hasNext() && found.size() + lines.size() <= mostDropped) {
            if (job.cancelled()) {
                return cancelledError();
            }
            const auto info = walk.nextFileInfo();
            found.emplace_back(QFile::encodeName(info.absoluteFilePath()).toStdString(), info);
        }
        std::ranges::sort(found, {}, &std::pair<std::string, QFileInfo>::first);
        for (const auto& [path, info] : found) {
            lines.push_back(putLine(info, base + path.substr(static_cast<std::size_t>(above))));
        }
    }
    return lines.size() <= mostDropped
               ? Result<std::vector<std::string>>(std::move(lines))
               : fail(ErrorCode::LimitExceeded,
                      "there are more than " + std::to_string(mostDropped) + " files and folders");
}

/// Text of bytes that are UTF-8 without controls but line ends and tabs; none of others, which
/// would not be the same after editing.
std::optional<QString> editableText(const QByteArray& bytes)
{
    QStringDecoder decoder(QStringDecoder::Utf8, QStringConverter::Flag::Stateless);
    QString text = decoder(bytes);
    if (decoder.hasError() || text.contains(QChar::Null) || text.toUtf8() != bytes ||
        text.contains(QLatin1Char('\r')) || text.contains(QChar::LineSeparator) ||
        text.contains(QChar::ParagraphSeparator)) {
        return std::nullopt;
    }
    return text;
}

} // namespace

std::optional<std::string> ContainerActions::askForPath(const QString& title, const QString& help,
                                                        const std::string& first)
{
    PathDialog ask(title, help, first, &m_window);
    ask.setTaken([this](const std::string& path) {
        const auto* tree = m_session.tree();
        const auto node = tree ? tree->find(path) : std::nullopt;
        return node && tree->visible(*node);
    });
    ask.selectName();
    return ask.exec() == QDialog::Accepted ? std::optional(ask.path()) : std::nullopt;
}

void ContainerActions::newFile()
{
    const auto container = m_deck.key(m_deck.current());
    const auto path = askForPath(tr("New file"), tr("The new file's path in the container:"),
                                 joined(chosenFolder(), "new.txt"));
    if (!path) {
        return;
    }
    TextDialog text(tr("New file"), tr("What %1 holds:").arg(displayText(*path)), {},
                    displayText(*path), tr("&Make file"), &m_window);
    if (text.exec() == QDialog::Accepted) {
        const auto bytes = text.text().toStdString();
        m_deck.perform(container,
                       {bytes.empty() ? line({"create", *path}) : line({"write", *path, bytes})});
    }
}

void ContainerActions::newFolder()
{
    const auto container = m_deck.key(m_deck.current());
    if (const auto path =
            askForPath(tr("New folder"), tr("The new folder's path in the container:"),
                       joined(chosenFolder(), "folder"))) {
        m_deck.perform(container, {line({"mkdir", *path})});
    }
}

void ContainerActions::newLink()
{
    const auto container = m_deck.key(m_deck.current());
    const auto chosen = chosenPath();
    if (!chosen) {
        return;
    }
    if (const auto path =
            askForPath(tr("New symbolic link"),
                       tr("The path of a symbolic link to %1:").arg(displayText(*chosen)),
                       *chosen + "-link")) {
        m_deck.perform(container, {line({"ln", "-s", *chosen, *path})});
    }
}

void ContainerActions::read()
{
    if (const auto path = chosenPath()) {
        m_deck.perform({line({"read", *path})});
    }
}

void ContainerActions::edit()
{
    const auto path = chosenPath();
    if (!path) {
        return;
    }
    const auto container = m_deck.key(m_deck.current());
    m_deck.readFile(
        container, *path, mostEditable, [this, container, path](const Result<QByteArray>& bytes) {
            if (bytes) {
                // Its own loop shall not run within the deck's call.
                QMetaObject::invokeMethod(
                    this,
                    [this, container, path, text = *bytes] { editText(container, *path, text); },
                    Qt::QueuedConnection);
            } else if (bytes.error().code != ErrorCode::Cancelled) {
                Q_EMIT failed(tr("%1 cannot be edited").arg(displayText(*path)),
                              errorText(bytes.error()));
            }
        });
}

void ContainerActions::editText(ContainerKey container, const std::string& path,
                                const QByteArray& bytes)
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
        m_deck.perform(container, {line({"write", path, text.text().toStdString()})});
    }
}

void ContainerActions::append()
{
    const auto path = chosenPath();
    if (!path) {
        return;
    }
    const auto container = m_deck.key(m_deck.current());
    TextDialog text(tr("Append"), tr("What is written at the end of %1:").arg(displayText(*path)),
                    {}, displayText(*path), tr("&Append"), &m_window);
    if (text.exec() == QDialog::Accepted && !text.text().isEmpty()) {
        auto bytes = text.text().toStdString();
        if (!bytes.ends_with('\n')) {
            bytes += '\n';
        }
        m_deck.perform(container, {line({"append", *path, bytes})});
    }
}

void ContainerActions::rename()
{
    const auto path = chosenPath();
    if (!path) {
        return;
    }
    const auto container = m_deck.key(m_deck.current());
    PathDialog ask(tr("Rename"), tr("Another path for %1:").arg(displayText(*path)), *path,
                   &m_window);
    ask.selectName();
    if (ask.exec() == QDialog::Accepted && ask.path() != *path) {
        m_deck.perform(container, {line({"mv", *path, ask.path()})});
    }
}

void ContainerActions::changeMode()
{
    const auto container = m_deck.key(m_deck.current());
    const auto nodes = m_page.selectedNodes();
    const auto* tree = m_session.tree();
    const auto* version = nodes.empty() || !tree ? nullptr : tree->visible(nodes.front());
    if (!version) {
        return;
    }
    const auto entry = tree->entry(*version);
    std::vector<std::string> paths(nodes.size());
    std::ranges::transform(nodes, paths.begin(), [&](NodeId node) { return tree->path(node); });
    ModeDialog ask(paths.size() == 1 ? displayText(paths[0]) : tr("%L1 paths").arg(paths.size()),
                   entry.type, entry.mode, &m_window);
    if (ask.exec() == QDialog::Accepted) {
        const auto mode = modeText(ask.mode()).toStdString();
        std::vector<std::string> lines(paths.size());
        std::ranges::transform(paths, lines.begin(), [&](const std::string& path) {
            return line({"chmod", mode, path});
        });
        m_deck.perform(container, lines);
    }
}

void ContainerActions::removePaths()
{
    const auto* tree = m_session.tree();
    std::vector<std::string> lines;
    for (const auto node : outermostNodes()) {
        const auto path = tree->path(node);
        const auto* version = tree->visible(node);
        const bool folder = version && tree->entry(*version).type == FileType::Directory;
        lines.push_back(folder ? line({"rm", "-r", path}) : line({"rm", path}));
    }
    m_deck.perform(lines);
}

void ContainerActions::putFiles(const QStringList& files, const std::string& folder)
{
    // Folders may lie on slow disks.
    m_walker.start([files, folder](const Job& job) { return putLines(files, folder, job); },
                   [this, container = m_deck.key(m_deck.current())](
                       const Result<std::vector<std::string>>& lines) {
                       if (lines) {
                           m_deck.perform(container, *lines);
                       } else {
                           Q_EMIT failed(tr("This is too much at once"), errorText(lines.error()));
                       }
                   });
}

} // namespace strata::ui
