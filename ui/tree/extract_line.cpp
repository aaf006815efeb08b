// SPDX-License-Identifier: Apache-2.0
#include "tree/extract_line.h"

#include "text/format.h"
#include "theme/progress.h"
#include "theme/theme.h"

#include <QDesktopServices>
#include <QEvent>
#include <QFile>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QProgressBar>
#include <QPushButton>
#include <QToolButton>
#include <QUrl>

#include <utility>

namespace strata::ui {

namespace {
}

ExtractLine::ExtractLine(QWidget* parent)
    : QWidget(parent)
    , m_text(new QLabel(this))
    , m_progress(new QProgressBar(this))
    , m_cancel(new QPushButton(tr("Cancel"), this))
    , m_openFolder(new QPushButton(tr("Open folder"), this))
    , m_close(new QToolButton(this))
{
    setObjectName(QStringLiteral("extractLine"));
    m_text->setTextFormat(Qt::PlainText);
    m_text->setWordWrap(true);
    m_text->setObjectName(QStringLiteral("extractText"));
    m_progress->setTextVisible(false);
    m_progress->setFixedWidth(140);
    m_progress->setAccessibleName(tr("Extraction progress"));
    m_cancel->setObjectName(QStringLiteral("cancelExtraction"));
    m_cancel->setAccessibleName(tr("Cancel the extraction"));
    m_openFolder->setAccessibleName(tr("Open the folder extracted to"));
    m_close->setText(QStringLiteral("✕"));
    m_close->setAutoRaise(true);
    m_close->setAccessibleName(tr("Dismiss"));
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(16, 6, 10, 6);
    layout->setSpacing(10);
    layout->addWidget(m_text, 1);
    layout->addWidget(m_progress);
    layout->addWidget(m_cancel);
    layout->addWidget(m_openFolder);
    layout->addWidget(m_close);
    setAutoFillBackground(true);
    hide();

    connect(&m_worker, &Worker::progressed, this, [this](quint64 done, quint64 total) {
        setProgress(*m_progress, done, total);
        showText(total > 0 ? tr("Extracting %1 to %2: %3 of %4")
                                 .arg(m_subject, m_folder, sizeText(done), sizeText(total))
                           : tr("Extracting %1 to %2: %3").arg(m_subject, m_folder, sizeText(done)),
                 false);
    });
    connect(m_cancel, &QPushButton::clicked, this, [this] {
        m_stopping = m_worker.busy();
        m_worker.cancel(); // it goes on to the end of what it is writing
        m_cancel->hide();
        m_progress->setRange(0, 0);
        showText(tr("Stopping…"), false);
    });
    connect(&m_worker, &Worker::ended, this, [this] {
        if (std::exchange(m_stopping, false)) {
            report(cancelledError(), m_folder);
        }
    });
    connect(m_openFolder, &QPushButton::clicked, this,
            [this] { QDesktopServices::openUrl(QUrl::fromLocalFile(m_folder)); });
    connect(m_close, &QToolButton::clicked, this, &QWidget::hide);
}

QString ExtractLine::text() const
{
    return m_text->text();
}

void ExtractLine::showText(const QString& text, bool isError)
{
    m_text->setText(text);
    m_isError = isError;
    updateColors();
}

void ExtractLine::updateColors()
{
    const auto system = parentWidget() ? parentWidget()->palette() : QPalette();
    auto colors = system;
    colors.setColor(QPalette::Window,
                    m_isError ? theme::changeTint(Change::Removed, system) : theme::panel(system));
    if (m_isError) {
        colors.setColor(QPalette::WindowText, theme::changeColor(Change::Removed, system));
    }
    if (colors != palette()) {
        setPalette(colors);
    }
}

void ExtractLine::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_close) {
        updateColors();
    }
}

void ExtractLine::extract(std::shared_ptr<const OpenedImage> image, const QString& folder,
                          const QString& subject, ExtractOptions options)
{
    if (busy()) {
        return;
    }
    m_folder = folder;
    m_subject = subject;
    const std::filesystem::path target(QFile::encodeName(folder).toStdString());
    m_progress->setRange(0, 0);
    m_progress->show();
    m_cancel->show();
    m_openFolder->hide();
    m_close->hide();
    m_text->setToolTip({});
    showText(tr("Extracting %1 to %2…").arg(subject, folder), false);
    show();
    m_worker.start([image = std::move(image), target, options = std::move(options)](
                       const Job& job) { return extractTree(*image, target, options, job); },
                   [this, folder](const Result<ExtractReport>& result) { report(result, folder); });
}

void ExtractLine::report(const Result<ExtractReport>& result, const QString& folder)
{
    m_progress->hide();
    m_cancel->hide();
    m_close->show();
    m_openFolder->setVisible(result.has_value());
    if (!result) {
        showText(result.error().code == ErrorCode::Cancelled
                     ? tr("Extraction stopped. What was written so far is in %1.").arg(folder)
                     : tr("Could not extract to %1: %2").arg(folder, errorText(result.error())),
                 result.error().code != ErrorCode::Cancelled);
    } else {
        const auto paths =
            result->written == 1
                ? tr("1 path")
                : tr("%1 paths").arg(QLocale().toString(static_cast<qulonglong>(result->written)));
        QString text = tr("Extracted %1, %2, of %3 to %4.")
                           .arg(paths, sizeText(result->bytes), m_subject, folder);
        const auto warnings = result->warnings.texts();
        if (result->skipped == 1) {
            text += QLatin1Char(' ') + tr("1 path was left out.");
        } else if (result->skipped > 1) {
            text += QLatin1Char(' ') +
                    tr("%1 paths were left out.")
                        .arg(QLocale().toString(static_cast<qulonglong>(result->skipped)));
        }
        if (!warnings.empty()) {
            QStringList all;
            for (const auto& warning : warnings) {
                all += displayText(warning);
            }
            m_text->setToolTip(toolTipText(all.join(QLatin1Char('\n'))));
            const auto first = displayText(warnings.front());
            text += QLatin1Char(' ') +
                    (result->skipped > 0 ? first : tr("Not as in the image: %1").arg(first));
            if (warnings.size() > 1) {
                text +=
                    QLatin1Char(' ') + tr("(%1 more, see the tooltip)").arg(warnings.size() - 1);
            }
        }
        showText(text, result->skipped > 0);
    }
}

} // namespace strata::ui
