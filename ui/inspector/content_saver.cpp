// SPDX-License-Identifier: Apache-2.0
#include "inspector/content_saver.h"

#include "text/format.h"

#include <QSaveFile>

#include <vector>

namespace strata::ui {

Result<quint64> saveContent(const InspectedVersion& version, const QString& target, const Job& job)
{
    auto stream = version.image->open(*version.version());
    if (!stream) {
        return std::unexpected(stream.error());
    }
    QSaveFile file(target);
    const auto broken = [&file, &target] {
        return fail(ErrorCode::Io, file.errorString().toStdString(),
                    displayText(target.toStdString()).toStdString());
    };
    if (!file.open(QIODevice::WriteOnly)) {
        return broken();
    }
    std::vector<std::byte> block(256U << 10U);
    quint64 done = 0;
    for (;;) {
        if (job.cancelled()) {
            return cancelledError();
        }
        const auto got = (*stream)->read(block);
        if (!got) {
            return std::unexpected(got.error());
        }
        if (*got == 0) {
            break;
        }
        const auto size = static_cast<qint64>(*got);
        if (file.write(reinterpret_cast<const char*>(block.data()), size) != size) {
            return broken();
        }
        done += *got;
        job.report(done, version.entry()->size);
    }
    return file.commit() ? Result<quint64>(done) : broken();
}

QString suggestedFileName(const InspectedVersion& version)
{
    constexpr qsizetype longest = 120;
    auto name = displayText(version.tree().name(version.node));
    name.replace(QLatin1Char('/'), QLatin1Char('_')).replace(QLatin1Char('\\'), QLatin1Char('_'));
    if (name.size() > longest) {
        name = name.left(longest / 2) + name.right(longest / 2);
    }
    return name.isEmpty() || name == QStringLiteral("..") ? QStringLiteral("copy") : name;
}

} // namespace strata::ui
