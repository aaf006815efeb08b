// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"
#include "insight/verify.h"
#include "io/byte_source.h"
#include "jobs/mailbox.h"
#include "jobs/worker.h"
#include "session/session_place.h"
#include "tree/opened_image.h"

#include <QObject>
#include <QString>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace strata::ui {

/// What the window is looking at: the archive, the image of it, and the user's place in it (layer,
/// scope, path). Every view reads it and asks it for changes; no view talks to another. Lives on
/// the GUI thread; the work runs on its workers.
///
/// Order of signals of an opening: openingStarted → progressed… → archiveReady (the stack can be
/// drawn) → layerIndexed… → imageReady (the tree is there) → changesResolved, checksChanged….
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

    /// Where indexes of layers are looked for, and kept; null = nowhere, as at first. For what is
    /// loaded from then on.
    void setIndexCache(std::shared_ptr<IndexCache> cache) { m_cache = std::move(cache); }
    const std::shared_ptr<IndexCache>& indexCache() const { return m_cache; }

    /// Asked before what is open is left for something else or closed; false = it stays. It may ask
    /// the user.
    void setLeaveGuard(std::function<bool()> guard) { m_mayLeave = std::move(guard); }

    State state() const { return m_state; }
    const Error& error() const { return m_error; }         ///< meaningful in State::Failed
    const QString& fileName() const { return m_fileName; } ///< absolute; empty if it is no file
    const QString& title() const { return m_title; }       ///< base name, or the source's title
    /// What is being opened, or failed to: the image once it is known which, else title().
    QString subject() const;

    /// Null until archiveReady.
    const std::shared_ptr<const ImageArchive>& archive() const { return m_archive; }
    int imageIndex() const { return m_imageIndex; } ///< -1 = none
    /// Null = none. A container's has one layer more than its image.
    const Image* image() const;
    /// What is looked at: the image, or a container on it. Null until imageReady.
    const std::shared_ptr<const OpenedImage>& opened() const { return m_view ? m_view : m_opened; }
    /// The image, whatever stands on it.
    const std::shared_ptr<const OpenedImage>& openedImage() const { return m_opened; }
    /// Whether a container is looked at; its own layer is the last one then.
    bool showsContainer() const { return m_view != nullptr; }
    const MergedTree* tree() const { return opened() ? opened()->tree.get() : nullptr; }
    /// Of a layer already indexed, else null.
    const LayerIndex* layerIndex(LayerNo layer) const;
    /// Results of checking digests so far.
    const std::vector<Check>& checks() const { return m_checks; }
    bool checking() const { return m_verifier.busy(); }
    /// Why digests could not be checked to the end; none while they can.
    const std::optional<Error>& checkError() const { return m_checkError; }
    /// Whether changes are still being decided; what is undecided after that stays so.
    bool resolving() const { return m_resolver.busy(); }
    qint64 openMilliseconds() const { return m_openMilliseconds; } ///< from open to imageReady

    std::optional<LayerNo> currentLayer() const { return m_layer; } ///< none = the whole image
    Scope scope() const { return m_scope; }
    NodeId currentNode() const { return m_node; } ///< none = nothing selected
    SessionPlace place() const { return {m_layer, m_scope, m_node}; }

public Q_SLOTS:
    void openFile(const QString& fileName);
    void openSample();
    /// Opens an archive that is no file of its own; `title` names it.
    void openSource(strata::SharedSource source, const QString& title);
    void chooseImage(int index);
    /// Opens the same again, and goes back to the same image, layer and path as far as they are
    /// still there.
    void reload();
    void close();
    /// Stops opening or loading; what is there already stays.
    void cancel();

    /// Selects a layer; with Scope::WholeImage the scope becomes UpToLayer ("click a plate: the
    /// tree as of that layer").
    void setCurrentLayer(std::optional<strata::LayerNo> layer);
    void setScope(strata::Scope scope);
    void setCurrentNode(strata::NodeId node);
    /// Looks at a container on this image, given as viewContainer() does; null = at the image
    /// itself. The place is kept, paths being the same ones.
    void setView(std::shared_ptr<const strata::OpenedImage> view);
    /// All three at once; parts that this image does not have are left out.
    void setPlace(const strata::ui::SessionPlace& place);

Q_SIGNALS:
    void openingStarted();
    void progressed(quint64 done, quint64 total);
    void archiveReady();
    void layerIndexed(strata::LayerNo layer);
    void imageReady();
    /// opened() was replaced by one with every change decided; nodes keep their ids.
    void changesResolved();
    /// opened() was replaced by one with other nodes, by setView. `before` has the ones that views
    /// may still hold (MergedTree::nodeIn); currentNodeChanged follows.
    void viewChanged(const strata::MergedTree& before);
    /// checks() has grown; with `finished` it is complete, or checkError() says why it is not.
    void checksChanged(bool finished);
    void failed();
    void closed();
    void stateChanged();

    void currentLayerChanged();
    void scopeChanged();
    void currentNodeChanged();

private:
    /// Where reload() goes back to, by names, which still mean something in a changed archive.
    struct ReloadPlace
    {
        std::optional<Digest> manifest;
        std::optional<Digest> id;
        std::vector<std::string> names;
        Platform platform;
        std::size_t index = 0;
        SessionPlace place;
        std::string path; ///< empty = nothing was selected
    };

    using Opening = std::function<Result<std::shared_ptr<const ImageArchive>>(const Job&)>;

    bool mayLeave() const { return !m_mayLeave || m_mayLeave(); }
    void beginOpening(Opening opening);
    void archiveOpened(Result<std::shared_ptr<const ImageArchive>> result);
    void rememberPlace();
    std::optional<std::size_t> sameImage() const;
    void loadChosen(int index);
    void imageLoaded(Result<std::shared_ptr<const OpenedImage>> result);
    void goBackToPlace();
    void startBackgroundWork();
    void setState(State state);
    void fail(Error error);
    void resetImage();

    std::function<bool()> m_mayLeave;
    std::shared_ptr<IndexCache> m_cache;
    Mailbox m_mailbox; ///< for what the work tells on its way; outlives the workers
    Worker m_opener;
    Worker m_loader;
    Worker m_resolver;
    Worker m_verifier;
    State m_state = State::Empty;
    Error m_error;
    QString m_title;
    QString m_fileName;
    Opening m_opening;                        ///< of what is open, for reload()
    std::optional<ReloadPlace> m_reloadPlace; ///< while reload() is under way
    std::shared_ptr<const ImageArchive> m_archive;
    int m_imageIndex = -1;
    std::shared_ptr<const OpenedImage> m_opened;
    std::shared_ptr<const OpenedImage> m_view; ///< of a container; null = the image is looked at
    std::vector<std::shared_ptr<const LayerIndex>> m_indexes;
    std::vector<Check> m_checks;
    std::optional<Error> m_checkError;
    std::uint64_t m_generation = 0; ///< of m_indexes, against late layerReady calls
    qint64 m_openStarted = 0;
    qint64 m_openMilliseconds = 0;
    std::optional<LayerNo> m_layer;
    Scope m_scope = Scope::WholeImage;
    NodeId m_node;
};

} // namespace strata::ui
