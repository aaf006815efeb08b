// SPDX-License-Identifier: Apache-2.0
#include "window/welcome_page.h"

#include "models/recent_images.h"
#include "text/format.h"
#include "theme/theme.h"
#include "window/card.h"
#include "window/strata_art.h"

#include <QDir>
#include <QEvent>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace strata::ui {

namespace {

constexpr int contentWidth = 800;
constexpr qsizetype mostShown = 6;

QFont scaled(const QFont& like, double factor, QFont::Weight weight)
{
    QFont font = theme::resized(like, like, factor);
    font.setWeight(weight);
    return font;
}

QLabel* heading(const QString& text, QWidget* parent)
{
    auto* label = new QLabel(text, parent);
    label->setFont(scaled(label->font(), 1.1, QFont::DemiBold));
    return label;
}

} // namespace

WelcomePage::WelcomePage(RecentImages& recent, QWidget* parent)
    : QScrollArea(parent)
    , m_recent(recent)
{
    setObjectName(QStringLiteral("welcomePage"));
    setFrameShape(QFrame::NoFrame);
    setWidgetResizable(true);
    setFocusPolicy(Qt::NoFocus);
    setAccessibleName(tr("Welcome"));
    auto* content = new QWidget(this);
    content->setMaximumWidth(contentWidth);
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(32, 24, 32, 24);
    column->setSpacing(26);
    column->addStretch(2);
    column->addWidget(buildHead());
    auto* cards = new QHBoxLayout;
    cards->setSpacing(18);
    cards->addWidget(buildRecent(), 1);
    cards->addWidget(buildSampleCard(), 1);
    column->addLayout(cards);
    auto* hint =
        mutedLabel(tr("… or drop an image archive or an OCI layout folder anywhere on this "
                      "window."),
                   content);
    hint->setAlignment(Qt::AlignHCenter);
    column->addWidget(hint);
    column->addStretch(3);

    auto* page = new QWidget(this);
    page->setBackgroundRole(QPalette::Base);
    page->setAutoFillBackground(true);
    auto* row = new QHBoxLayout(page);
    row->setContentsMargins(0, 0, 0, 0);
    row->addStretch(1);
    row->addWidget(content, 100);
    row->addStretch(1);
    setWidget(page);
    connect(&m_recent, &RecentImages::changed, this, &WelcomePage::fillRecent);
    fillRecent();
    updateColors();
}

QLabel* WelcomePage::mutedLabel(const QString& text, QWidget* parent)
{
    auto* label = new QLabel(text, parent);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    m_muted += label;
    return label;
}

QWidget* WelcomePage::buildHead()
{
    auto* head = new QWidget(this);
    auto* title = new QLabel(QStringLiteral("Stratascope"), head);
    title->setFont(scaled(title->font(), 2.6, QFont::Bold));
    auto* promise =
        mutedLabel(tr("Open any container image and see which layer owns every file."), head);
    promise->setFont(scaled(promise->font(), 1.25, QFont::Normal));
    auto* open = new QPushButton(tr("Open an image…"), head);
    open->setObjectName(QStringLiteral("welcomeOpen"));
    open->setDefault(true);
    setFocusProxy(open);
    open->setAccessibleName(tr("Open an image file"));
    open->setToolTip(
        tr("An archive from “docker save”, “podman save”, “skopeo copy” and the like."));
    auto* folder = new QPushButton(tr("Open a folder…"), head);
    folder->setObjectName(QStringLiteral("welcomeOpenFolder"));
    folder->setAccessibleName(tr("Open an image folder"));
    folder->setToolTip(tr("An OCI layout or a skopeo directory."));
    for (auto* button : {open, folder}) {
        button->setMinimumHeight(button->sizeHint().height() + 8);
        button->setMinimumWidth(button->sizeHint().width() + 28);
    }
    connect(open, &QPushButton::clicked, this, &WelcomePage::openWanted);
    connect(folder, &QPushButton::clicked, this, &WelcomePage::openFolderWanted);

    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(10);
    buttons->addWidget(open);
    buttons->addWidget(folder);
    buttons->addStretch(1);
    auto* words = new QVBoxLayout;
    words->setSpacing(6);
    words->addStretch(1);
    words->addWidget(title);
    words->addWidget(promise);
    words->addSpacing(12);
    words->addLayout(buttons);
    words->addStretch(1);
    auto* layout = new QHBoxLayout(head);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(28);
    auto* art = new StrataArt(head);
    art->setFixedSize(150, 150);
    layout->addWidget(art);
    layout->addLayout(words, 1);
    return head;
}

