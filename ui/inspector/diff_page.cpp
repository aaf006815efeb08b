// SPDX-License-Identifier: Apache-2.0
#include "inspector/diff_page.h"

#include "inspector/diff_view.h"
#include "text/format.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>

namespace strata::ui {

namespace {

/// Short, for the list's field is narrow and cuts what is too long; the instruction is its tooltip.
QString choiceText(const InspectedVersion& version)
{
    const auto layer = layerNameFirst(*version.image, version.version()->layer);
    return version.isFile() ? DiffPage::tr("%1 · %2").arg(layer, sizeText(version.entry()->size))
                            : layer;
}

} // namespace

DiffPage::DiffPage(QWidget* parent)
    : QWidget(parent)
    , m_before(new QComboBox(this))
    , m_after(new QComboBox(this))
    , m_chooser(new QWidget(this))
    , m_view(new DiffView(this))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    auto* row = new QHBoxLayout(m_chooser);
    row->setContentsMargins(16, 8, 16, 4);
    auto* arrow = new QLabel(QStringLiteral("→"), m_chooser);
    for (auto* list : {m_before, m_after}) {
        list->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        list->setMinimumContentsLength(6);
        list->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
        connect(list, &QComboBox::currentIndexChanged, this, &DiffPage::compare);
    }
    m_before->setAccessibleName(tr("Older version"));
    m_before->setToolTip(
        tr("The version to compare from; covered and deleted ones can be read too"));
    m_after->setAccessibleName(tr("Newer version"));
    m_after->setToolTip(tr("The version to compare to"));
    row->addWidget(m_before, 1);
    row->addWidget(arrow);
    row->addWidget(m_after, 1);
    layout->addWidget(m_chooser);
    layout->addWidget(m_view, 1);
}

void DiffPage::setVersion(const InspectedVersion& version)
{
    if (version == m_version) {
        return;
    }
    m_version = version;
    fillLists();
}

void DiffPage::fillLists()
{
    const QSignalBlocker quietBefore(m_before);
    const QSignalBlocker quietAfter(m_after);
    m_before->clear();
    m_after->clear();
    const auto versions =
        m_version ? m_version.tree().versions(m_version.node) : std::span<const Version>();
    for (std::size_t i = 0; i < versions.size(); ++i) {
        if (!versions[i].removed()) {
            const auto text = choiceText(m_version.at(i));
            const auto help = toolTipText(
                layerInstructionFront(m_version.image->image(), versions[i].layer, 400));
            for (auto* list : {m_before, m_after}) {
                list->addItem(text, QVariant::fromValue(qulonglong{i}));
                list->setItemData(list->count() - 1, help, Qt::ToolTipRole);
            }
        }
    }
    m_chooser->setVisible(m_before->count() > 1);
    if (m_before->count() > 1) {
        // A removal has no content: what it hides is compared with what lay under that.
        const auto chosen = m_version.removed() ? m_version.below() : m_version.index;
        const auto after =
            std::max(1, m_after->findData(QVariant::fromValue(qulonglong{chosen.value_or(0)})));
        m_after->setCurrentIndex(after);
        m_before->setCurrentIndex(after - 1);
    }
    compare();
}

void DiffPage::compare()
{
    if (!m_version || m_before->count() == 0) {
        m_view->setMessage({}, {});
        return;
    }
    if (m_before->count() == 1) {
        m_view->setMessage(tr("Nothing to compare with"),
                           tr("Only one layer holds a copy of this path."));
        return;
    }
    const auto before = static_cast<std::size_t>(m_before->currentData().toULongLong());
    const auto after = static_cast<std::size_t>(m_after->currentData().toULongLong());
    if (before == after) {
        m_view->setMessage(tr("The same version twice"), tr("Choose another one on either side."));
        return;
    }
    m_view->setVersions(m_version.at(before), m_version.at(after));
}

} // namespace strata::ui
