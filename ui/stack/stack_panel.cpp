// SPDX-License-Identifier: Apache-2.0
#include "stack/stack_panel.h"

#include "stack/stack_metrics.h"
#include "stack/stack_view.h"
#include "text/format.h"
#include "theme/theme.h"

#include <QEvent>
#include <QGridLayout>
#include <QLabel>
#include <QVBoxLayout>

#include <algorithm>

namespace strata::ui {

namespace {

QLabel* plainLabel(QWidget* parent)
{
    auto* label = new QLabel(parent);
    label->setTextFormat(Qt::PlainText);
    return label;
}

bool isFault(const Check& check)
{
    return check.result == CheckResult::Mismatch || check.result == CheckResult::Damaged;
}

/// What is wrong with a part of the image that is no layer, in as many words as there is room for.
QString documentFault(const Check& check)
{
    const bool damaged = check.result == CheckResult::Damaged;
    switch (check.what) {
    case Check::What::Image:
        return StackPanel::tr("✗ parts do not fit");
    case Check::What::Index:
    case Check::What::IndexSize:
        return damaged ? StackPanel::tr("✗ index is damaged")
                       : StackPanel::tr("✗ index does not match");
    case Check::What::Manifest:
    case Check::What::ManifestSize:
        return damaged ? StackPanel::tr("✗ manifest is damaged")
                       : StackPanel::tr("✗ manifest does not match");
    default:
        return damaged ? StackPanel::tr("✗ configuration is damaged")
                       : StackPanel::tr("✗ configuration does not match");
    }
}

} // namespace

StackPanel::StackPanel(ImageSession& session, QWidget* parent)
    : QWidget(parent)
    , m_session(session)
    , m_model(new StackModel(session, this))
    , m_view(new StackView(m_model, session, this))
    , m_caption(plainLabel(this))
    , m_summary(plainLabel(this))
    , m_header(new QHBoxLayout)
    , m_lineRow(new QHBoxLayout)
    , m_line(new QWidget(this))
    , m_figures(new QWidget(this))
    , m_grid(new QGridLayout(m_figures))
{
    m_caption->setText(tr("LAYERS"));
    m_header->addWidget(m_caption);
    m_header->addStretch();
    m_header->addWidget(m_summary);
    m_grid->setColumnStretch(0, 1);
    m_stored = addFigure(tr("Stored in the archive"),
                         tr("What the layers take in this file, compressed as they are. This is "
                            "what is sent when the image is pulled or pushed."));
    m_content = addFigure(tr("Content of all layers"),
                          tr("The files of every layer, unpacked and summed up: what a host keeps "
                             "on its disk, once for all containers and images that share them."));
    m_visible = addFigure(tr("Visible to a container"),
                          tr("The files that can be seen through the whole stack; of files in "
                             "several layers only the topmost copy counts, and hard links once."));
    m_covered = addFigure(tr("Covered or deleted"),
                          tr("Files that a layer above covers or removes. No container sees them, "
                             "but they are stored and sent with the image all the same."));
    m_digests = addFigure(tr("Digests"), {});
    m_digests.value->setWordWrap(true); // what is wrong takes more words than a figure

    m_line->setFixedHeight(1);
    m_line->setAutoFillBackground(true);
    m_lineRow->addWidget(m_line);

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(m_header);
    layout->addWidget(m_view, 1);
    layout->addLayout(m_lineRow);
    layout->addWidget(m_figures);

    connect(m_model, &StackModel::modelReset, this, &StackPanel::imageChanged);
    connect(&session, &ImageSession::layerIndexed, this, &StackPanel::updateFigures);
    connect(&session, &ImageSession::imageReady, this, &StackPanel::computeFigures);
    connect(&session, &ImageSession::checksChanged, this, &StackPanel::updateDigests);
    connect(&session, &ImageSession::failed, this, &StackPanel::updateFigures);
    setBackgroundRole(QPalette::Base);
    setAutoFillBackground(true);
    updateColors();
    updateFonts();
    imageChanged();
    if (m_session.tree()) {
        computeFigures();
    }
}

void StackPanel::setOnTop(QWidget* widget)
{
    auto* column = static_cast<QVBoxLayout*>(layout());
    column->insertWidget(column->indexOf(m_view), widget);
}

StackPanel::Figure StackPanel::addFigure(const QString& name, const QString& help)
{
    Figure figure{plainLabel(m_figures), plainLabel(m_figures)};
    figure.name->setText(name);
    figure.value->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    for (auto* label : {figure.name, figure.value}) {
        label->setToolTip(toolTipText(help));
        label->setAccessibleDescription(help);
    }
    const int row = m_grid->rowCount();
    m_grid->addWidget(figure.name, row, 0);
    m_grid->addWidget(figure.value, row, 1);
    return figure;
}

void StackPanel::setValue(const Figure& figure, const QString& text, Tone tone)
{
    figure.value->setText(text);
    figure.value->setAccessibleName(figure.name->text() + QStringLiteral(": ") + text);
    QColor color = palette().color(QPalette::Text);
    if (tone == Tone::Good) {
        color = theme::changeColor(Change::Added, palette());
    } else if (tone == Tone::Bad) {
        color = theme::changeColor(Change::Removed, palette());
    } else if (tone == Tone::Muted) {
        color = theme::mutedText(palette());
    }
    theme::setTextColor(figure.value, color);
}

void StackPanel::imageChanged()
{
    m_worker.cancel();
    m_totals.reset();
    m_figures->setVisible(m_model->rowCount() > 0);
    m_line->setVisible(m_model->rowCount() > 0);
    updateFigures();
}

void StackPanel::computeFigures()
{
    m_totals.reset();
    updateFigures();
    m_worker.start([opened = m_session.openedImage()](
                       const Job& job) { return computeTotals(*opened->tree, job); },
                   [this](const Result<StackTotals>& totals) {
                       if (totals) {
                           m_totals = *totals;
                           updateFigures();
                       }
                   });
}

void StackPanel::updateFigures()
{
    updateDigests();
    const auto unknown = notKnown();
    if (m_model->rowCount() == 0) {
        m_summary->clear();
        return;
    }
    const auto layers = m_model->layerCount();
    const auto count = layers == 1 ? tr("1 layer") : tr("%1 layers").arg(layers);
    m_summary->setText(count + QStringLiteral(" · ") +
                       (m_model->complete()
                            ? sizeText(m_model->contentSize())
                            : tr("%1 stored").arg(sizeText(m_model->storedSize()))));
    setValue(m_stored, sizeText(m_model->storedSize()));
    setValue(m_content, m_model->complete() ? sizeText(m_model->contentSize()) : unknown,
             m_model->complete() ? Tone::Plain : Tone::Muted);
    setValue(m_visible, m_totals ? sizeText(m_totals->visible) : unknown,
             m_totals ? Tone::Plain : Tone::Muted);
    setValue(m_covered, m_totals ? sizeText(m_totals->covered()) : unknown,
             !m_totals                 ? Tone::Muted
             : m_totals->covered() > 0 ? Tone::Bad
                                       : Tone::Plain);
}

QString StackPanel::notKnown() const
{
    return m_session.state() == ImageSession::State::Failed ? QStringLiteral("–")
                                                            : QStringLiteral("…");
}

void StackPanel::updateDigests()
{
    if (m_model->rowCount() == 0) {
        return;
    }
    using Digest = StackModel::DigestState;
    LayerNo verified = 0;
    LayerNo checkable = 0;
    LayerNo mismatched = 0;
    LayerNo damaged = 0;
    for (LayerNo layer = 0; layer < m_model->layerCount(); ++layer) {
        const auto digest = m_model->digest(layer);
        verified += digest == Digest::Verified ? 1 : 0;
        checkable += digest == Digest::Unchecked ? 0 : 1;
        mismatched += digest == Digest::Mismatch ? 1 : 0;
        damaged += digest == Digest::Damaged ? 1 : 0;
    }
    const auto document = std::ranges::find_if(
        m_session.checks(), [](const Check& check) { return !check.layer && isFault(check); });
    if (mismatched > 0) {
        setValue(m_digests,
                 mismatched == 1 ? tr("✗ 1 of %1 does not match").arg(checkable)
                                 : tr("✗ %1 of %2 do not match").arg(mismatched).arg(checkable),
                 Tone::Bad);
    } else if (damaged > 0) {
        setValue(m_digests,
                 damaged == 1 ? tr("✗ 1 of %1 is damaged").arg(checkable)
                              : tr("✗ %1 of %2 are damaged").arg(damaged).arg(checkable),
                 Tone::Bad);
    } else if (document != m_session.checks().end()) {
        setValue(m_digests, documentFault(*document), Tone::Bad);
    } else if (m_session.checkError()) {
        setValue(m_digests, tr("could not be checked"), Tone::Bad);
    } else if (m_session.checking()) {
        setValue(m_digests, tr("checking… %1 of %2").arg(verified).arg(checkable), Tone::Muted);
    } else if (m_session.checks().empty()) {
        setValue(m_digests, notKnown(), Tone::Muted);
    } else if (checkable == 0) {
        setValue(m_digests, tr("nothing to check"), Tone::Muted);
    } else if (verified < checkable) {
        setValue(m_digests, tr("%1 of %2 verified").arg(verified).arg(checkable), Tone::Muted);
    } else {
        setValue(m_digests, tr("✓ %1 of %2 verified").arg(verified).arg(checkable), Tone::Good);
    }
    const QString help = digestHelp();
    for (auto* label : {m_digests.name, m_digests.value}) {
        label->setToolTip(toolTipText(help));
        label->setAccessibleDescription(help);
    }
}

QString StackPanel::digestHelp() const
{
    QString help = tr("A layer is named by the SHA-256 digest of its bytes: one changed byte, and "
                      "the name no longer fits. Here the bytes are read and compared.");
    if (const auto& error = m_session.checkError()) {
        help += QStringLiteral("\n") + tr("Not all could be read: %1").arg(errorText(*error));
    }
    for (const auto& check : m_session.checks()) {
        if (!isFault(check)) {
            continue;
        }
        const auto what = [&check] {
            if (check.layer) {
                return tr("Layer %1").arg(*check.layer);
            }
            switch (check.what) {
            case Check::What::Image:
                return tr("Image");
            case Check::What::Index:
            case Check::What::IndexSize:
                return tr("Index");
            case Check::What::Manifest:
            case Check::What::ManifestSize:
                return tr("Manifest");
            default:
                return tr("Configuration");
            }
        }();
        const QString why = check.result == CheckResult::Damaged
                                ? displayText(check.note)
                                : tr("expected %1, found %2")
                                      .arg(displayText(check.expected), displayText(check.actual));
        help += QStringLiteral("\n") + what + QStringLiteral(": ") + why;
        if (help.size() > 1500) {
            break;
        }
    }
    return help;
}

void StackPanel::updateColors()
{
    QPalette line = palette();
    line.setColor(QPalette::Window, theme::hairline(palette()));
    m_line->setBackgroundRole(QPalette::Window);
    m_line->setPalette(line);
    const QColor muted = theme::mutedText(palette());
    for (auto* label : {m_caption, m_summary, m_stored.name, m_content.name, m_visible.name,
                        m_covered.name, m_digests.name}) {
        theme::setTextColor(label, muted);
    }
}

void StackPanel::updateFonts()
{
    const StackMetrics metrics(font());
    const QFont bold = StackMetrics::bold(font());
    m_caption->setFont(bold);
    for (const auto& figure : {m_stored, m_content, m_visible, m_covered, m_digests}) {
        figure.value->setFont(bold);
    }
    const int left = metrics.leftMargin;
    const int right = metrics.rightMargin;
    m_header->setContentsMargins(left, metrics.pixels(11), right, metrics.pixels(4));
    m_lineRow->setContentsMargins(left, metrics.pixels(4), right, 0);
    m_grid->setContentsMargins(left, metrics.pixels(9), right, metrics.pixels(11));
    m_grid->setVerticalSpacing(metrics.pixels(5));
    m_grid->setHorizontalSpacing(metrics.pixels(8));
}

void StackPanel::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (!m_digests.value) {
        return; // still being made
    }
    if (event->type() == QEvent::PaletteChange) {
        updateColors();
        updateFigures();
    } else if (event->type() == QEvent::FontChange) {
        updateFonts();
    }
}

} // namespace strata::ui
