// SPDX-License-Identifier: Apache-2.0
#include "inspector/content_saver.h"

#include "text/format.h"

#include <QSaveFile>

namespace strata::ui {

Result<quint64> saveContent(const InspectedVersion& version, const QString& target, const Job& job)
{
    QSaveFile file(target);
    const auto broken = [&file, &target] {
        return fail(ErrorCode::Io, file.errorString().toStdString(),
                    displayText(target.toStdString()).toStdString());
    };
    if (!file.open(QIODevice::WriteOnly)) {
        return broken();
    }
    const auto written =
        version.read(job, [&file, &broken](std::span<const std::byte> block) -> Status {
            const auto size = static_cast<qint64>(block.size());
            if (file.write(reinterpret_cast<const char*>(block.data()), size) != size) {
                return broken();
            }
            return {};
        });
    if (!written) {
        return std::unexpected(written.error());
    }
    return file.commit() ? Result<quint64>(*written) : broken();
}

QString suggestedFileName(const InspectedVersion& version)
{
    constexpr qsizetype longest = 120;
    auto name = displayText(version.tree().name(version.node));
    name.replace(QLatin1Char('/'), QLatin1Char('_')).replace(QLatin1Char('\\'), QLatin1Char('_'));
    if (name.size() > longest) {
        name = name.left(longest / 2) + name.right(longest / 2);
    }
    const bool dots = name == QStringLiteral(".") || name == QStringLiteral("..");
    return name.isEmpty() || dots ? QStringLiteral("copy") : name;
}

} // namespace strata::ui
