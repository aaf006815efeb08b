// SPDX-License-Identifier: Apache-2.0
#include "models/problem_model.h"

#include "models/layer_warnings.h"
#include "text/format.h"

#include <algorithm>
#include <utility>

namespace strata::ui {

namespace {

QString helpOf(WarningCode code)
{
    switch (code) {
    case WarningCode::ManifestsDisagree:
        return ProblemModel::tr(
            "The archive carries two tables of contents; one of them is stale.");
    case WarningCode::HistoryMismatch:
        return ProblemModel::tr("Instructions may stand beside the wrong layers.");
    case WarningCode::LayerMissing:
        return ProblemModel::tr(
            "Its files are not shown. Pull the image completely and save it again.");
    case WarningCode::LayerForeign:
        return ProblemModel::tr("Made to be fetched from elsewhere, so archives do not hold it.");
    case WarningCode::LayerDamaged:
        return ProblemModel::tr("What could be read before the damage is shown.");
    case WarningCode::DigestMismatch:
    case WarningCode::SizeMismatch:
        return ProblemModel::tr("The bytes are not the ones that were built: damaged or altered.");
    case WarningCode::BadWhiteout:
    case WarningCode::AufsLeftover:
        return ProblemModel::tr("The entry is passed over, as container engines do.");
    case WarningCode::PathEscapes:
        return ProblemModel::tr("The entry was refused: it would be written outside the image.");
    case WarningCode::WhiteoutBesideEntry:
    case WarningCode::ParentIsLowerLink:
    case WarningCode::ParentIsNotDirectory:
        return ProblemModel::tr("Container engines do not agree on where such an entry goes.");
    case WarningCode::LinkToLowerLayer:
    case WarningCode::LinkBeforeTarget:
    case WarningCode::LinkTargetMissing:
        return ProblemModel::tr("Hard links should name an earlier entry of the same layer.");
    case WarningCode::DuplicateEntry:
        return ProblemModel::tr("The last copy wins; the ones before it only take up room.");
    case WarningCode::DeviceWhiteout:
        return ProblemModel::tr(
            "In a tar, whiteouts are .wh. files; this form is overlayfs's own.");
    case WarningCode::LimitReached:
    case WarningCode::Malformed:
    case WarningCode::Other:
        return {};
    }
    return {};
}

bool isGrave(WarningCode code)
{
    return code == WarningCode::LayerMissing || code == WarningCode::LayerDamaged ||
           code == WarningCode::DigestMismatch || code == WarningCode::SizeMismatch;
}

/// Enough of a digest to tell it from another; a size as it is.
QString shortDigest(const std::string& text)
{
    constexpr qsizetype shown = 19; // "sha256:" and twelve digits
    const QString whole = displayText(text);
    return whole.size() > shown ? whole.left(shown) + QChar(0x2026) : whole;
}

} // namespace

ProblemModel::ProblemModel(QObject* parent)
    : QAbstractListModel(parent)
{
}

void ProblemModel::add(Problems& problems, const WarningList& warnings,
                       std::optional<LayerNo> layer, const QString& source)
{
    const auto texts = warnings.texts();
    const auto& items = warnings.items();
    for (std::size_t i = 0; i < texts.size(); ++i) {
        // The lines behind the items only count more like them.
        const auto code = i < items.size() ? items[i].code : WarningCode::Other;
        problems.push_back(
            {layer, source, QString::fromStdString(texts[i]), helpOf(code), isGrave(code)});
    }
}

void ProblemModel::addCheck(Problems& problems, const Check& check)
{
    if (check.result != CheckResult::Mismatch && check.result != CheckResult::Damaged) {
        return;
    }
    const auto what = [&] {
        switch (check.what) {
        case Check::What::Image:
            return tr("The image's parts do not fit together");
        case Check::What::Index:
            return tr("The index's digest does not match its bytes");
        case Check::What::IndexSize:
            return tr("The index's size is not the promised one");
        case Check::What::ManifestSize:
            return tr("The manifest's size is not the promised one");
        case Check::What::ConfigSize:
            return tr("The config's size is not the promised one");
        case Check::What::Manifest:
            return tr("The manifest's digest does not match its bytes");
        case Check::What::Config:
            return tr("The config's digest does not match its bytes");
        case Check::What::LayerBlob:
            return tr("The stored layer's digest does not match its bytes");
        case Check::What::LayerSize:
            return tr("The stored layer's size is not the promised one");
        case Check::What::DiffId:
            return tr("The layer's diff ID does not match its uncompressed bytes");
        }
        return QString();
    }();
    const auto text = check.what == Check::What::Image
                          ? what + QStringLiteral(": ") + displayText(check.note)
                      : check.result == CheckResult::Damaged
                          ? tr("Could not be checked: %1").arg(displayText(check.note))
                          : what + QStringLiteral(": ") +
                                tr("%1 expected, %2 found")
                                    .arg(shortDigest(check.expected), shortDigest(check.actual));
    problems.push_back(
        {check.layer, tr("Checked"), text, helpOf(WarningCode::DigestMismatch), true});
}

void ProblemModel::setSession(const ImageSession& session)
{
    Problems problems;
    const auto containers =
        session.showsContainer()
            ? std::optional(static_cast<LayerNo>(session.image()->layers.size() - 1))
            : std::nullopt;
    if (session.archive()) {
        add(problems, session.archive()->warnings(), {}, tr("In the archive"));
    }
    if (const auto* image = session.image()) {
        add(problems, image->warnings, {}, tr("In the image's documents"));
        for (std::size_t i = 0; i < image->layers.size(); ++i) {
            const auto layer = static_cast<LayerNo>(i);
            const auto* index = session.layerIndex(layer);
            add(problems, descriptorWarnings(image->layers[i], index), layer,
                tr("In the manifest"));
            if (index) {
                add(problems, index->warnings(), layer,
                    layer == containers ? tr("In the container") : tr("In the layer's tar"));
            }
            if (const auto* tree = session.tree()) {
                add(problems, tree->warnings(layer), layer, tr("Against the layers below"));
            }
        }
    }
    for (const auto& check : session.checks()) {
        addCheck(problems, check);
    }
    if (const auto& error = session.checkError()) {
        problems.push_back({{},
                            tr("Checked"),
                            tr("Digests could not all be checked: %1").arg(errorText(*error)),
                            {},
                            true});
    }
    std::ranges::stable_sort(problems, {}, [](const Problem& p) {
        return std::pair(!p.grave, p.layer ? static_cast<qint64>(*p.layer) : -1);
    });
    if (problems == m_problems && containers == m_containers) {
        return;
    }
    beginResetModel();
    m_problems = std::move(problems);
    m_containers = containers;
    endResetModel();
}

int ProblemModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_problems.size());
}

QVariant ProblemModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || static_cast<std::size_t>(index.row()) >= m_problems.size()) {
        return {};
    }
    const auto& problem = m_problems[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        return problem.text;
    case Qt::AccessibleTextRole:
        return !problem.layer ? problem.text
               : problem.layer == m_containers
                   ? tr("container: %1").arg(problem.text)
                   : tr("layer %1: %2").arg(QString::number(*problem.layer), problem.text);
    case LayerRole:
        return problem.layer ? static_cast<int>(*problem.layer) : -1;
    case SourceRole:
        return problem.source;
    case HelpRole:
        return problem.help;
    case GraveRole:
        return problem.grave;
    case ContainerRole:
        return problem.layer && problem.layer == m_containers;
    default:
        return {};
    }
}

} // namespace strata::ui
