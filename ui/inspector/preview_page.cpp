// SPDX-License-Identifier: Apache-2.0
#include "inspector/preview_page.h"

#include "base/byte_path.h"
#include "inspector/folder_view.h"
#include "inspector/hex_view.h"
#include "inspector/link_target.h"
#include "inspector/message_view.h"
#include "inspector/picture_view.h"
#include "inspector/text_view.h"
#include "text/format.h"
#include "theme/theme.h"
#include "theme/toggle_button.h"

#include <QButtonGroup>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedWidget>
#include <QToolButton>

namespace strata::ui {

namespace {

/// A name short enough for a sentence.
QString shortened(const QString& text)
{
    constexpr qsizetype longest = 120;
    return text.size() <= longest
               ? text
               : text.left(longest / 2) + QStringLiteral("…") + text.right(longest / 2);
}

QString pathOf(const MergedTree& tree, NodeId node)
{
    return shortened(displayText(tree.path(node)));
}

} // namespace

PreviewPage::PreviewPage(QWidget* parent)
    : QWidget(parent)
    , m_stack(new QStackedWidget(this))
    , m_message(new MessageView(this))
    , m_text(new TextView(this))
    , m_hex(new HexView(this))
    , m_picture(new PictureView(this))
    , m_folder(new FolderView(this))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(makeTopBar());
    m_spinner = new QProgressBar(this);
    m_spinner->setRange(0, 0);
    m_spinner->setTextVisible(false);
    m_spinner->setFixedHeight(3);
    m_spinner->setAccessibleName(tr("Reading the file"));
    auto room = m_spinner->sizePolicy();
    room.setRetainSizeWhenHidden(true);
    m_spinner->setSizePolicy(room);
    m_spinner->hide();
    layout->addWidget(m_spinner);
    auto* folderArea = new QScrollArea(this);
    folderArea->setFrameShape(QFrame::NoFrame);
    folderArea->setWidgetResizable(true);
    folderArea->setWidget(m_folder);
    folderArea->setFocusProxy(m_folder);
    folderArea->setAccessibleName(tr("Folder summary"));
    for (auto* page :
         std::initializer_list<QWidget*>{m_message, m_text, m_hex, m_picture, folderArea}) {
        m_stack->addWidget(page);
    }
    layout->addWidget(m_stack, 1);
    layout->addWidget(makeBottomBar());
    m_start.setSingleShot(true);
    m_start.setInterval(120);
    connect(&m_start, &QTimer::timeout, this, &PreviewPage::readFile);
    m_spinnerDelay.setSingleShot(true);
    m_spinnerDelay.setInterval(150);
    connect(&m_spinnerDelay, &QTimer::timeout, this, [this] {
        m_spinner->show();
        showMessage(tr("Reading…"), {}); // not the file shown before
    });
    connect(&m_worker, &Worker::started, this, [this] { m_spinnerDelay.start(); });
    connect(&m_worker, &Worker::finished, this, [this] {
        m_spinnerDelay.stop();
        m_spinner->hide();
    });
    connect(m_hex, &HexView::waitingChanged, m_spinner, &QWidget::setVisible);
    connect(m_hex, &HexView::failed, this, [this](const Error& error) {
        m_cutNote->setText(tr("The rest cannot be read. %1").arg(errorText(error)));
        m_showAll->hide();
        m_bottomBar->show();
    });
    connect(m_message, &MessageView::activated, this, [this] {
        if (m_action) {
            m_action();
        }
    });
    updateColors();
}

QWidget* PreviewPage::makeTopBar()
{
    m_topBar = new QWidget(this);
    auto* row = new QHBoxLayout(m_topBar);
    row->setContentsMargins(16, 6, 12, 4);
    row->setSpacing(2);
    m_info = new QLabel(m_topBar);
    m_info->setTextFormat(Qt::PlainText);
    m_info->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    row->addWidget(m_info, 1);
    m_modes = new QButtonGroup(this);
    const auto add = [&](PreviewAs as, const QString& text, const QString& tip) {
        auto* button = new ToggleButton(m_topBar);
        button->setText(text);
        button->setToolTip(tip);
        button->setCheckable(true);
        button->setFocusPolicy(Qt::TabFocus);
        m_modes->addButton(button, static_cast<int>(as));
        row->addWidget(button);
        return button;
    };
    m_automatic = add(PreviewAs::Automatic, tr("Picture"), tr("Show the file as a picture"));
    add(PreviewAs::Text, tr("Text"), tr("Show the bytes as text, whatever the file is"));
    add(PreviewAs::Hex, tr("Hex"), tr("Show every byte with its offset"));
    connect(m_modes, &QButtonGroup::idClicked, this, [this](int id) {
        m_as = static_cast<PreviewAs>(id);
        load();
    });
    return m_topBar;
}

