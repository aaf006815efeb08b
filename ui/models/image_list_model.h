// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/image_archive.h"

#include <QAbstractListModel>

#include <memory>

namespace strata::ui {

/// The images of an archive by name and platform, for a chooser; artifacts and attestations are
/// listed as what they are, and what lacks layers is greyed.
class ImageListModel : public QAbstractListModel
{
    Q_OBJECT
public:
    explicit ImageListModel(QObject* parent = nullptr);

    void setArchive(std::shared_ptr<const ImageArchive> archive);

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

    /// "localhost/article:latest linux/amd64".
    static QString label(const Image& image);

private:
    std::shared_ptr<const ImageArchive> m_archive;
};

} // namespace strata::ui
