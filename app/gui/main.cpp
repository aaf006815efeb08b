// SPDX-License-Identifier: Apache-2.0
#include "window/application_setup.h"
#include "window/main_window.h"

#include <QApplication>
#include <QCommandLineParser>

int main(int argc, char* argv[])
{
    QApplication application(argc, argv);
    strata::ui::setUpApplication(application, STRATA_VERSION);

    QCommandLineParser parser;
    parser.setApplicationDescription(QCoreApplication::translate(
        "main", "Open any container image and see which layer owns every file."));
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addPositionalArgument(
        QStringLiteral("image"),
        QCoreApplication::translate("main", "Image archive or OCI layout folder to open."),
        QStringLiteral("[IMAGE]"));
    const QCommandLineOption sample(
        QStringLiteral("sample"),
        QCoreApplication::translate("main", "Open the built-in sample image."));
    parser.addOption(sample);
    parser.process(application);

    strata::ui::MainWindow window;
    window.show();
    if (const auto files = parser.positionalArguments(); !files.isEmpty()) {
        window.openFile(files.front());
    } else if (parser.isSet(sample)) {
        window.openSample();
    }
    return QApplication::exec();
}
