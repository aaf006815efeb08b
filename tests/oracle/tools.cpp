// SPDX-License-Identifier: Apache-2.0
#include "tools.h"

#include "image/image_choice.h"

#include <QProcess>
#include <QStandardPaths>

namespace strata::test {

QString missingTools(const QStringList& programs)
{
    QStringList missing;
    for (const auto& program : programs) {
        if (QStandardPaths::findExecutable(program).isEmpty()) {
            missing << program;
        }
    }
    return missing.isEmpty()
               ? QString()
               : QStringLiteral("not installed: ") + missing.join(QStringLiteral(", "));
}

bool refereesAreRequired()
{
    return qEnvironmentVariable("CI") == QStringLiteral("true");
}

bool run(const QString& program, const QStringList& arguments, QString& output)
{
    QProcess process;
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(program, arguments);
    const bool finished = process.waitForFinished(240'000);
    output = QString::fromLocal8Bit(process.readAll());
    return finished && process.exitStatus() == QProcess::NormalExit && process.exitCode() == 0;
}

Result<std::shared_ptr<const OpenedImage>> load(const std::filesystem::path& path)
{
    auto archive = ImageArchive::open(path, {});
    if (!archive) {
        return std::unexpected(archive.error());
    }
    const auto choice = chooseImage((*archive)->images(), {});
    if (!choice) {
        return std::unexpected(choice.error());
    }
    return loadImage(*archive, choice->index, {});
}

} // namespace strata::test
