// SPDX-License-Identifier: Apache-2.0
#include "window/status_line.h"

#include "text/format.h"
#include "theme/progress.h"
#include "theme/theme.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPainter>
#include <QProgressBar>
#include <QPushButton>

namespace strata::ui {

namespace {

/// Rates over a shorter time than this say nothing.
constexpr qint64 rateAfterMs = 250;

QString formatText(ArchiveFormat format)
{
    switch (format) {
    case ArchiveFormat::DockerArchive:
        return StatusLine::tr("docker archive");
    case ArchiveFormat::OciArchive:
        return StatusLine::tr("OCI archive");
    case ArchiveFormat::OciLayout:
        return StatusLine::tr("OCI layout");
    case ArchiveFormat::SkopeoDir:
        return StatusLine::tr("skopeo directory");
    case ArchiveFormat::Rootfs:
        return StatusLine::tr("root file system");
    }
    return {};
}

} // namespace

StatusLine::StatusLine(ImageSession& session, ContainerDeck& deck, QWidget* parent)
    : QWidget(parent)
    , m_session(session)
    , m_deck(deck)
    , m_text(new QLabel(this))
    , m_counts(new QLabel(this))
    , m_progress(new QProgressBar(this))
    , m_cancel(new QPushButton(tr("Cancel"), this))
{
    setObjectName(QStringLiteral("statusLine"));
    m_text->setObjectName(QStringLiteral("statusText"));
    m_counts->setObjectName(QStringLiteral("statusCounts"));
    for (auto* label : {m_text, m_counts}) {
        label->setTextFormat(Qt::PlainText);
    }
    m_text->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_progress->setTextVisible(false);
    m_progress->setFixedWidth(180);
    m_progress->setMaximumHeight(8);
    m_progress->setAccessibleName(tr("Progress"));
    m_cancel->setObjectName(QStringLiteral("cancelOpening"));
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(16, 3, 16, 3);
    layout->setSpacing(12);
    layout->addWidget(m_progress);
    layout->addWidget(m_text, 1);
    layout->addWidget(m_cancel);
    layout->addWidget(m_counts);
    setMinimumHeight(m_cancel->sizeHint().height() + 7);
    connect(m_cancel, &QPushButton::clicked, this, &StatusLine::cancel);
    connect(&deck, &ContainerDeck::busyChanged, this, &StatusLine::refresh);
    connect(&deck, &ContainerDeck::currentChanged, this, &StatusLine::refresh);
    connect(&deck, &ContainerDeck::progressed, this, [this](quint64 done, quint64 total) {
        if (worksUnseen()) {
            setProgress(*m_progress, done, total);
        }
    });
    connect(&m_session, &ImageSession::stateChanged, this, [this] {
        m_since.start();
        refresh();
    });
    connect(&m_session, &ImageSession::openingStarted, this, [this] {
        m_since.start();
        refresh();
    });
    connect(&m_session, &ImageSession::imageReady, this, &StatusLine::refresh);
    connect(&m_session, &ImageSession::progressed, this, &StatusLine::showProgress);
    updateColors();
    refresh();
}

QString StatusLine::text() const
{
    return m_text->text();
}

QString StatusLine::countText() const
{
    return m_counts->text();
}

void StatusLine::setCounts(quint64 paths, quint64 shown)
{
    const QLocale locale;
    m_counts->setText(
        paths == 0 ? QString()
        : paths == 1
            ? tr("1 path · %1 shown").arg(locale.toString(shown))
            : tr("%1 paths · %2 shown").arg(locale.toString(paths), locale.toString(shown)));
    m_counts->setToolTip(tr("All paths that any layer ever held, and those that match here."));
}

bool StatusLine::worksUnseen() const
{
    return m_session.state() == ImageSession::State::Ready && m_deck.busy() && m_deck.current() < 0;
}

void StatusLine::cancel()
{
    if (worksUnseen()) {
        m_deck.cancel();
    } else {
        m_session.cancel();
    }
}

void StatusLine::showProgress(quint64 done, quint64 total)
{
    setProgress(*m_progress, done, total);
    const QString verb =
        m_session.state() == ImageSession::State::Opening ? tr("Opening %1") : tr("Reading %1");
    QString text =
        verb.arg(m_session.title()) + QStringLiteral(" · ") +
        (total > 0 ? tr("%1 of %2").arg(sizeText(done), sizeText(total)) : sizeText(done));
    if (const auto elapsed = m_since.elapsed(); elapsed >= rateAfterMs) {
        text += QStringLiteral(" · ") +
                tr("%1/s").arg(sizeText(done * 1000 / static_cast<quint64>(elapsed)));
    }
    m_text->setText(text);
}

void StatusLine::refresh()
{
    using State = ImageSession::State;
    const auto state = m_session.state();
    const bool busy = state == State::Opening || state == State::Loading;
    const bool unseen = worksUnseen();
    m_progress->setVisible(busy || unseen);
    m_cancel->setVisible(busy || unseen);
    m_cancel->setAccessibleName(unseen ? tr("Cancel the work in containers")
                                       : tr("Cancel opening"));
    m_cancel->setToolTip(unseen ? tr("Stop what is being done in containers.")
                                : tr("Stop reading. What has been read stays."));
    m_text->setToolTip(state == State::Ready
                           ? toolTipText(displayText(m_session.fileName().toStdString()))
                           : QString());
    if (busy) {
        m_progress->setRange(0, 0);
        m_text->setText(tr("Opening %1…").arg(m_session.title()));
        setCounts(0, 0);
        return;
    }
    if (unseen) {
        m_progress->setRange(0, 0);
        m_text->setText(tr("Working in a container…"));
        return;
    }
    if (state != State::Ready) {
        setCounts(0, 0);
    }
    switch (state) {
    case State::Ready: {
        const auto seconds = static_cast<double>(m_session.openMilliseconds()) / 1000.0;
        m_text->setText(
            m_session.title() + QStringLiteral(" · ") + formatText(m_session.archive()->format()) +
            QStringLiteral(" · ") +
            tr("opened in %1 s, nothing unpacked").arg(QLocale().toString(seconds, 'f', 2)));
        break;
    }
    case State::Failed:
        if (const auto* image = m_session.image(); image && image->kind != ImageKind::Image) {
            m_text->setText(m_session.title() + QStringLiteral(" · ") +
                            formatText(m_session.archive()->format()));
            break;
        }
        m_text->setText(m_session.error().code == ErrorCode::Cancelled
                            ? tr("Opening %1 was cancelled").arg(m_session.subject())
                            : tr("%1 could not be opened").arg(m_session.subject()));
        break;
    default:
        m_text->setText(tr("Nothing is open"));
        break;
    }
}

void StatusLine::updateColors()
{
    theme::setTextColor(m_text, theme::mutedText(palette()));
    theme::setTextColor(m_counts, theme::mutedText(palette()));
}

void StatusLine::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange) {
        updateColors();
    }
    QWidget::changeEvent(event);
}

void StatusLine::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.fillRect(rect(),
                     theme::mix(palette().color(QPalette::Text), palette().color(QPalette::Base),
                                theme::isDark(palette()) ? 0.1 : 0.06));
    painter.fillRect(QRect(0, 0, width(), 1), theme::hairline(palette()));
}

} // namespace strata::ui
