// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QJsonArray>
#include <QJsonObject>
#include <QString>
#include <QStringList>

#include <string>
#include <vector>

namespace strata::test {

/// What a run of `strata` gave. Status -1: it did not end by itself.
struct Ran
{
    int status = -1;
    QByteArray out;
    QByteArray err;

    /// The one object on standard output; empty if there is not exactly one line that is one.
    QJsonObject object() const;
    /// One object a line; a line that is none is an empty object.
    std::vector<QJsonObject> lines() const;
    /// Lines of standard error.
    qsizetype errorLines() const { return err.count('\n'); }
};

QString strataProgram();

/// Runs the built program without a terminal and with nothing to read.
Ran runStrata(const QStringList& arguments);
/// Runs `script` by /bin/sh, with the program as "$0" and `arguments` as "$1"…
Ran shell(const QString& script, const QStringList& arguments);

/// What is wrong with the fields of `object` by `contract`; empty if nothing is. The contract is
/// words: "size:number", "created:string|null", "target:string?" for one that may be absent. A
/// field it does not name is wrong too.
QString breaches(const QJsonObject& object, const QString& contract);

/// The field `key` of every line, as text, in order, ended by '\n' each.
std::string column(const std::vector<QJsonObject>& lines, const QString& key);
/// The line whose field `key` is `value`; empty if there is none.
QJsonObject lineWith(const std::vector<QJsonObject>& lines, const QString& key,
                     const QString& value);

} // namespace strata::test
