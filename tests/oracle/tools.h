// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tree/opened_image.h"

#include <QString>
#include <QStringList>

#include <filesystem>
#include <memory>

namespace strata::test {

/// What is missing for these programs to be referees, in a sentence; empty if nothing is.
QString missingTools(const QStringList& programs);

/// Whether a referee that cannot be asked is a failure: on CI, where packaging/test installs it.
bool refereesAreRequired();

/// Runs a program to its end; `output` gets both its outputs. False unless it ended with 0.
bool run(const QString& program, const QStringList& arguments, QString& output);

/// Opens the image that `strata` would choose.
Result<std::shared_ptr<const OpenedImage>> load(const std::filesystem::path& path);

} // namespace strata::test

/// In a test function: ends it here, skipped or, where referees are required, failed.
#define STRATA_WITHOUT_REFEREE(why)                                                                \
    do {                                                                                           \
        const QString strataWhy = (why);                                                           \
        if (!strataWhy.isEmpty()) {                                                                \
            QVERIFY2(!strata::test::refereesAreRequired(), qPrintable(strataWhy));                 \
            QSKIP(qPrintable(strataWhy));                                                          \
        }                                                                                          \
    } while (false)
