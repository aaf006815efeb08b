// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/image_document.h"

#include <QAbstractListModel>

#include <vector>

namespace strata::ui {

/// The documents of one image, in the order in which one leads to the next.
class DocumentModel : public QAbstractListModel
{
    Q_OBJECT
public:
    enum Role {
        NoteRole = Qt::UserRole + 1, ///< QString: type, size, digest; or that it is not there
        PresentRole,                 ///< bool: it is in the archive
    };

    explicit DocumentModel(QObject* parent = nullptr);

    void setDocuments(std::vector<ImageDocument> documents);
    const ImageDocument& document(int row) const
    {
        return m_documents[static_cast<std::size_t>(row)];
    }

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

private:
    QString title(std::size_t row) const;
    static QString note(const ImageDocument& document);
    static QString help(const ImageDocument& document);

    std::vector<ImageDocument> m_documents;
    std::size_t m_firstBlob = 0;
};

} // namespace strata::ui
