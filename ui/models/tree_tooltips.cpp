// SPDX-License-Identifier: Apache-2.0
#include "models/tree_tooltips.h"

#include "models/tree_model.h"
#include "text/format.h"

#include <QCoreApplication>
#include <QStringList>

namespace strata::ui {

namespace {

struct Words
{
    Q_DECLARE_TR_FUNCTIONS(TreeModel)
};

/// Lines as rich text, so that long ones wrap; the first may stand out.
QString paragraphs(const QString& head, const QStringList& lines)
{
    QString out = QStringLiteral("<qt>");
    if (!head.isEmpty()) {
        out += QStringLiteral("<b>") + head.toHtmlEscaped() + QStringLiteral("</b>");
    }
    for (const auto& line : lines) {
        out += QStringLiteral("<br/>") + line.toHtmlEscaped();
    }
    return out + QStringLiteral("</qt>");
}

QString nameToolTip(const Projection& projection, RowId row, const RowFacts& facts,
                    const std::vector<LayerLabel>& layers)
{
    const auto& tree = projection.tree();
    QStringList lines{fileTypeText(facts.type())};
    if (facts.lastSeen) {
        if (const auto target = linkTarget(tree, *facts.lastSeen); !target.empty()) {
            lines.back() += (facts.type() == FileType::Symlink ? Words::tr(" to %1")
                                                               : Words::tr(", hard link to %1"))
                                .arg(displayText(target));
        }
    }
    if (facts.removed) {
        lines += Words::tr("Hidden by %1. The layer below still stores it.")
                     .arg(layerWords(layers, facts.version->layer));
    }
    if (!projection.row(row).matches) {
        lines += Words::tr("Shown because something below it matches the filter.");
    }
    return paragraphs(displayText(tree.path(projection.row(row).node)), lines);
}

QString modeToolTip(const RowFacts& facts)
{
    QStringList lines;
    const auto mode = facts.entry->mode;
    if ((mode & 04000U) != 0) {
        lines += Words::tr("setuid: runs with the rights of the file's owner.");
    }
    if ((mode & 02000U) != 0) {
        lines += facts.type() == FileType::Directory
                     ? Words::tr("setgid: new files inherit the folder's group.")
                     : Words::tr("setgid: runs with the rights of the file's group.");
    }
    if ((mode & 01000U) != 0) {
        lines += Words::tr("sticky: only owners may remove their files here.");
    }
    if (facts.lastSeen->implicit()) {
        lines += Words::tr("No layer lists this folder; it is there because of what is in it.");
    }
    return paragraphs(modeLettersText(facts.type(), mode), lines);
}

QString changeToolTip(const Projection& projection, RowId row, const RowFacts& facts,
                      const std::vector<LayerLabel>& layers)
{
    const auto change = projection.change(row);
    if (!change || !facts.version) {
        return paragraphs(Words::tr("No change by this layer"),
                          {Words::tr("The folder is here because it leads to changes.")});
    }
    QStringList lines{changeHelp(*change)};
    if (facts.version->undecided) {
        lines += Words::tr("Same size as below; the contents have not been compared.");
    }
    if (facts.version->cause == Cause::Opaque) {
        lines += Words::tr(
            "Cause: an opaque mark on a folder above it, which hides all that lay in it.");
    } else if (facts.version->cause == Cause::ReplacedParent) {
        lines += Words::tr("Cause: a folder above it became something else.");
    } else if (facts.version->cause == Cause::Whiteout) {
        lines += Words::tr("Cause: a whiteout (.wh.) in the layer.");
    }
    return paragraphs(
        Words::tr("%1 by %2").arg(changeText(*change), layerWords(layers, facts.version->layer)),
        lines);
}

} // namespace

QString layerWords(const std::vector<LayerLabel>& layers, LayerNo layer)
{
    return layer < layers.size() && layers[layer].container ? layers[layer].shortText
                                                            : Words::tr("layer %1").arg(layer);
}

QString treeOriginText(const Projection& projection, RowId row,
                       const std::vector<LayerLabel>& layers)
{
    const auto* version = projection.version(row);
    if (!version) {
        return Words::tr("no layer");
    }
    auto text = layerWords(layers, version->layer);
    if (version->layer >= layers.size() || layers[version->layer].shortText.isEmpty()) {
        return text;
    }
    return layers[version->layer].container
               ? Words::tr("container %1").arg(text)
               : text + QStringLiteral(": ") + layers[version->layer].shortText;
}

QString treeToolTip(const Projection& projection, RowId row, int column,
                    const std::vector<LayerLabel>& layers)
{
    const auto facts = rowFacts(projection, row);
    switch (column) {
    case TreeModel::Name:
        return nameToolTip(projection, row, facts, layers);
    case TreeModel::Origin: {
        if (!facts.version) {
            return paragraphs(Words::tr("No layer lists this folder"),
                              {Words::tr("It is there because of what is in it.")});
        }
        if (facts.version->layer < layers.size() && layers[facts.version->layer].container) {
            return paragraphs(layers[facts.version->layer].fullText,
                              {facts.removed
                                   ? Words::tr("The container's own layer hides the path.")
                                   : Words::tr("The copy you see is the container's own.")});
        }
        QStringList lines{facts.removed ? Words::tr("This layer hides the path from here up.")
                                        : Words::tr("The copy you see is stored in this layer.")};
        if (facts.version->layer < layers.size()) {
            if (const auto& full = layers[facts.version->layer].fullText; !full.isEmpty()) {
                lines += full;
            }
        }
        return paragraphs(Words::tr("Layer %1").arg(facts.version->layer), lines);
    }
    case TreeModel::Changed:
        return changeToolTip(projection, row, facts, layers);
    case TreeModel::Size:
        if (facts.type() == FileType::Directory) {
            return paragraphs(exactSizeText(projection.row(row).size),
                              {Words::tr("The content of all visible files below, added up.")});
        }
        return facts.type() == FileType::File ? paragraphs(exactSizeText(facts.entry->size), {})
                                              : QString();
    case TreeModel::Mode:
        return facts.entry ? modeToolTip(facts) : QString();
    case TreeModel::Owner:
        return facts.entry
                   ? paragraphs(
                         Words::tr("user %1, group %2").arg(facts.entry->uid).arg(facts.entry->gid),
                         {Words::tr("Layers store numbers; their names stand in the image's own "
                                    "/etc/passwd and /etc/group.")})
                   : QString();
    case TreeModel::Modified:
        return facts.entry && !facts.lastSeen->implicit()
                   ? paragraphs(fullTimeText(facts.entry->mtime, facts.entry->mtimeNsec), {})
                   : QString();
    default:
        return {};
    }
}

QString treeColumnHelp(int column)
{
    switch (column) {
    case TreeModel::Name:
        return Words::tr("Every path of the image, as a container sees it.");
    case TreeModel::Origin:
        return Words::tr(
            "The layer whose copy of the path is the visible one: the topmost that has it.");
    case TreeModel::Changed:
        return Words::tr(
            "What the origin layer did to the path, compared with the layers below it.");
    case TreeModel::Size:
        return Words::tr("Bytes of content; for folders, of all files below.");
    case TreeModel::Mode:
        return Words::tr("Permissions, as an octal number.");
    case TreeModel::Owner:
        return Words::tr("User and group number, as stored in the layer.");
    case TreeModel::Modified:
        return Words::tr("When the content was last changed, as stored in the layer.");
    default:
        return {};
    }
}

} // namespace strata::ui
