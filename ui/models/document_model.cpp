// SPDX-License-Identifier: Apache-2.0
#include "models/document_model.h"

#include "text/format.h"

#include <algorithm>
#include <utility>

namespace strata::ui {

namespace {
using Kind = ImageDocument::Kind;
constexpr std::size_t shownType = 120; // bytes; real media types are shorter
} // namespace

DocumentModel::DocumentModel(QObject* parent)
    : QAbstractListModel(parent)
{
}

void DocumentModel::setDocuments(std::vector<ImageDocument> documents)
{
    beginResetModel();
    m_documents = std::move(documents);
    m_firstBlob = static_cast<std::size_t>(
        std::ranges::find(m_documents, Kind::Blob, &ImageDocument::kind) - m_documents.begin());
    endResetModel();
}

int DocumentModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_documents.size());
}

QString DocumentModel::title(std::size_t row) const
{
    const auto& document = m_documents[row];
    switch (document.kind) {
    case Kind::Index:
        return document.digest ? tr("Index") : displayText(document.file);
    case Kind::DockerList:
        return displayText(document.file);
    case Kind::Manifest:
        return tr("Manifest");
    case Kind::Config:
        return tr("Config");
    case Kind::Blob:
        break;
    }
    return tr("Blob %1").arg(row - m_firstBlob);
}

QString DocumentModel::note(const ImageDocument& document)
{
    QStringList parts;
    if (!document.mediaType.empty()) {
        parts += displayFront(document.mediaType, shownType);
    }
    parts += document.file.empty() ? tr("not in this archive") : sizeText(document.size);
    return parts.join(QStringLiteral(" · "));
}

QString DocumentModel::help(const ImageDocument& document)
{
    switch (document.kind) {
    case Kind::Index:
        return tr("A list of manifests: one for each image or platform.");
    case Kind::DockerList:
        return tr(
            "Docker's own list of the images in the archive, with the files of their layers.");
    case Kind::Manifest:
        return tr("Names the config and the layers of one image, by digest and size.");
    case Kind::Config:
        return tr("What a container is started with, the layers' diff IDs, and the history. Its "
                  "digest is the image's ID.");
    case Kind::Blob:
        break;
    }
    return tr("What is stored here in place of a layer.");
}

QVariant DocumentModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) {
        return {};
    }
    const auto row = static_cast<std::size_t>(index.row());
    const auto& document = m_documents[row];
    switch (role) {
    case Qt::DisplayRole:
        return title(row);
    case NoteRole:
        return note(document);
    case PresentRole:
        return !document.file.empty();
    case Qt::AccessibleTextRole:
        return QString(title(row) + QStringLiteral(", ") + note(document));
    case Qt::ToolTipRole: {
        QStringList lines{help(document)};
        if (!document.file.empty()) {
            lines += displayText(document.file);
        }
        if (document.digest) {
            lines += QString::fromStdString(document.digest->text());
        }
        return toolTipText(lines.join(QLatin1Char('\n')));
    }
    default:
        return {};
    }
}

} // namespace strata::ui
