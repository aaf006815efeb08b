// SPDX-License-Identifier: Apache-2.0
// Renders the window in its main states to PNG files, for people to look at. No test: it fails only
// when a state cannot be reached.
#include "screenshots/takes.h"

#include "window/application_setup.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QDir>
#include <QSettings>
#include <QStandardPaths>

using namespace strata::test;
using namespace strata::ui;

int main(int argc, char* argv[])
{
    QStandardPaths::setTestModeEnabled(true);
    QApplication application(argc, argv);
    setUpApplication(application, STRATA_VERSION);
    QTemporaryDir folder;
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, folder.path());
    QCommandLineParser parser;
    parser.addHelpOption();
    parser.addPositionalArgument(QStringLiteral("folder"), QStringLiteral("Where to write to."));
    parser.addPositionalArgument(QStringLiteral("scale2"),
                                 QStringLiteral("Only what is worth seeing at twice the size, or "
                                                "only the containers."),
                                 QStringLiteral("[scale2|containers]"));
    parser.process(application);
    const auto arguments = parser.positionalArguments();
    const QString out = arguments.value(0, QStringLiteral("screenshots"));
    const QString only = arguments.value(1);
    QDir().mkpath(out);
    const QPalette light = QApplication::palette();

    if (only == QLatin1String("containers")) {
        bool good = true;
        for (const bool dark : {false, true}) {
            QApplication::setPalette(dark ? darkPalette() : light);
            Photographer p(out, dark ? QStringLiteral("-dark") : QString());
            p.newWindow({1440, 900});
            takeContainers(p);
            good = good && !p.failed;
        }
        return good ? 0 : 1;
    }
    if (only == QLatin1String("scale2")) {
        Photographer p(out, QStringLiteral("-scale2"));
        p.newWindow({1280, 800});
        p.shot("welcome");
        p.openSample();
        p.select("/etc/group");
        p.shot("path-selected");
        takeContainers(p);
        return p.failed ? 1 : 0;
    }
    bool failed = false;
    for (const bool dark : {false, true}) {
        QApplication::setPalette(dark ? darkPalette() : light);
        for (const QSize size : {QSize(1440, 900), QSize(1280, 800)}) {
            const bool large = size.width() > 1300;
            QSettings().clear();
            Photographer p(out, (large ? QString() : QStringLiteral("-1280")) +
                                    (dark ? QStringLiteral("-dark") : QString()));
            p.newWindow(size);
            p.shot("welcome");
            takeTree(p);
            takeInspector(p);
            takeContainers(p);
            if (large) {
                takeTroubles(p, folder.path());
            }
            if (const auto image = qEnvironmentVariable("STRATA_SCREENSHOT_IMAGE");
                large && !image.isEmpty()) {
                p.open(image);
                p.shot("real-image");
            }
            failed = failed || p.failed;
        }
    }
    return failed ? 1 : 0;
}
