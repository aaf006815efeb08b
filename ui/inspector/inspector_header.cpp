// SPDX-License-Identifier: Apache-2.0
#include "inspector/inspector_header.h"

#include "base/byte_path.h"
#include "inspector/path_label.h"
#include "text/format.h"
#include "theme/theme.h"

#include <QClipboard>
#include <QEvent>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QToolButton>

namespace strata::ui {

namespace {

/// How much is said of where a version comes from.
struct OriginForm
{
    std::size_t instructionWidth = 28; ///< characters
    bool owner = true;
    bool mode = true;
};

QString originOf(const InspectedVersion& v, bool chosen, const OriginForm& form)
{
    const auto* version = v.version();
    if (!version) {
        return InspectorHeader::tr("listed by no layer: engines make it");
    }
    const auto layer = v.image->isContainers(version->layer)
                           ? layerName(*v.image, version->layer)
                           : InspectorHeader::tr("layer %1, %2")
                                 .arg(QString::number(version->layer),
                                      layerInstructionText(v.image->image(), version->layer,
                                                           form.instructionWidth));
    if (version->removed()) {
        return InspectorHeader::tr("deleted by: %1").arg(layer);
    }
    const auto entry = *v.entry();
    QStringList parts{chosen ? InspectorHeader::tr("copy in %1").arg(layer)
                             : InspectorHeader::tr("origin: %1").arg(layer)};
    if (entry.type == FileType::File) {
        parts << sizeText(entry.size);
    }
    if (form.owner) {
        parts << modeText(entry.mode) + QLatin1Char(' ') + ownerText(entry.uid, entry.gid);
    } else if (form.mode) {
        parts << modeText(entry.mode);
    }
    return parts.join(QStringLiteral(" · "));
}

QString bannerOf(const InspectedVersion& v)
{
    const auto state = versionState(v.tree(), v.node, *v.index, v.top);
    const auto layer = layerNameFirst(*v.image, v.version()->layer);
    const auto by = layerName(*v.image, state.by);
    auto copy = v.removed() ? InspectorHeader::tr("%1's deletion").arg(layer)
                            : InspectorHeader::tr("%1's copy").arg(layer);
    const auto with = [&](const QString& how) {
        return InspectorHeader::tr("%1 — %2").arg(copy, how);
    };
    switch (state.kind) {
    case VersionState::Kind::Covered:
        return with(InspectorHeader::tr("covered by %1").arg(by));
    case VersionState::Kind::Deleted:
        return with(InspectorHeader::tr("deleted by %1").arg(by));
    case VersionState::Kind::Undone:
        return with(InspectorHeader::tr("undone by %1").arg(by));
    case VersionState::Kind::Later:
        return with(InspectorHeader::tr("above the layers you look at"));
    case VersionState::Kind::Mark:
        return with(InspectorHeader::tr("in force"));
    case VersionState::Kind::Visible:
        return with(InspectorHeader::tr("visible"));
    }
    return copy;
}

} // namespace

InspectorHeader::InspectorHeader(QWidget* parent)
    : QWidget(parent)
    , m_path(new PathLabel(this))
    , m_copy(new QToolButton(this))
    , m_origin(new QLabel(this))
    , m_banner(new QWidget(this))
    , m_bannerText(new QLabel(m_banner))
    , m_back(new QPushButton(tr("Back to visible"), m_banner))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 10, 0, 6);
    column->setSpacing(2);
    auto* first = new QHBoxLayout;
    first->setContentsMargins(16, 0, 10, 0);
    first->addWidget(m_path, 1);
    m_copy->setAutoRaise(true);
    m_copy->setToolTip(tr("Copy the path (Ctrl+C)"));
    m_copy->setAccessibleName(tr("Copy the path"));
    connect(m_copy, &QToolButton::clicked, this, &InspectorHeader::copyPath);
    first->addWidget(m_copy);
    column->addLayout(first);

    m_origin->setTextFormat(Qt::PlainText);
    m_origin->setContentsMargins(18, 0, 16, 0);
    m_origin->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    column->addWidget(m_origin);

    auto* row = new QHBoxLayout(m_banner);
    row->setContentsMargins(18, 4, 12, 4);
    m_bannerText->setTextFormat(Qt::PlainText);
    m_bannerText->setWordWrap(true);
    row->addWidget(m_bannerText, 1);
    m_back->setToolTip(tr("Look at the copy that a container sees"));
    row->addWidget(m_back);
    connect(m_back, &QPushButton::clicked, this, &InspectorHeader::defaultRequested);
    column->addSpacing(4);
    column->addWidget(m_banner);
    m_banner->hide();
    m_banner->setAutoFillBackground(true);
    updateColors();
}

