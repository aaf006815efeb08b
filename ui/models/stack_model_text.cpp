// SPDX-License-Identifier: Apache-2.0
// The sentences of StackModel: tooltips and what screen readers say.
#include "models/stack_model.h"

#include "text/format.h"

#include <QLocale>

namespace strata::ui {

namespace {

constexpr std::size_t longestToolTipInstruction = 700;
constexpr std::size_t longestSpokenInstruction = 200;
constexpr qsizetype mostToolTipWarnings = 4;

} // namespace

QString StackModel::layerTitle(LayerNo layer, std::size_t longest) const
{
    const auto& instruction = image()->layers[layer].instruction;
    return instruction.empty() ? tr("layer without history") : displayFront(instruction, longest);
}

QString StackModel::stateText(LayerNo layer) const
{
    switch (layerState(layer)) {
    case LayerState::Waiting:
        return tr("Not read: opening was stopped.");
    case LayerState::Reading:
        return tr("Being read…");
    case LayerState::Ready:
        return {};
    case LayerState::Absent:
        return tr("Not in this archive: what it adds, covers or removes is not shown.");
    case LayerState::Foreign:
        return tr("Kept outside of images by its publisher (a foreign layer), and not in this "
                  "archive.");
    case LayerState::Damaged:
        return tr("Damaged: only what could be read before the damage is shown.");
    }
    return {};
}

QString StackModel::digestText(DigestState digest) const
{
    switch (digest) {
    case DigestState::Pending:
        return tr("Its digest has not been checked yet.");
    case DigestState::Verified:
        return tr("Digest verified: these are the very bytes that the image names.");
    case DigestState::Mismatch:
        return tr("Digest does not match: these are not the bytes that the image names.");
    case DigestState::Damaged:
        return tr("Damaged: its bytes could not be decompressed or read to the end.");
    case DigestState::BrokenOff:
        return tr("Its digest could not be checked.");
    case DigestState::Unchecked:
        return {};
    }
    return {};
}

QString StackModel::baseText(int row) const
{
    if (!bracket(row)) {
        return {};
    }
    const QString name = displayText(image()->baseName);
    if (name.isEmpty()) {
        return image()->baseIsGuess ? tr("Probably from the base image, by its history.")
                                    : tr("From the base image.");
    }
    return image()->baseIsGuess ? tr("Probably from the base image %1, by its history.").arg(name)
                                : tr("From the base image %1.").arg(name);
}

QString StackModel::layerToolTip(LayerNo layer, int row) const
{
    const auto& descriptor = image()->layers[layer];
    const auto* read = readLayer(layer);
    QStringList lines;
    lines << tr("Layer %1").arg(layer) << layerTitle(layer, longestToolTipInstruction);
    lines << QString();
    if (descriptor.available) {
        const QString stored = sizeText(descriptor.storedSize);
        const auto compression = compressionName(descriptor.compression);
        lines << (descriptor.compression == Compression::None
                      ? tr("Stored: %1, not compressed").arg(stored)
                      : tr("Stored: %1, compressed with %2")
                            .arg(stored,
                                 QString::fromUtf8(compression.data(),
                                                   static_cast<qsizetype>(compression.size()))));
    }
    if (read) {
        lines << tr("Content of its files: %1").arg(exactSizeText(read->contentBytes()));
    }
    if (const auto* changes = counts(layer)) {
        lines << tr("Paths: %1").arg(countsText(*changes));
        if (changes->undecided > 0) {
            const auto undecided = QLocale().toString(static_cast<qulonglong>(changes->undecided));
            lines << (m_session.resolving()
                          ? tr("Of the modified still to be compared: %1").arg(undecided)
                          : tr("Of the modified could not be compared: %1").arg(undecided));
        }
    }
    const QString created = isoTimeText(descriptor.created);
    if (!created.isEmpty()) {
        lines << tr("Made: %1").arg(created);
    }
    for (const auto& text : {baseText(row), stateText(layer), digestText(m_layers[layer].digest)}) {
        if (!text.isEmpty()) {
            lines << text;
        }
    }
    const auto found = warnings(layer);
    for (const auto& warning : found.first(std::min(found.size(), mostToolTipWarnings))) {
        lines << tr("Warning: %1").arg(warning);
    }
    lines << QString()
          << tr("A layer never changes: what a layer above covers or removes stays stored in it.");
    return lines.join(QLatin1Char('\n'));
}

QString StackModel::stepText(const Step& step) const
{
    return tr("%1, no layer").arg(displayFront(step.instruction, longestSpokenInstruction));
}

QString StackModel::stepToolTip(const Step& step) const
{
    return displayFront(step.instruction, longestToolTipInstruction) + QStringLiteral("\n\n") +
           tr("This step changes no files, only the image's configuration, so it makes no layer.");
}

QString StackModel::bootfsToolTip() const
{
    return tr("The kernel and its boot file system come from the host that runs the container. "
              "All containers on it share them; they are in no image.");
}

QString StackModel::accessibleLayerText(LayerNo layer, int row) const
{
    QStringList parts;
    parts << tr("Layer %1").arg(layer) << layerTitle(layer, longestSpokenInstruction);
    if (const auto* read = readLayer(layer)) {
        parts << sizeText(read->contentBytes());
    }
    if (const auto* changes = counts(layer)) {
        parts << countsText(*changes);
    }
    for (const auto& text : {baseText(row), stateText(layer), digestText(m_layers[layer].digest)}) {
        if (!text.isEmpty()) {
            parts << text;
        }
    }
    if (hasWarnings(layer)) {
        parts << tr("has warnings");
    }
    if (!inScope(row)) {
        parts << tr("not part of the tree shown");
    }
    return parts.join(QStringLiteral(", "));
}

} // namespace strata::ui
