// SPDX-License-Identifier: Apache-2.0
#include "session/image_session.h"

#include "image/image_choice.h"
#include "insight/verified_layers.h"
#include "text/format.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QFileInfo>
#include <QResource>

#include <algorithm>
#include <utility>

namespace strata::ui {

namespace {

qint64 monotonicMilliseconds()
{
    QElapsedTimer timer;
    timer.start();
    return timer.msecsSinceReference();
}

} // namespace

ImageSession::ImageSession(QObject* parent)
    : QObject(parent)
{
    connect(&m_opener, &Worker::progressed, this, &ImageSession::progressed);
    connect(&m_loader, &Worker::progressed, this, &ImageSession::progressed);
}

ImageSession::~ImageSession()
{
    for (auto* worker : {&m_opener, &m_loader, &m_resolver, &m_verifier}) {
        worker->cancel(); // all at once, before each is waited for
    }
}

QString ImageSession::subject() const
{
    return image() && m_archive->images().size() > 1 ? displayText(image()->displayName())
                                                     : m_title;
}

const Image* ImageSession::image() const
{
    if (m_view) {
        return &m_view->image();
    }
    return m_archive && m_imageIndex >= 0
               ? &m_archive->images()[static_cast<std::size_t>(m_imageIndex)]
               : nullptr;
}

const LayerIndex* ImageSession::layerIndex(LayerNo layer) const
{
    if (m_view && layer == m_indexes.size()) {
        return m_view->layers[layer].get();
    }
    return layer < m_indexes.size() ? m_indexes[layer].get() : nullptr;
}

void ImageSession::setState(State state)
{
    if (m_state != state) {
        m_state = state;
        Q_EMIT stateChanged();
    }
}

void ImageSession::resetImage()
{
    m_loader.cancel();
    m_resolver.cancel();
    m_verifier.cancel();
    ++m_generation;
    m_opened.reset();
    m_view.reset();
    m_indexes.clear();
    m_checks.clear();
    m_checkError.reset();
    m_layer.reset();
    m_scope = Scope::WholeImage;
    m_node = {};
}

void ImageSession::beginOpening(Opening opening)
{
    m_opener.cancel();
    resetImage();
    m_archive.reset();
    m_imageIndex = -1;
    m_opening = std::move(opening);
    m_openStarted = monotonicMilliseconds();
    setState(State::Opening);
    Q_EMIT openingStarted();
    m_opener.start(m_opening, [this](auto result) { archiveOpened(std::move(result)); });
}

void ImageSession::openFile(const QString& fileName)
{
    if (!mayLeave()) {
        return;
    }
    // Cleaned, so that "layout/", "./layout" and "layout" are one image of one name.
    const QFileInfo info(QDir::cleanPath(QFileInfo(fileName).absoluteFilePath()));
    m_fileName = info.filePath();
    m_title = info.fileName().isEmpty() ? m_fileName : info.fileName();
    m_reloadPlace.reset();
    const std::filesystem::path path(QFile::encodeName(m_fileName).toStdString());
    beginOpening([path](const Job& job) { return ImageArchive::open(path, job); });
}

void ImageSession::openSource(SharedSource source, const QString& title)
{
    if (!mayLeave()) {
        return;
    }
    m_fileName.clear();
    m_title = title;
    m_reloadPlace.reset();
    beginOpening([source = std::move(source), name = title.toStdString()](const Job& job) {
        return ImageArchive::open(source, name, job);
    });
}

void ImageSession::openSample()
{
    const QResource resource(QStringLiteral(":/stratascope/sample.tar"));
    const auto bytes = resource.uncompressedData();
    const auto view =
        std::as_bytes(std::span(bytes.data(), static_cast<std::size_t>(bytes.size())));
    openSource(memorySource({view.begin(), view.end()}), tr("Sample image"));
}

void ImageSession::reload()
{
    if (!m_opening || !mayLeave()) {
        return;
    }
    rememberPlace();
    beginOpening(m_opening);
}

void ImageSession::rememberPlace()
{
    const auto* shown = image();
    if (!shown) {
        return;
    }
    ReloadPlace last;
    if (m_state != State::Ready && m_reloadPlace) {
        // Interrupted on the way back: there is no place yet but the one it was going to.
        last = std::move(*m_reloadPlace);
    } else {
        last.place = place();
        last.path = tree() && m_node.valid() ? tree()->path(m_node) : std::string();
    }
    last.manifest = shown->manifestDigest;
    last.id = shown->id;
    last.names = shown->names;
    last.platform = shown->platform;
    last.index = static_cast<std::size_t>(m_imageIndex);
    m_reloadPlace = std::move(last);
}

std::optional<std::size_t> ImageSession::sameImage() const
{
    const auto& images = m_archive->images();
    const auto& last = *m_reloadPlace;
    const auto named = [&](const Image& image) {
        return image.names == last.names && image.platform == last.platform;
    };
    const auto sameBytes = [&](const Image& image) {
        return last.manifest && image.manifestDigest ? image.manifestDigest == last.manifest
                                                     : last.id && image.id == last.id;
    };
    // Of the same bytes and names; else of the same name, being rebuilt; else of the same bytes.
    // Twins are told apart by where they stood.
    const auto find = [&](const auto& matches) -> std::optional<std::size_t> {
        if (last.index < images.size() && matches(images[last.index])) {
            return last.index;
        }
        const auto found = std::ranges::find_if(images, matches);
        return found == images.end()
                   ? std::nullopt
                   : std::optional(static_cast<std::size_t>(found - images.begin()));
    };
    if (const auto at = find([&](const Image& i) { return sameBytes(i) && named(i); })) {
        return at;
    }
    if (!last.names.empty()) { // rebuilt under its name
        if (const auto at = find(named)) {
            return at;
        }
    }
    if (const auto at = find(sameBytes)) {
        return at;
    }
    return last.names.empty() ? find(named) : std::nullopt;
}

void ImageSession::archiveOpened(Result<std::shared_ptr<const ImageArchive>> result)
{
    if (!result) {
        fail(std::move(result.error()));
        return;
    }
    m_archive = std::move(*result);
    if (m_reloadPlace) {
        if (const auto same = sameImage()) {
            loadChosen(static_cast<int>(*same));
            return;
        }
    }
    const auto choice = strata::chooseImage(m_archive->images(), {});
    if (!choice) {
        fail(choice.error());
        return;
    }
    loadChosen(static_cast<int>(choice->index));
}

void ImageSession::chooseImage(int index)
{
    if (m_archive && index >= 0 && static_cast<std::size_t>(index) < m_archive->images().size() &&
        mayLeave()) {
        m_reloadPlace.reset();
        loadChosen(index);
    }
}

void ImageSession::loadChosen(int index)
{
    if (m_state != State::Opening) {
        m_openStarted = monotonicMilliseconds();
    }
    resetImage();
    m_imageIndex = index;
    m_indexes.resize(image()->layers.size());
    setState(State::Loading);
    Q_EMIT archiveReady();
    const auto generation = m_generation;
    LoadOptions options;
    options.cache = m_cache;
    options.layerReady = [this, generation](LayerNo layer,
                                            const std::shared_ptr<const LayerIndex>& indexed) {
        m_mailbox.post([this, generation, layer, indexed] {
            if (generation == m_generation && layer < m_indexes.size()) {
                m_indexes[layer] = indexed;
                Q_EMIT layerIndexed(layer);
            }
        });
    };
    m_loader.start([archive = m_archive, at = static_cast<std::size_t>(index),
                    options](const Job& job) { return loadImage(archive, at, job, options); },
                   [this](auto loaded) { imageLoaded(std::move(loaded)); });
}

void ImageSession::imageLoaded(Result<std::shared_ptr<const OpenedImage>> result)
{
    if (!result) {
        fail(std::move(result.error()));
        return;
    }
    m_opened = std::move(*result);
    m_indexes = m_opened->layers;
    m_openMilliseconds = monotonicMilliseconds() - m_openStarted;
    setState(State::Ready);
    Q_EMIT imageReady();
    startBackgroundWork();
    goBackToPlace();
}

void ImageSession::goBackToPlace()
{
    if (!m_reloadPlace) {
        return;
    }
    auto last = *std::exchange(m_reloadPlace, std::nullopt);
    last.place.node = last.path.empty() ? NodeId{} : tree()->find(last.path).value_or(NodeId{});
    setPlace(last.place);
}

void ImageSession::startBackgroundWork()
{
    if (m_opened->tree->undecidedCount() > 0) {
        m_resolver.start(
            [opened = m_opened](const Job& job) { return resolveContents(*opened, job); },
            [this](auto resolved) {
                if (resolved) {
                    m_opened = std::move(*resolved);
                    Q_EMIT changesResolved();
                }
            });
    }
    m_verifier.start(
        [this, archive = m_archive, at = static_cast<std::size_t>(m_imageIndex),
         generation = m_generation, cache = m_cache](const Job& job) {
            VerifiedLayers verified(cache, *archive, archive->images()[at]);
            return verifyImage(*archive, archive->images()[at], job, [&](const Check& check) {
                verified.take(check);
                m_mailbox.post([this, check, generation] {
                    if (generation == m_generation) {
                        m_checks.push_back(check);
                        Q_EMIT checksChanged(false);
                    }
                });
            });
        },
        [this](auto result) {
            if (result) {
                m_checks = std::move(*result);
            } else {
                m_checkError = std::move(result.error());
            }
            Q_EMIT checksChanged(true);
        });
}

void ImageSession::fail(Error error)
{
    m_error = std::move(error);
    setState(State::Failed);
    Q_EMIT failed();
}

void ImageSession::cancel()
{
    if (m_state == State::Opening || m_state == State::Loading) {
        m_opener.cancel();
        m_loader.cancel();
        fail({ErrorCode::Cancelled, tr("opening was cancelled").toStdString(), {}});
    }
}

void ImageSession::close()
{
    if (!mayLeave()) {
        return;
    }
    m_opener.cancel();
    resetImage();
    m_archive.reset();
    m_imageIndex = -1;
    m_fileName.clear();
    m_title.clear();
    m_opening = {};
    m_reloadPlace.reset();
    setState(State::Empty);
    Q_EMIT closed();
}

void ImageSession::setCurrentLayer(std::optional<LayerNo> layer)
{
    if (!image() || (layer && *layer >= image()->layers.size()) || layer == m_layer) {
        return;
    }
    m_layer = layer;
    Q_EMIT currentLayerChanged();
    if (!layer) {
        setScope(Scope::WholeImage);
    } else if (m_scope == Scope::WholeImage) {
        setScope(Scope::UpToLayer);
    }
}

void ImageSession::setScope(Scope scope)
{
    if (scope == m_scope || !image() || (scope != Scope::WholeImage && image()->layers.empty())) {
        return;
    }
    m_scope = scope;
    if (scope != Scope::WholeImage && !m_layer) {
        m_layer = static_cast<LayerNo>(image()->layers.size() - 1);
        Q_EMIT currentLayerChanged();
    }
    Q_EMIT scopeChanged();
}

void ImageSession::setCurrentNode(NodeId node)
{
    if (node != m_node) {
        m_node = node;
        Q_EMIT currentNodeChanged();
    }
}

void ImageSession::setView(std::shared_ptr<const OpenedImage> view)
{
    if (!m_opened || view == m_view) {
        return;
    }
    const auto before = opened();
    m_view = std::move(view);
    m_node = before->tree->nodeIn(*opened()->tree, m_node);
    Q_EMIT viewChanged(*before->tree);
    if (m_layer && *m_layer >= image()->layers.size()) {
        setCurrentLayer(std::nullopt); // it was the container's
    }
    Q_EMIT currentNodeChanged();
}

void ImageSession::setPlace(const SessionPlace& place)
{
    setCurrentLayer(place.layer);
    setScope(place.scope);
    setCurrentNode(tree() && place.node.valid() && place.node.index() < tree()->nodeCount()
                       ? place.node
                       : NodeId{});
}

} // namespace strata::ui