void InspectorHeader::setVersion(const InspectedVersion& version,
                                 std::optional<std::size_t> byDefault)
{
    m_version = version;
    if (!version) {
        return;
    }
    m_path->setPath(displayText(version.tree().path(version.node)));
    m_chosen = version.index != byDefault;
    m_originText = originOf(version, m_chosen, {});
    m_origin->setToolTip(toolTipText(
        version.version()
            ? m_originText + QLatin1Char('\n') +
                  layerInstructionFront(version.image->image(), version.version()->layer)
            : QString()));
    const bool later = version.index && version.version()->layer > version.top;
    m_bannerText->setText(version.index && (m_chosen || later) ? bannerOf(version) : QString());
    m_banner->setVisible(!m_bannerText->text().isEmpty());
    m_back->setVisible(m_chosen);
    updateColors();
    elide();
}

QString InspectorHeader::path() const
{
    return m_path->path();
}

QString InspectorHeader::originText() const
{
    return m_originText;
}

QString InspectorHeader::bannerText() const
{
    return m_bannerText->text();
}

void InspectorHeader::copyPath()
{
    if (m_version) {
        QGuiApplication::clipboard()->setText(
            QString::fromStdString(toUtf8(m_version.tree().path(m_version.node))));
    }
}

void InspectorHeader::elide()
{
    if (!m_version) {
        return;
    }
    const int room = std::max(40, width() - 36);
    const auto metrics = m_origin->fontMetrics();
    // Half an instruction says more than the owner, and some of it more than the mode.
    auto text = m_originText;
    for (const auto& form : {OriginForm{20}, OriginForm{20, false}, OriginForm{16, false},
                             OriginForm{16, false, false}}) {
        if (metrics.horizontalAdvance(text) <= room) {
            break;
        }
        text = originOf(m_version, m_chosen, form);
    }
    m_origin->setText(metrics.elidedText(text, Qt::ElideRight, room));
    m_origin->setAccessibleName(m_originText);
}

void InspectorHeader::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    elide();
}

void InspectorHeader::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_back) {
        updateColors();
    }
}

void InspectorHeader::paintEvent(QPaintEvent* /*event*/)
{
    QPainter painter(this);
    painter.fillRect(rect(), palette().color(QPalette::Base));
    if (m_banner->isVisible() && m_version.index) {
        painter.fillRect(0, m_banner->y(), 4, m_banner->height(),
                         m_version.image->isContainers(m_version.version()->layer)
                             ? theme::containerColor(palette())
                             : theme::layerColor(m_version.version()->layer));
    }
}

void InspectorHeader::updateColors()
{
    auto muted = palette();
    muted.setColor(QPalette::WindowText, theme::mutedText(palette()));
    m_origin->setPalette(muted);
    auto tinted = palette();
    if (m_version && m_version.index) {
        const auto layer = m_version.version()->layer;
        tinted.setColor(QPalette::Window, m_version.image->isContainers(layer)
                                              ? theme::containerTint(palette())
                                              : theme::layerTint(layer, palette()));
    }
    m_banner->setPalette(tinted);
    m_copy->setIcon(theme::icon(QStringLiteral("copy"), palette()));
    update();
}

} // namespace strata::ui
