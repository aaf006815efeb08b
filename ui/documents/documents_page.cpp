// SPDX-License-Identifier: Apache-2.0
#include "documents/documents_page.h"

#include "documents/document_delegate.h"
#include "inspector/file_preview.h"
#include "inspector/message_view.h"
#include "inspector/text_view.h"
#include "models/document_model.h"
#include "text/format.h"
#include "theme/theme.h"
#include "tree/empty_state.h"

#include <QEvent>
#include <QLabel>
#include <QListView>
#include <QSplitter>
#include <QStackedLayout>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <string_view>
#include <utility>

namespace strata::ui {

namespace {

using Kind = ImageDocument::Kind;

QString aboutText(ImageKind kind)
{
    switch (kind) {
    case ImageKind::Attestation:
        return DocumentsPage::tr(
            "This is an attestation: a signed or plain statement about an image, such as how it "
            "was built or what is in it. It has no files; what it says is in its blobs.");
    case ImageKind::Artifact:
        return DocumentsPage::tr("This is an artifact: something other than an image, stored in "
                                 "the same form. It has no tree of files; what it holds is in its "
                                 "blobs.");
    case ImageKind::Image:
        break;
    }
    return DocumentsPage::tr("An image is a chain of documents: each names the next by the digest "
                             "of its bytes, down to the layers.");
}

/// On a worker's thread.
Result<DocumentView> loadDocument(const ImageArchive& archive, const ImageDocument& document)
{
    auto laidOut = readLaidOut(archive, document);
    if (!laidOut) {
        return std::unexpected(std::move(laidOut.error()));
    }
    DocumentView out;
    out.isJson = laidOut->isJson;
    out.isText = out.isJson || !laidOut->text.contains('\0');
    if (!out.isText) {
        return out;
    }
    std::string_view shown = laidOut->text;
    std::size_t end = 0;
    for (std::size_t line = 0; line < PreviewLimits::lines && end < shown.size(); ++line) {
        end = std::min(shown.find('\n', end), shown.size() - 1) + 1;
    }
    QStringList notes;
    if (end < shown.size()) {
        shown = shown.substr(0, end);
        notes += DocumentsPage::tr("Only the first %L1 lines are shown.").arg(PreviewLimits::lines);
    }
    QString note;
    out.text = decodeText(shown, false, &note);
    if (!note.isEmpty()) {
        notes += note;
    }
    out.note = notes.join(QLatin1Char(' '));
    return out;
}

} // namespace

DocumentsPage::DocumentsPage(ImageSession& session, QWidget* parent)
    : QWidget(parent)
    , m_session(session)
    , m_model(new DocumentModel(this))
    , m_list(new QListView(this))
    , m_about(new QLabel(this))
    , m_shown(new QWidget(this))
    , m_text(new TextView(m_shown))
    , m_note(new QLabel(m_shown))
    , m_message(new MessageView(this))
    , m_empty(new EmptyState(this))
    , m_content(new QWidget(this))
    , m_document(new QStackedWidget(this))
    , m_stack(new QStackedLayout(this))
{
    setBackgroundRole(QPalette::Base);
    setAutoFillBackground(true);
    for (auto* label : {m_about, m_note}) {
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
        label->setContentsMargins(14, 9, 14, 9);
    }
    m_list->setObjectName(QStringLiteral("documentList"));
    m_list->setAccessibleName(tr("Documents of the image"));
    m_list->setModel(m_model);
    m_list->setItemDelegate(new DocumentDelegate(m_list));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_list->setUniformItemSizes(true);
    m_text->setAccessibleName(tr("The document's text"));
    auto* shown = new QVBoxLayout(m_shown);
    shown->setContentsMargins(0, 0, 0, 0);
    shown->setSpacing(0);
    shown->addWidget(m_text, 1);
    shown->addWidget(m_note);
    m_note->hide();
    m_document->addWidget(m_shown);
    m_document->addWidget(m_message);

    auto* parts = new QSplitter(Qt::Horizontal, m_content);
    parts->setChildrenCollapsible(false);
    parts->setHandleWidth(1);
    parts->addWidget(m_list);
    parts->addWidget(m_document);
    parts->setStretchFactor(1, 1);
    parts->setSizes({230, 580});
    m_list->setMinimumWidth(140);
    m_document->setMinimumWidth(180);
    auto* column = new QVBoxLayout(m_content);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_about);
    column->addWidget(parts, 1);
    m_stack->addWidget(m_content);
    m_stack->addWidget(m_empty);

    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this,
            &DocumentsPage::readCurrent);
    for (const auto signal : {&ImageSession::openingStarted, &ImageSession::archiveReady,
                              &ImageSession::closed, &ImageSession::failed}) {
        connect(&session, signal, this, &DocumentsPage::imageChanged);
    }
    updateColors();
    imageChanged();
}

