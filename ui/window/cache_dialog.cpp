// SPDX-License-Identifier: Apache-2.0
#include "window/cache_dialog.h"

#include "text/format.h"

#include <QDialogButtonBox>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include <utility>

namespace strata::ui {

namespace {

QLabel* addText(QVBoxLayout* layout, const QString& text, const QString& name)
{
    auto* label = new QLabel(text);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    label->setAccessibleName(name);
    layout->addWidget(label);
    return label;
}

} // namespace

CacheDialog::CacheDialog(std::shared_ptr<IndexCache> cache, QWidget* parent)
    : QDialog(parent)
    , m_cache(std::move(cache))
{
    setWindowTitle(tr("Index cache"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(20, 20, 20, 14);
    layout->setSpacing(12);
    addText(layout,
            tr("To show a layer, Stratascope reads its whole archive once and notes what is where: "
               "names, sizes, owners, and where each file's bytes begin. These notes are kept, so "
               "that a layer seen before opens at once.\n\n"
               "Images built on the same base share its layers. A layer whose digest has been "
               "verified in one image is known in every other one that holds it.\n\n"
               "No file's content is kept, and nothing is lost by clearing: notes are made again "
               "when they are needed."),
            tr("What the index cache is for"));
    m_state = addText(layout, QString(), tr("State of the index cache"));
    m_state->setObjectName(QStringLiteral("cacheState"));
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    m_clear = buttons->addButton(tr("C&lear"), QDialogButtonBox::ActionRole);
    m_clear->setObjectName(QStringLiteral("clearCache"));
    m_clear->setEnabled(false);
    m_clear->setAutoDefault(false);
    connect(m_clear, &QPushButton::clicked, this, [this] { ask(true); });
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    layout->addStretch(1);
    layout->addWidget(buttons);
    setMinimumWidth(460);
    if (m_cache) {
        ask(false);
    } else {
        m_state->setText(tr("There is no index cache: it is turned off, or its folder cannot be "
                            "used."));
    }
}

void CacheDialog::ask(bool clearFirst)
{
    m_clear->setEnabled(false);
    m_worker.start(
        [cache = m_cache, clearFirst](const Job&) {
            if (clearFirst) {
                cache->clear();
            }
            return cache->usage();
        },
        [this, clearFirst](const CacheUsage& usage) { showUsage(usage, clearFirst); });
}

void CacheDialog::showUsage(const CacheUsage& usage, bool cleared)
{
    const auto& settings = m_cache->settings();
    const auto amount =
        usage.entries == 0 ? tr("It is empty")
        : usage.entries == 1
            ? tr("It holds 1 layer, %1").arg(sizeText(usage.bytes))
            : tr("It holds %L1 layers, %2").arg(usage.entries).arg(sizeText(usage.bytes));
    m_state->setText(
        tr("%1, and may grow to %2. It is in %3.")
            .arg(amount, sizeText(settings.maxBytes), displayText(settings.folder.native())));
    m_clear->setEnabled(usage.entries > 0);
    if (cleared && !m_clear->isEnabled()) {
        m_state->setFocus(); // the focus does not get lost with the button
    }
}

} // namespace strata::ui
