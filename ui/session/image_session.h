// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"
#include "insight/verify.h"
#include "jobs/worker.h"
#include "tree/opened_image.h"
#include "tree/projection.h"

#include <QObject>
#include <QString>

#include <memory>
#include <optional>
#include <vector>

namespace strata::ui {

/// What the window is looking at: the archive, the image of it, and the user's place in it (layer,
/// scope, path). Every view reads it and asks it for changes; no view talks to another. Lives on
/// the GUI thread; the work runs on its workers.
///
/// Order of signals of an opening: openingStarted → progressed… → archiveReady (the stack can be
/// drawn) → layerIndexed… → imageReady (the tree is there) → changesResolved, layerChecked….
/// At any point failed or closed may follow instead.
class ImageSession : public QObject
{
    Q_OBJECT
public:
    enum class State {
        Empty,   ///< nothing open
        Opening, ///< finding out what the file is
        Loading, ///< the stack is known, layers are being read
        Ready,   ///< the tree is there
        Failed,  ///< error() says why; archive() may still be there
    };
    Q_ENUM(State)

    explicit ImageSession(QObject* parent = nullptr);
    ~ImageSession() override;

    State state() const { return m_state; }
    const Error& error() const { return m_error; }         ///< meaningful in State::Failed
    const QString& fileName() const { return m_fileName; } ///< as opened; empty for the sample
    QString title() const; ///< file's base name, or the sample's title
    bool isSample() const { return m_sample; }

    /// Null until archiveReady.
    const std::shared_ptr<const ImageArchive>& archive() const { return m_archive; }
    int imageIndex() const { return m_imageIndex; } ///< -1 = none
    const Image* image() const;                     ///< null = none
    /// Null until imageReady.
    const std::shared_ptr<const OpenedImage>& opened() const { return m_opened; }
    const MergedTree* tree() const { return m_opened ? m_opened->tree.get() : nullptr; }
    /// Of a layer already indexed, else null.
    const LayerIndex* layerIndex(LayerNo layer) const;
    /// Results of checking digests so far.
    const std::vector<Check>& checks() const { return m_checks; }
    bool checking() const { return m_verifier.busy(); }
    qint64 openMilliseconds() const { return m_openMilliseconds; } ///< from open to imageReady

    std::optional<LayerNo> currentLayer() const { return m_layer; } ///< none = the whole image
    Scope scope() const { return m_scope; }
    NodeId currentNode() const { return m_node; } ///< none = nothing selected

public Q_SLOTS:
    void openFile(const QString& fileName);
    void openSample();
    void chooseImage(int index);
    void reload();
    void close();
    /// Stops opening or loading; what is there already stays.
    void cancel();

    /// Selects a layer; with Scope::WholeImage the scope becomes UpToLayer ("click a plate: the
    /// tree as of that layer").
    void setCurrentLayer(std::optional<strata::LayerNo> layer);
    void setScope(strata::Scope scope);
    void setCurrentNode(strata::NodeId node);

Q_SIGNALS:
    void openingStarted();
    void progressed(quint64 done, quint64 total);
    void archiveReady();
    void layerIndexed(strata::LayerNo layer);
    void imageReady();
    /// opened() was replaced by one with every change decided; nodes keep their ids.
    void changesResolved();
    /// checks() has grown; with `finished` it is complete.
    void checksChanged(bool finished);
    void failed();
    void closed();
    void stateChanged();

    void currentLayerChanged();
    void scopeChanged();
    void currentNodeChanged();

private:
    void beginOpening(const QString& fileName, bool sample);
    void archiveOpened(Result<std::shared_ptr<const ImageArchive>> result);
    void imageLoaded(Result<std::shared_ptr<const OpenedImage>> result);
    void startBackgroundWork();
    void setState(State state);
    void fail(Error error);
    void resetImage();

    Worker m_opener;
    Worker m_loader;
    Worker m_resolver;
    Worker m_verifier;
    State m_state = State::Empty;
    Error m_error;
    QString m_fileName;
    bool m_sample = false;
    std::shared_ptr<const ImageArchive> m_archive;
    int m_imageIndex = -1;
    std::shared_ptr<const OpenedImage> m_opened;
    std::vector<std::shared_ptr<const LayerIndex>> m_indexes;
    std::vector<Check> m_checks;
    std::uint64_t m_generation = 0; ///< of m_indexes, against late layerReady calls
    qint64 m_openStarted = 0;
    qint64 m_openMilliseconds = 0;
    std::optional<LayerNo> m_layer;
    Scope m_scope = Scope::WholeImage;
    NodeId m_node;
};

} // namespace strata::ui