QWidget* PreviewPage::makeBottomBar()
{
    m_bottomBar = new QWidget(this);
    auto* row = new QHBoxLayout(m_bottomBar);
    row->setContentsMargins(16, 6, 12, 6);
    m_cutNote = new QLabel(m_bottomBar);
    m_cutNote->setTextFormat(Qt::PlainText);
    m_cutNote->setWordWrap(true);
    m_showAll = new QPushButton(m_bottomBar);
    row->addWidget(m_cutNote, 1);
    row->addWidget(m_showAll);
    connect(m_showAll, &QPushButton::clicked, this, [this] {
        m_all = true;
        m_as = PreviewAs::Text;
        load();
    });
    m_bottomBar->hide();
    return m_bottomBar;
}

void PreviewPage::setVersion(const InspectedVersion& version)
{
    if (version == m_version) {
        return;
    }
    // Once changes are decided the image is another object with the same contents.
    const bool sameFile =
        version && m_version && version.image->archive == m_version.image->archive &&
        version.image->imageIndex == m_version.image->imageIndex &&
        version.node == m_version.node && version.index == m_version.index && version.isFile();
    m_version = version;
    if (sameFile) {
        return;
    }
    m_as = PreviewAs::Automatic;
    m_all = false;
    load();
}

void PreviewPage::load()
{
    // Going quickly through files must not start a reader for each of them.
    const bool hurry = busy();
    m_start.stop();
    m_worker.cancel();
    m_action = {};
    if (!m_version) {
        showMessage({}, {});
        return;
    }
    const auto entry = m_version.entry();
    if (!entry) {
        explainRemoval();
        return;
    }
    switch (entry->type) {
    case FileType::File:
        if (hurry) {
            m_start.start();
        } else {
            readFile();
        }
        return;
    case FileType::Directory:
        loadFolder();
        return;
    case FileType::Symlink:
        explainLink();
        return;
    case FileType::CharDevice:
    case FileType::BlockDevice:
    case FileType::Fifo:
        explainSpecial(entry->type);
        return;
    }
}

void PreviewPage::readFile()
{
    m_worker.start([request = PreviewRequest{m_version, m_as, m_all}](
                       const Job& job) { return loadPreview(request, job); },
                   [this](auto result) { showLoaded(std::move(result)); });
}

void PreviewPage::showLoaded(Result<FilePreview> result)
{
    if (!result) {
        showError(result.error());
        return;
    }
    const auto& preview = *result;
    const bool couldBePicture = preview.mimeName.startsWith(QStringLiteral("image/"));
    m_automatic->setVisible(couldBePicture);
    QStringList info{preview.mimeName};
    m_bottomBar->hide();
    auto shownAs = PreviewAs::Hex;
    if (const auto* text = std::get_if<TextPreview>(&preview.content)) {
        shownAs = PreviewAs::Text;
        showText(preview, *text);
        if (!m_text->language().isEmpty()) {
            info = {m_text->language()};
        }
        info << text->note;
    } else if (const auto* picture = std::get_if<PicturePreview>(&preview.content)) {
        shownAs = PreviewAs::Automatic;
        m_picture->setPicture(picture->image, picture->size, picture->format);
        turnTo(m_picture);
    } else {
        m_hex->setContent(std::get<HexPreview>(preview.content).front,
                          static_cast<qint64>(preview.totalBytes),
                          [version = m_version](const Job& job) { return version.open(job); });
        if (preview.totalBytes == 0) {
            showMessage(tr("An empty file"), tr("It has a name and permissions, but no content."));
        } else {
            turnTo(m_hex);
        }
    }
    if (m_as == PreviewAs::Automatic && preview.totalBytes == 0) {
        showMessage(tr("An empty file"), tr("It has a name and permissions, but no content."));
    }
    info << preview.note;
    info.removeAll(QString());
    m_info->setText(info.join(QStringLiteral(" · ")));
    m_info->setToolTip(toolTipText(m_info->text()));
    m_modes->button(static_cast<int>(shownAs))->setChecked(true);
    for (auto* mode : m_modes->buttons()) {
        mode->setFocusPolicy(Qt::TabFocus); // Qt leaves it to one, which may be the hidden one
    }
    m_topBar->setVisible(preview.totalBytes > 0);
    Q_EMIT settled();
}

void PreviewPage::showText(const FilePreview& preview, const TextPreview& text)
{
    m_text->setContent(text.text,
                       QString::fromStdString(toUtf8(m_version.tree().name(m_version.node))),
                       preview.mimeName);
    turnTo(m_text);
    if (text.shownBytes < preview.totalBytes) {
        const bool more = !m_all && text.allLines && text.shownBytes < PreviewLimits::allText;
        m_cutNote->setText(tr("The first %1 are shown as text; “Hex” shows every byte.")
                               .arg(sizeText(text.shownBytes)));
        m_showAll->setText(
            preview.totalBytes <= PreviewLimits::allText
                ? tr("Show all (%1)").arg(sizeText(preview.totalBytes))
                : tr("Show %1 of %2")
                      .arg(sizeText(PreviewLimits::allText), sizeText(preview.totalBytes)));
        m_showAll->setVisible(more);
        m_bottomBar->show();
    }
}

