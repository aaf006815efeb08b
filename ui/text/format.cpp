// SPDX-License-Identifier: Apache-2.0
#include "text/format.h"

#include "base/byte_path.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>

namespace strata::ui {

namespace {
struct Words
{
    Q_DECLARE_TR_FUNCTIONS(Format)
};
} // namespace

QString displayText(std::string_view bytes)
{
    return QString::fromStdString(escapeForDisplay(bytes));
}

QString displayFront(std::string_view bytes, std::size_t longest)
{
    if (bytes.size() <= longest) {
        return displayText(bytes);
    }
    const auto insideCharacter = [&](std::size_t at) {
        return (static_cast<unsigned char>(bytes[at]) & 0xC0U) == 0x80U;
    };
    auto end = longest;
    for (int step = 0; step < 3 && end > 0 && insideCharacter(end); ++step) {
        --end;
    }
    return displayText(bytes.substr(0, end)) + QStringLiteral(" …");
}

QString sizeText(quint64 bytes)
{
    if (bytes < 1000) {
        return Words::tr("%1 B").arg(bytes);
    }
    static constexpr std::array units = {"kB", "MB", "GB", "TB", "PB", "EB"};
    double value = static_cast<double>(bytes);
    std::size_t unit = 0;
    for (value /= 1000.0; value >= 999.5 && unit + 1 < units.size(); value /= 1000.0) {
        ++unit;
    }
    return QLocale().toString(value, 'f', value < 9.95 ? 1 : 0) + QLatin1Char(' ') +
           QLatin1StringView(units[unit]);
}

QString exactSizeText(quint64 bytes)
{
    return bytes == 1 ? Words::tr("1 byte") : Words::tr("%1 bytes").arg(QLocale().toString(bytes));
}

QString modeText(std::uint16_t mode)
{
    return QStringLiteral("%1").arg(mode, 4, 8, QLatin1Char('0'));
}

QString modeLettersText(FileType type, std::uint16_t mode)
{
    const auto typeLetter = [type] {
        switch (type) {
        case FileType::File:
            return '-';
        case FileType::Directory:
            return 'd';
        case FileType::Symlink:
            return 'l';
        case FileType::CharDevice:
            return 'c';
        case FileType::BlockDevice:
            return 'b';
        case FileType::Fifo:
            return 'p';
        }
        return '?';
    }();
    QString out{QLatin1Char(typeLetter)};
    for (int shift = 6; shift >= 0; shift -= 3) {
        const unsigned bits = (static_cast<unsigned>(mode) >> shift) & 7U;
        const bool special = (mode & (shift == 6 ? 04000U : shift == 3 ? 02000U : 01000U)) != 0;
        const char run = special
                             ? (shift == 0 ? ((bits & 1U) ? 't' : 'T') : ((bits & 1U) ? 's' : 'S'))
                             : ((bits & 1U) ? 'x' : '-');
        out += QLatin1Char((bits & 4U) ? 'r' : '-');
        out += QLatin1Char((bits & 2U) ? 'w' : '-');
        out += QLatin1Char(run);
    }
    return out;
}

namespace {
QString shortTime(const QDateTime& time)
{
    const auto now = QDateTime::currentDateTime();
    const QLocale locale;
    if (time.date() == now.date()) {
        return Words::tr("today %1").arg(locale.toString(time.time(), QStringLiteral("HH:mm")));
    }
    if (time.date().year() == now.date().year()) {
        return locale.toString(time.date(), Words::tr("d MMM", "date within this year"));
    }
    return locale.toString(time.date(), Words::tr("d MMM yyyy", "date of another year"));
}
} // namespace

QString timeText(std::int64_t secondsSince1970)
{
    const auto time = QDateTime::fromSecsSinceEpoch(secondsSince1970);
    return time.isValid() ? shortTime(time) : QString::number(secondsSince1970);
}

QString fullTimeText(std::int64_t secondsSince1970, std::uint32_t nanoseconds)
{
    const auto time = QDateTime::fromSecsSinceEpoch(secondsSince1970);
    if (!time.isValid()) {
        return Words::tr("%1 s since 1970").arg(secondsSince1970);
    }
    const QString fraction = nanoseconds == 0
                                 ? QString()
                                 : QStringLiteral(".%1").arg(nanoseconds, 9, 10, QLatin1Char('0'));
    return time.toString(QStringLiteral("yyyy-MM-dd HH:mm:ss")) + fraction +
           time.toString(QStringLiteral(" t"));
}

QString isoTimeText(std::string_view rfc3339)
{
    const auto text = QString::fromUtf8(rfc3339.data(), static_cast<qsizetype>(rfc3339.size()));
    const auto time = QDateTime::fromString(text, Qt::ISODateWithMs);
    return time.isValid() ? shortTime(time.toLocalTime()) : QString();
}

QString ownerText(std::uint32_t uid, std::uint32_t gid)
{
    return QStringLiteral("%1:%2").arg(uid).arg(gid);
}

QString changeText(Change change)
{
    switch (change) {
    case Change::Added:
        return Words::tr("added");
    case Change::Modified:
        return Words::tr("modified");
    case Change::Metadata:
        return Words::tr("metadata", "change of mode, owner or time only");
    case Change::Removed:
        return Words::tr("removed");
    case Change::Unchanged:
        return Words::tr("unchanged");
    }
    return {};
}

QString changeSymbol(Change change)
{
    switch (change) {
    case Change::Added:
        return QStringLiteral("+");
    case Change::Modified:
        return QStringLiteral("~");
    case Change::Metadata:
        return QStringLiteral("m");
    case Change::Removed:
        return QStringLiteral("−");
    case Change::Unchanged:
        return QStringLiteral("=");
    }
    return {};
}

QString changeHelp(Change change)
{
    switch (change) {
    case Change::Added:
        return Words::tr("No layer below has this path; this layer brings it.");
    case Change::Modified:
        return Words::tr("A layer below has this path; this layer's copy covers it. "
                         "The covered copy is still stored in the image.");
    case Change::Metadata:
        return Words::tr("Same content as below, other mode, owner or time. "
                         "The layer holds a full copy all the same.");
    case Change::Removed:
        return Words::tr("Hidden from here up by a mark in this layer. "
                         "The layer below still holds the bytes: the image does not get smaller.");
    case Change::Unchanged:
        return Words::tr("Listed again, identical to the copy below.");
    }
    return {};
}

QString fileTypeText(FileType type)
{
    switch (type) {
    case FileType::File:
        return Words::tr("file");
    case FileType::Directory:
        return Words::tr("folder");
    case FileType::Symlink:
        return Words::tr("symbolic link");
    case FileType::CharDevice:
        return Words::tr("character device");
    case FileType::BlockDevice:
        return Words::tr("block device");
    case FileType::Fifo:
        return Words::tr("named pipe");
    }
    return {};
}

QString errorText(const Error& error)
{
    const auto advice = [&]() -> QString {
        switch (error.code) {
        case ErrorCode::NotAnImage:
            return Words::tr(
                "Stratascope opens archives made by “docker save”, “podman save”, “skopeo "
                "copy” or “buildah push”, OCI layout folders, and root file system archives.");
        case ErrorCode::Truncated:
            return Words::tr("The file seems to be cut off. Download or export it again.");
        case ErrorCode::Changed:
            return Words::tr(
                "The file was changed on disk while it was open. Press F5 to read it again.");
        case ErrorCode::Denied:
            return Words::tr("Check the permissions of the file and its folder.");
        case ErrorCode::NotFound:
            return Words::tr("Check the name, or open another file.");
        case ErrorCode::Missing:
            return Words::tr(
                "The archive was saved without it. Pull the image completely and save it "
                "again.");
        case ErrorCode::DigestMismatch:
        case ErrorCode::Malformed:
            return Words::tr(
                "The file is damaged, or was made by a tool that breaks the format. Export "
                "it again.");
        case ErrorCode::Unsupported:
        case ErrorCode::LimitExceeded:
        case ErrorCode::Io:
        case ErrorCode::Cancelled:
            return {};
        }
        return {};
    }();
    QString text = QString::fromStdString(error.message());
    if (!text.endsWith(QLatin1Char('.'))) {
        text += QLatin1Char('.');
    }
    return advice.isEmpty() ? text : text + QLatin1Char(' ') + advice;
}

QString countsText(const ChangeCounts& counts)
{
    const QLocale locale;
    QStringList parts;
    const auto part = [&](std::uint64_t count, const QString& text) {
        if (count > 0) {
            parts << text.arg(locale.toString(static_cast<qulonglong>(count)));
        }
    };
    part(counts.added, Words::tr("%1 added", "number of paths"));
    part(counts.modified, Words::tr("%1 modified", "number of paths"));
    part(counts.metadata, Words::tr("%1 metadata only", "number of paths"));
    part(counts.removed, Words::tr("%1 removed", "number of paths"));
    return parts.isEmpty() ? Words::tr("no changes")
                           : parts.join(Words::tr(", ", "between counts"));
}

QString toolTipText(const QString& plain)
{
    return QStringLiteral("<div style=\"white-space: pre-wrap\">") + plain.toHtmlEscaped() +
           QStringLiteral("</div>");
}

QString menuText(const QString& plain)
{
    return QString(plain).replace(QLatin1Char('&'), QLatin1String("&&"));
}

} // namespace strata::ui