void DocumentsPage::imageChanged()
{
    m_stale = true;
    if (isVisible()) {
        fill();
    }
}

void DocumentsPage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    if (m_stale) {
        fill();
    }
}

void DocumentsPage::fill()
{
    m_stale = false;
    m_lister.cancel();
    m_reader.cancel();
    m_model->setDocuments({});
    const auto* image = m_session.image();
    if (!image) {
        m_empty->setMessage(tr("Nothing is open"), tr("Open an image with Ctrl+O."));
        m_stack->setCurrentWidget(m_empty);
        return;
    }
    m_stack->setCurrentWidget(m_content);
    m_about->setText(aboutText(image->kind));
    m_text->setContent({}, {}, {});
    m_note->hide();
    m_document->setCurrentWidget(m_shown);
    m_lister.start(
        [archive = m_session.archive(), index = m_session.imageIndex()](const Job&) {
            return imageDocuments(*archive, archive->images()[static_cast<std::size_t>(index)]);
        },
        [this](std::vector<ImageDocument> documents) { listDocuments(std::move(documents)); });
}

void DocumentsPage::listDocuments(std::vector<ImageDocument> documents)
{
    if (documents.empty()) {
        m_empty->setMessage(tr("There are no documents"),
                            tr("A file system in a tar has no manifest, config or history: it is "
                               "shown as one layer."));
        m_stack->setCurrentWidget(m_empty);
        return;
    }
    // What one comes for: an artifact's content, else the config.
    int row = 0;
    for (int i = 0; i < static_cast<int>(documents.size()); ++i) {
        const auto kind = documents[static_cast<std::size_t>(i)].kind;
        if (kind == Kind::Config || kind == Kind::Blob) {
            row = i;
        }
        if (kind == Kind::Blob) {
            break;
        }
    }
    m_model->setDocuments(std::move(documents));
    m_list->setCurrentIndex(m_model->index(row));
}

void DocumentsPage::readCurrent()
{
    m_reader.cancel();
    const auto index = m_list->currentIndex();
    if (!index.isValid() || !m_session.archive()) {
        return;
    }
    const auto document = m_model->document(index.row());
    m_reader.start(
        [archive = m_session.archive(), document](const Job&) {
            return loadDocument(*archive, document);
        },
        [this, document](const Result<DocumentView>& view) { showDocument(document, view); });
}

void DocumentsPage::showDocument(const ImageDocument& document, const Result<DocumentView>& view)
{
    if (document.file.empty()) {
        m_message->setMessage(tr("Not in this archive"),
                              tr("Another document names it, but the archive does not hold it."));
    } else if (!view) {
        m_message->setMessage(tr("It cannot be shown"), errorText(view.error()));
    } else if (!view->isText) {
        m_message->setMessage(
            tr("This is no text"),
            document.mediaType.empty()
                ? exactSizeText(document.size)
                : tr("%1 of type %2")
                      .arg(exactSizeText(document.size), displayText(document.mediaType)));
    } else {
        m_text->setContent(view->text, view->isJson ? QStringLiteral("document.json") : QString(),
                           {});
        m_note->setText(view->note);
        m_note->setVisible(!view->note.isEmpty());
        m_document->setCurrentWidget(m_shown);
        return;
    }
    m_document->setCurrentWidget(m_message);
}

void DocumentsPage::updateColors()
{
    for (auto* label : {m_about, m_note}) {
        theme::setTextColor(label, theme::mutedText(palette()));
    }
}

void DocumentsPage::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) {
        updateColors();
    }
}

} // namespace strata::ui
