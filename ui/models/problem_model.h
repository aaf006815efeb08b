// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/warning.h"
#include "session/image_session.h"

#include <QAbstractListModel>

#include <optional>
#include <vector>

namespace strata::ui {

/// Everything found wrong with an image: in the archive, the image's documents, each layer's tar,
/// and while the layers were folded; digests that do not match too. One row a warning, the grave
/// ones first, then by layer.
class ProblemModel : public QAbstractListModel
{
    Q_OBJECT
public:
    enum Role {
        LayerRole = Qt::UserRole + 1, ///< int; -1 = not of one layer
        SourceRole,                   ///< QString: where it was found
        HelpRole,                     ///< QString: what it means; may be empty
        GraveRole,                    ///< bool: bytes are wrong or absent, so what is shown may be
        ContainerRole,                ///< bool: the layer is a container's own
    };

    explicit ProblemModel(QObject* parent = nullptr);

    /// Reads all warnings anew; rows, and what is selected of them, stay if there is nothing new.
    /// Cheap: warnings are bounded in number.
    void setSession(const ImageSession& session);

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

private:
    struct Problem
    {
        std::optional<LayerNo> layer;
        QString source;
        QString text;
        QString help;
        bool grave = false;

        bool operator==(const Problem&) const = default;
    };
    using Problems = std::vector<Problem>;

    static void add(Problems& problems, const WarningList& warnings, std::optional<LayerNo> layer,
                    const QString& source);
    static void addCheck(Problems& problems, const Check& check);

    Problems m_problems;
    std::optional<LayerNo> m_containers; ///< the container's own layer
};

} // namespace strata::ui