void PreviewPage::showError(const Error& error)
{
    showMessage(tr("The content cannot be read"), errorText(error));
    Q_EMIT settled();
}

void PreviewPage::loadFolder()
{
    m_worker.start([folder = m_version](const Job& job) { return summarizeFolder(folder, job); },
                   [this](auto summary) {
                       if (!summary) {
                           showError(summary.error());
                           return;
                       }
                       m_topBar->hide();
                       m_bottomBar->hide();
                       m_folder->setSummary(*summary, m_version);
                       turnTo(m_folder);
                       Q_EMIT settled();
                   });
}

void PreviewPage::explainLink()
{
    const auto& tree = m_version.tree();
    const auto target = tree.linkTarget(*m_version.version());
    const auto top = stackOf(m_version);
    const auto title = tr("Symbolic link to %1").arg(shortened(displayText(target)));
    const auto folder =
        m_version.node == MergedTree::root() ? MergedTree::root() : tree.parent(m_version.node);
    const auto next = resolveTarget(tree, folder, target, top, LastPart::Keep);
    const auto end = resolveTarget(tree, folder, target, top, LastPart::Follow);
    if (!next) {
        showMessage(title, tr("It leads nowhere: nothing at that path can be seen in this view of "
                              "the image. In a container the path may be a mount, or appear "
                              "later."));
        return;
    }
    QString body;
    if (!end) {
        body = tr("It leads to %1, which is a link that leads nowhere.").arg(pathOf(tree, *next));
    } else {
        const auto* version = tree.visibleAt(*end, top);
        // One call: what looks like a place mark in a name must stay as it is.
        body = version ? tr("It leads to %1: a %2 from %3.")
                             .arg(pathOf(tree, *end), fileTypeText(tree.entry(*version).type),
                                  layerName(*m_version.image, version->layer))
                       : tr("It leads to %1.").arg(pathOf(tree, *end));
    }
    showMessage(
        title,
        body + QLatin1Char(' ') +
            tr("The link itself holds only the path; changing it never changes its target."),
        tr("&Go to target"));
    m_action = [this, node = *next] { Q_EMIT nodeRequested(node); };
}

void PreviewPage::explainRemoval()
{
    const auto& version = *m_version.version();
    const auto hidden = m_version.below();
    const auto what = versionActionText(m_version.tree(), m_version.node, *m_version.index);
    const auto title =
        tr("%1: %2").arg(layerNameFirst(*m_version.image, version.layer), shortened(what));
    QString body = tr("There is no content here: the layer holds only a mark that hides the path "
                      "from here up.");
    if (!hidden) {
        showMessage(title, body);
        return;
    }
    const auto& copy = m_version.tree().versions(m_version.node)[*hidden];
    const auto size = m_version.tree().entry(copy).size;
    body += QLatin1Char(' ');
    const auto owner = layerNameFirst(*m_version.image, copy.layer);
    body += size > 0
                ? tr("%1 still stores its copy of %2, and everyone who pulls the image gets it.")
                      .arg(owner, sizeText(size))
                : tr("%1 still stores its copy.").arg(owner);
    showMessage(title, body, tr("&Show the hidden copy of layer %1").arg(copy.layer));
    m_action = [this, index = *hidden] { Q_EMIT versionRequested(index); };
}

void PreviewPage::explainSpecial(FileType type)
{
    const auto entry = *m_version.entry();
    if (type == FileType::Fifo) {
        showMessage(tr("A named pipe"),
                    tr("Two programs talk through it while they run. It never holds content."));
        return;
    }
    const auto kind =
        type == FileType::CharDevice ? tr("A character device") : tr("A block device");
    showMessage(kind, tr("Number %1, %2. It is a name for a driver of the host's kernel, and holds "
                         "no content of its own. Container engines usually make their own /dev.")
                          .arg(entry.deviceMajor)
                          .arg(entry.deviceMinor));
}

void PreviewPage::showMessage(const QString& title, const QString& body, const QString& action)
{
    m_topBar->hide();
    m_bottomBar->hide();
    m_message->setMessage(title, body, action);
    turnTo(m_message);
    if (!busy()) {
        Q_EMIT settled();
    }
}

void PreviewPage::turnTo(QWidget* page)
{
    for (int i = 0; i < m_stack->count(); ++i) {
        if (m_stack->widget(i) == page || m_stack->widget(i)->isAncestorOf(page)) {
            m_stack->setCurrentIndex(i);
        }
    }
    if (page != m_hex) {
        m_hex->setContent({}, 0); // nothing of it is wanted any more
    }
}

void PreviewPage::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_cutNote) {
        updateColors();
    }
}

void PreviewPage::updateColors()
{
    auto colors = palette();
    colors.setColor(QPalette::WindowText, theme::mutedText(palette()));
    m_info->setPalette(colors);
    m_cutNote->setPalette(colors);
}

} // namespace strata::ui
