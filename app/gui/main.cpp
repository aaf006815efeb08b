// SPDX-License-Identifier: Apache-2.0
#include "cache/index_cache.h"
#include "window/application_setup.h"
#include "window/main_window.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QTextStream>

#include <cstdlib>
#include <span>
#include <string_view>

namespace {

struct Words
{
    Q_DECLARE_TR_FUNCTIONS(main)
};

/// What can be answered without a window, and so without a display.
bool asksForText(std::span<char*> arguments)
{
    for (const std::string_view argument : arguments) {
        if (argument == "--") {
            return false;
        }
        if (argument == "-h" || argument == "--help" || argument == "--help-all" ||
            argument == "-v" || argument == "--version") {
            return true;
        }
    }
    return false;
}

const QCommandLineOption& sampleOption()
{
    static const QCommandLineOption option(QStringLiteral("sample"),
                                           Words::tr("Open the built-in sample image."));
    return option;
}

void describe(QCommandLineParser& parser)
{
    parser.setApplicationDescription(
        Words::tr("Open any container image and see which layer of it owns every file."));
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addPositionalArgument(QStringLiteral("image"),
                                 Words::tr("Image archive or OCI layout folder to open."),
                                 QStringLiteral("[IMAGE]"));
    parser.addOption(sampleOption());
}

} // namespace

int main(int argc, char* argv[])
{
    QCommandLineParser parser;
    if (asksForText(std::span(argv, static_cast<std::size_t>(argc)).subspan(argc > 0 ? 1 : 0))) {
        const QCoreApplication application(argc, argv);
        QCoreApplication::setApplicationName(QStringLiteral("Stratascope"));
        QCoreApplication::setApplicationVersion(QStringLiteral(STRATA_VERSION));
        describe(parser);
        parser.process(application); // prints, and ends the program
        return EXIT_SUCCESS;
    }

    QApplication application(argc, argv);
    strata::ui::setUpApplication(application, STRATA_VERSION);
    describe(parser);
    parser.process(application);
    const auto files = parser.positionalArguments();
    const bool sample = parser.isSet(sampleOption());
    if (files.size() + (sample ? 1 : 0) > 1) {
        QTextStream(stderr) << Words::tr("A window shows one image: give one IMAGE, or --sample.")
                            << '\n';
        return EXIT_FAILURE;
    }

    strata::ui::MainWindow window;
    window.session().setIndexCache(strata::IndexCache::openUsual());
    window.show();
    if (!files.isEmpty()) {
        window.openFile(files.front());
    } else if (sample) {
        window.openSample();
    }
    return QApplication::exec();
}
