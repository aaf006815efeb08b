// SPDX-License-Identifier: Apache-2.0
#include "window/about_dialog.h"

#include "theme/theme.h"
#include "window/strata_art.h"

#include <QApplication>
#include <QDialogButtonBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSysInfo>
#include <QVBoxLayout>

namespace strata::ui {

AboutDialog::AboutDialog(QWidget* parent)
    : QDialog(parent)
{
    setWindowTitle(tr("About Stratascope"));
    auto* title = new QLabel(tr("Stratascope %1").arg(QApplication::applicationVersion()), this);
    auto font = theme::resized(title->font(), title->font(), 1.6);
    font.setWeight(QFont::DemiBold);
    title->setFont(font);
    auto* text = new QLabel(tr("See which layer of a container image owns every file.\n\n"
                               "Licence: Apache-2.0\n"
                               "Qt %1 on %2, %3")
                                .arg(QString::fromLatin1(qVersion()), QSysInfo::prettyProductName(),
                                     QSysInfo::currentCpuArchitecture()),
                            this);
    text->setTextFormat(Qt::PlainText);
    text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    text->setAccessibleName(tr("Versions"));
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);

    auto* words = new QVBoxLayout;
    words->addWidget(title);
    words->addWidget(text);
    words->addStretch(1);
    auto* top = new QHBoxLayout;
    top->setSpacing(20);
    top->addWidget(new StrataArt(this), 0, Qt::AlignTop);
    top->addLayout(words, 1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(20, 20, 20, 14);
    layout->setSpacing(16);
    layout->addLayout(top);
    layout->addWidget(buttons);
}

} // namespace strata::ui