QWidget* WelcomePage::buildRecent()
{
    auto* card = new Card(this);
    auto* layout = new QVBoxLayout(card);
    // The rows' own margins make their texts stand below the heading.
    layout->setContentsMargins(18 - CardRow::sideMargin, 16, 18 - CardRow::sideMargin, 14);
    layout->setSpacing(8);
    auto* title = heading(tr("Recent images"), card);
    title->setContentsMargins(CardRow::sideMargin, 0, CardRow::sideMargin, 0);
    layout->addWidget(title);
    m_recentRows = new QVBoxLayout;
    m_recentRows->setSpacing(0);
    layout->addLayout(m_recentRows);
    layout->addStretch(1);
    return card;
}

QWidget* WelcomePage::buildSampleCard()
{
    auto* card = new Card(this);
    auto* layout = new QVBoxLayout(card);
    layout->setContentsMargins(18, 16, 18, 16);
    layout->setSpacing(8);
    layout->addWidget(heading(tr("Look at the sample image"), card));
    layout->addWidget(mutedLabel(tr("New to layers? This small image is built in and shows them "
                                    "all: a Debian base, emacs on top, then apache2, which "
                                    "changes files of the base and deletes a few, and a CMD that "
                                    "makes no layer at all."),
                                 card));
    auto* steps = mutedLabel(QStringLiteral("FROM debian:13\nRUN apt-get install emacs-nox\n"
                                            "RUN apt-get install apache2\nCMD [\"/bin/bash\"]"),
                             card);
    steps->setFont(theme::monospace());
    layout->addSpacing(2);
    layout->addWidget(steps);
    layout->addStretch(1);
    layout->addSpacing(4);
    auto* open = new QPushButton(tr("Open the sample"), card);
    open->setObjectName(QStringLiteral("welcomeSample"));
    open->setAccessibleName(tr("Open the built-in sample image"));
    open->setMinimumHeight(open->sizeHint().height() + 4);
    open->setMinimumWidth(open->sizeHint().width() + 20);
    layout->addWidget(open, 0, Qt::AlignLeft);
    connect(open, &QPushButton::clicked, this, &WelcomePage::sampleWanted);
    return card;
}

void WelcomePage::fillRecent()
{
    while (auto* item = m_recentRows->takeAt(0)) {
        if (auto* row = item->widget()) {
            m_muted.removeAll(qobject_cast<QLabel*>(row));
            row->hide();
            row->deleteLater();
        }
        delete item;
    }
    if (m_recent.files().isEmpty()) {
        auto* none = mutedLabel(tr("Images that you open will be listed here."), this);
        none->setContentsMargins(CardRow::sideMargin, 4, CardRow::sideMargin, 4);
        m_recentRows->addWidget(none);
        updateColors();
        return;
    }
    for (const auto& fileName : m_recent.files().mid(0, mostShown)) {
        const QFileInfo info(fileName);
        QString folder = QDir::toNativeSeparators(info.path());
        if (folder.startsWith(QDir::homePath())) {
            folder.replace(0, QDir::homePath().size(), QStringLiteral("~"));
        }
        auto* row =
            new CardRow(info.fileName(),
                        info.exists() ? folder : tr("%1 (not there any more)").arg(folder), this);
        row->setEnabled(info.exists());
        row->setToolTip(toolTipText(displayText(QDir::toNativeSeparators(fileName).toStdString())));
        connect(row, &QAbstractButton::clicked, this,
                [this, fileName] { Q_EMIT fileWanted(fileName); });
        m_recentRows->addWidget(row);
    }
}

void WelcomePage::updateColors()
{
    for (auto* label : std::as_const(m_muted)) {
        theme::setTextColor(label, theme::mutedText(palette()));
    }
}

void WelcomePage::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange) {
        updateColors();
    }
    QScrollArea::changeEvent(event);
}

void WelcomePage::showEvent(QShowEvent* event)
{
    fillRecent(); // files may have come or gone
    QScrollArea::showEvent(event);
}

} // namespace strata::ui
