// SPDX-License-Identifier: Apache-2.0
#include "window/application_setup.h"

#include <QApplication>
#include <QFontDatabase>
#include <QIcon>
#include <QLibraryInfo>
#include <QLocale>
#include <QTranslator>

namespace strata::ui {

namespace {

/// A bare X server, or none, has no desktop to say which font to use; Qt's own default there is
/// whatever comes first.
void chooseFont(QApplication& application)
{
    if (qEnvironmentVariableIsSet("XDG_CURRENT_DESKTOP") ||
        !QFontDatabase::families().contains(QStringLiteral("Inter"))) {
        return;
    }
    QFont font = application.font();
    font.setFamily(QStringLiteral("Inter"));
    if (font.pointSizeF() > 0 && font.pointSizeF() < 10) {
        font.setPointSizeF(10);
    }
    application.setFont(font);
}

void loadTranslations(QApplication& application)
{
    auto* ours = new QTranslator(&application);
    if (!ours->load(QLocale(), QStringLiteral("stratascope"), QStringLiteral("_"),
                    QStringLiteral(":/i18n"))) {
        return; // one language a window: Qt's own buttons stay English too
    }
    application.installTranslator(ours);
    auto* qts = new QTranslator(&application);
    if (qts->load(QLocale(), QStringLiteral("qtbase"), QStringLiteral("_"),
                  QLibraryInfo::path(QLibraryInfo::TranslationsPath))) {
        application.installTranslator(qts);
    }
}

} // namespace

void setUpApplication(QApplication& application, const char* version)
{
    application.setOrganizationName(QStringLiteral("Stratascope"));
    application.setApplicationName(QStringLiteral("Stratascope"));
    application.setApplicationVersion(QString::fromLatin1(version));
    application.setDesktopFileName(QStringLiteral("io.github.stratascope.Stratascope"));
    application.setWindowIcon(
        QIcon::fromTheme(QStringLiteral("io.github.stratascope.Stratascope"),
                         QIcon(QStringLiteral(":/stratascope/icons/app.svg"))));
    loadTranslations(application);
    chooseFont(application);
}

} // namespace strata::ui
