// SPDX-License-Identifier: Apache-2.0
#include "instructions/instructions_page.h"

#include "instructions/dockerfile_edit.h"
#include "instructions/dockerfile_text.h"
#include "text/format.h"
#include "theme/theme.h"

#include <QEvent>
#include <QLabel>
#include <QLocale>
#include <QStackedLayout>
#include <QVBoxLayout>

#include <utility>

namespace strata::ui {

namespace {

QLabel* wrappedLabel(QWidget* parent)
{
    auto* label = new QLabel(parent);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    return label;
}

} // namespace

InstructionsPage::InstructionsPage(ImageSession& session, QWidget* parent)
    : QWidget(parent)
    , m_session(session)
    , m_content(new QWidget(this))
    , m_about(wrappedLabel(m_content))
    , m_edit(new DockerfileEdit(m_content))
    , m_status(wrappedLabel(m_content))
    , m_empty(wrappedLabel(this))
    , m_stack(new QStackedLayout(this))
    , m_worker(new Worker(this))
{
    setBackgroundRole(QPalette::Base);
    setAutoFillBackground(true);
    m_about->setContentsMargins(14, 9, 14, 9);
    m_status->setContentsMargins(14, 8, 14, 8);
    m_status->setAccessibleName(tr("What this step did"));
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setContentsMargins(40, 40, 40, 40);
    m_edit->setLineHelp([this](int line) { return lineHelp(line); });

    auto* column = new QVBoxLayout(m_content);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_about);
    column->addWidget(m_edit, 1);
    column->addWidget(m_status);
    m_stack->addWidget(m_content);
    m_stack->addWidget(m_empty);

    connect(m_edit, &DockerfileEdit::lineActivated, this, &InstructionsPage::lineActivated);
    connect(m_edit, &QPlainTextEdit::cursorPositionChanged, this, &InstructionsPage::updateStatus);
    connect(&session, &ImageSession::openingStarted, this, &InstructionsPage::imageChanged);
    connect(&session, &ImageSession::archiveReady, this, &InstructionsPage::imageChanged);
    connect(&session, &ImageSession::closed, this, &InstructionsPage::imageChanged);
    connect(&session, &ImageSession::imageReady, this, &InstructionsPage::updateStatus);
    connect(&session, &ImageSession::changesResolved, this, &InstructionsPage::updateStatus);
    connect(&session, &ImageSession::currentLayerChanged, this,
            [this] { m_edit->markLayer(m_session.currentLayer()); });
    updateColors();
    imageChanged();
}

void InstructionsPage::imageChanged()
{
    m_stale = true;
    if (isVisible()) {
        fill();
    }
}

void InstructionsPage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    if (m_stale) {
        fill();
    }
}

void InstructionsPage::fill()
{
    m_stale = false;
    m_worker->cancel();
    m_edit->setContent({});
    m_status->clear();
    if (!m_session.image()) {
        showMessage(tr("Open an image to see the instructions it was built with."));
        return;
    }
    m_stack->setCurrentWidget(m_content);
    m_worker->start(
        [archive = m_session.archive(), index = m_session.imageIndex()](const Job&) {
            return dockerfileText(archive->images()[static_cast<std::size_t>(index)]);
        },
        [this](DockerfileText text) { showDockerfile(std::move(text)); });
}

void InstructionsPage::showDockerfile(DockerfileText text)
{
    if (text.lines.empty()) {
        showMessage(tr("This image records no history, so its instructions cannot be shown. Its "
                       "layers and files are all there."));
        return;
    }
    m_about->setText(
        text.shownLines < text.lines.size()
            ? tr("The first %1 of %2 lines; “Copy Whole Dockerfile” in the context menu gives all.")
                  .arg(QLocale().toString(qulonglong{text.shownLines}),
                       QLocale().toString(qulonglong{text.lines.size()}))
            : tr("Rebuilt from the image's history: each instruction that changes files makes one "
                 "layer."));
    m_edit->setContent(std::move(text));
    m_edit->markLayer(m_session.currentLayer());
    updateStatus();
}

void InstructionsPage::showMessage(const QString& message)
{
    m_empty->setText(message);
    m_stack->setCurrentWidget(m_empty);
}

void InstructionsPage::lineActivated(int line)
{
    const auto at = static_cast<std::size_t>(line);
    if (line >= 0 && at < m_edit->lines().size() && m_edit->lines()[at].layer) {
        m_session.setCurrentLayer(m_edit->lines()[at].layer);
    }
    updateStatus();
}

QString InstructionsPage::lineHelp(int line) const
{
    const auto at = static_cast<std::size_t>(line);
    if (line < 0 || at >= m_edit->lines().size()) {
        return {};
    }
    const auto layer = m_edit->lines()[at].layer;
    if (!layer) {
        return tr("No layer: this step changes only the image's configuration, no files.");
    }
    QStringList parts{tr("Makes layer %1").arg(*layer)};
    const Image* image = m_session.image();
    if (image && *layer < image->layers.size() && !image->layers[*layer].available) {
        parts << tr("not in this archive");
        return parts.join(QStringLiteral(" · "));
    }
    if (const auto* read = m_session.layerIndex(*layer)) {
        parts << sizeText(read->contentBytes());
    }
    if (const auto* tree = m_session.tree(); tree && *layer < tree->layerCount()) {
        parts << countsText(tree->counts(*layer));
    }
    return parts.join(QStringLiteral(" · "));
}

void InstructionsPage::updateStatus()
{
    m_status->setText(lineHelp(m_edit->currentLine()));
}

void InstructionsPage::updateColors()
{
    const QColor muted = theme::mutedText(palette());
    for (auto* label : {m_about, m_status, m_empty}) {
        theme::setTextColor(label, muted);
    }
}

void InstructionsPage::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) {
        updateColors();
    }
}

} // namespace strata::ui
