// SPDX-License-Identifier: Apache-2.0
#include "cli_runner.h"

#include <QJsonDocument>
#include <QProcess>
#include <QProcessEnvironment>

namespace strata::test {

namespace {

constexpr int timeoutMs = 60'000;

Ran runProcess(const QString& program, const QStringList& arguments)
{
    QProcess process;
    auto environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("LC_ALL"), QStringLiteral("C.UTF-8"));
    // The user's own cache is no test's business; one that wants a cache says where and which.
    if (!qEnvironmentVariableIsSet("STRATASCOPE_CACHE")) {
        environment.insert(QStringLiteral("STRATASCOPE_CACHE"), QStringLiteral("off"));
    }
    process.setProcessEnvironment(environment);
    process.setStandardInputFile(QProcess::nullDevice());
    process.start(program, arguments);
    Ran out;
    if (process.waitForFinished(timeoutMs) && process.exitStatus() == QProcess::NormalExit) {
        out.status = process.exitCode();
    }
    out.out = process.readAllStandardOutput();
    out.err = process.readAllStandardError();
    return out;
}

bool isOfType(const QJsonValue& value, const QString& type)
{
    return (type == QLatin1String("string") && value.isString()) ||
           (type == QLatin1String("number") && value.isDouble()) ||
           (type == QLatin1String("bool") && value.isBool()) ||
           (type == QLatin1String("array") && value.isArray()) ||
           (type == QLatin1String("object") && value.isObject()) ||
           (type == QLatin1String("null") && value.isNull());
}

} // namespace

QJsonObject Ran::object() const
{
    return out.count('\n') == 1 ? QJsonDocument::fromJson(out).object() : QJsonObject();
}

std::vector<QJsonObject> Ran::lines() const
{
    std::vector<QJsonObject> objects;
    auto rest = out;
    if (rest.endsWith('\n')) {
        rest.chop(1);
    }
    if (rest.isEmpty()) {
        return objects;
    }
    for (const auto& line : rest.split('\n')) {
        objects.push_back(QJsonDocument::fromJson(line).object());
    }
    return objects;
}

QString strataProgram()
{
    return QStringLiteral(STRATA_PROGRAM);
}

Ran runStrata(const QStringList& arguments)
{
    return runProcess(strataProgram(), arguments);
}

Ran shell(const QString& script, const QStringList& arguments)
{
    return runProcess(QStringLiteral("/bin/sh"),
                      QStringList{QStringLiteral("-c"), script, strataProgram()} + arguments);
}

QString breaches(const QJsonObject& object, const QString& contract)
{
    QStringList wrong;
    QStringList known;
    const auto words = contract.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    for (auto word : words) {
        const bool optional = word.endsWith(QLatin1Char('?'));
        if (optional) {
            word.chop(1);
        }
        const auto key = word.section(QLatin1Char(':'), 0, 0);
        const auto types = word.section(QLatin1Char(':'), 1).split(QLatin1Char('|'));
        known << key;
        if (!object.contains(key)) {
            if (!optional) {
                wrong << key + QStringLiteral(" is missing");
            }
            continue;
        }
        bool fits = false;
        for (const auto& type : types) {
            fits = fits || isOfType(object.value(key), type);
        }
        if (!fits) {
            wrong << key + QStringLiteral(" is no ") + types.join(QLatin1Char('|'));
        }
    }
    const auto keys = object.keys();
    for (const auto& key : keys) {
        if (!known.contains(key)) {
            wrong << key + QStringLiteral(" is unknown");
        }
    }
    return wrong.join(QStringLiteral(", "));
}

std::string column(const std::vector<QJsonObject>& lines, const QString& key)
{
    std::string out;
    for (const auto& line : lines) {
        out += line.value(key).toVariant().toString().toStdString() + "\n";
    }
    return out;
}

QJsonObject lineWith(const std::vector<QJsonObject>& lines, const QString& key,
                     const QString& value)
{
    for (const auto& line : lines) {
        if (line.value(key).toString() == value) {
            return line;
        }
    }
    return {};
}

} // namespace strata::test
