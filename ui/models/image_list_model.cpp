// SPDX-License-Identifier: Apache-2.0
#include "models/image_list_model.h"

#include "text/format.h"
#include "theme/theme.h"

#include <QGuiApplication>
#include <QPalette>

namespace strata::ui {

ImageListModel::ImageListModel(QObject* parent)
    : QAbstractListModel(parent)
{
}

void ImageListModel::setArchive(std::shared_ptr<const ImageArchive> archive)
{
    beginResetModel();
    m_archive = std::move(archive);
    endResetModel();
}

QString ImageListModel::label(const Image& image)
{
    QString text = displayText(image.displayName());
    if (image.kind == ImageKind::Attestation) {
        return tr("%1 (attestation)").arg(text);
    }
    if (image.kind == ImageKind::Artifact) {
        return image.artifactType.empty()
                   ? tr("%1 (artifact)").arg(text)
                   : tr("%1 (artifact, %2)").arg(text, displayText(image.artifactType));
    }
    if (const auto platform = displayText(image.platform.text()); !platform.isEmpty()) {
        text += QStringLiteral("  ") + platform;
    }
    return text;
}

int ImageListModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() || !m_archive ? 0 : static_cast<int>(m_archive->images().size());
}

QVariant ImageListModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || !m_archive || index.row() >= rowCount()) {
        return {};
    }
    const auto& image = m_archive->images()[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        return label(image);
    case Qt::ForegroundRole:
        return image.available && image.kind == ImageKind::Image
                   ? QVariant()
                   : QVariant(theme::mutedText(QGuiApplication::palette()));
    case Qt::ToolTipRole: {
        QStringList lines;
        for (const auto& name : image.names) {
            lines += displayText(name);
        }
        if (image.kind == ImageKind::Attestation) {
            lines += tr("Says how an image was built; it has no files of its own.");
        } else if (image.kind == ImageKind::Artifact) {
            lines += tr("Something other than an image, stored in the same form.");
        } else if (!image.available) {
            lines += tr("Not all of its layers are in this archive.");
        }
        if (image.manifestDigest) {
            lines += QString::fromStdString(image.manifestDigest->text());
        }
        for (auto& line : lines) {
            line = line.toHtmlEscaped();
        }
        return QStringLiteral("<qt>%1</qt>").arg(lines.join(QStringLiteral("<br/>")));
    }
    default:
        return {};
    }
}

} // namespace strata::ui
