// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"
#include "export/container_file.h"
#include "export/container_layer.h"
#include "jobs/worker.h"
#include "overlay/container.h"
#include "overlay/layer_members.h"
#include "overlay/trace.h"
#include "overlay/upper_directory.h"
#include "tree/opened_image.h"

#include <QObject>
#include <QString>

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace strata::ui {

class ImageSession;

/// What a container was after an operation. A value of immutable things.
struct ContainerReport
{
    std::shared_ptr<const OpenedImage> view; ///< as viewContainer() gives it
    ContainerSize size;
    std::vector<UpperItem> upper;
    LayerMembers members;
};

/// One line that was done in a container, as `strata run` would take it.
struct ContainerAct
{
    std::string line;
    std::vector<Trace> traces; ///< of each operation that the line asked for, the refused one too
    std::size_t steps = 0;     ///< what it takes to undo it; 0 = it changed nothing
    std::size_t request = 0;   ///< the same for all that was asked for, and is undone, at once
    bool undone = false;

    bool refused() const { return !traces.empty() && !traces.back().done(); }
};

/// The containers that stand on the session's image. Whatever is done in them is done one after
/// another on a thread of its own; results come by signal. The one that is current is what the
/// session looks at. Lives on the GUI thread.
class ContainerDeck : public QObject
{
    Q_OBJECT
public:
    /// `session` must outlive the deck.
    explicit ContainerDeck(ImageSession& session, QObject* parent = nullptr);
    ~ContainerDeck() override;

    int count() const { return static_cast<int>(m_containers.size()); }
    QString name(int container) const;
    /// Null until the first one is there.
    const ContainerReport* report(int container) const;
    const std::vector<ContainerAct>& acts(int container) const;
    /// Whether it differs from its image and that is kept nowhere: neither saved nor committed.
    bool hasChanges(int container) const;
    bool anyChanges() const;
    int current() const { return m_current; } ///< -1 = the image itself
    bool canStart() const;
    /// Whether something is being done, or waits to be.
    bool busy() const { return m_worker.busy() || !m_waiting.empty(); }
    /// The acts that Undo, or Redo, would take back or do again, in the current container: those of
    /// one request. None if there is nothing to undo. A view until acts() changes.
    std::span<const ContainerAct> nextUndo() const;
    std::span<const ContainerAct> nextRedo() const;
    /// What `strata run` makes the container with: its name, and the lines that changed it.
    std::string script(int container) const;

public Q_SLOTS:
    /// A new container, which becomes the current one.
    void start();
    /// Whether containers that are started from now on copy up metadata alone where that is enough,
    /// as mounts with metacopy=on do.
    void setMetacopy(bool metacopy) { m_metacopy = metacopy; }
    void setCurrent(int container);
    void remove(int container);
    /// Does lines of a script in the current container until one is refused.
    void perform(const std::vector<std::string>& lines);
    void undo();
    void redo();
    /// Saves a container to a file (export/container_file.h).
    void save(int container, const QString& fileName);
    /// Writes a container as a new image (export/container_layer.h).
    void commit(int container, const QString& target, strata::WriteFormat format,
                strata::LayerCompression compression, const strata::CommitOptions& options);
    /// A container from a file that save() wrote, which becomes the current one.
    void open(const QString& fileName);
    /// Stops what is being done, which then counts as refused, and drops what waits.
    void cancel();

Q_SIGNALS:
    /// Containers have come or gone; others may have other numbers now.
    void listChanged();
    void currentChanged();
    /// report(container) was replaced.
    void reported(int container);
    /// Acts have been added to acts(container), from number `first` on.
    void performed(int container, std::size_t first);
    /// Acts of the container were undone or done again.
    void stepped(int container);
    /// save() or commit() has ended; `error` is none if `fileName` is there.
    void kept(int container, const QString& fileName, const std::optional<strata::Error>& error);
    /// open() could not: why, as a sentence.
    void notOpened(const QString& fileName, const QString& why);
    /// Lines that are no operations: nothing was done.
    void notUnderstood(const QString& why);
    void busyChanged();
    void progressed(quint64 done, quint64 total);

private:
    struct Tenant;
    struct Entry
    {
        std::shared_ptr<Tenant> tenant; ///< only touched by what the worker runs
        std::shared_ptr<const ContainerReport> report;
        std::vector<ContainerAct> acts;
        std::vector<std::string> kept; ///< lines that were in force when it was kept
    };
    /// What the worker gives back.
    struct Outcome
    {
        std::vector<ContainerAct> acts;
        std::shared_ptr<const ContainerReport> report; ///< null = nothing has changed
        std::optional<Error> error;                    ///< of making the report
        std::optional<Error> keepError;                ///< of writing it somewhere
    };
    using Work = std::function<Outcome(Tenant&, const Job&)>;
    using Taken = std::function<void(int, Outcome&)>;
    struct Task
    {
        std::weak_ptr<Tenant> tenant;
        Work work;
        Taken taken;
    };

    void enqueue(int container, Work work, Taken taken);
    void startNext();
    void finish(const std::shared_ptr<Tenant>& tenant, const Taken& taken, Outcome outcome);
    void step(bool back);
    std::span<const ContainerAct> requestOf(const ContainerAct& act) const;
    void imageResolved();
    void clear();
    void showCurrent();
    std::vector<std::string> linesInForce(int container) const;
    int find(const std::shared_ptr<Tenant>& tenant) const;
    void keep(int container, const QString& fileName,
              std::function<Status(const Tenant&, const Job&)> write);
    void restore(const QString& fileName, const SavedContainer& saved);
    Entry& entry(int container) { return m_containers[static_cast<std::size_t>(container)]; }
    /// `wish`, or if that is taken another one.
    std::string freeName(const std::string& wish) const;
    static std::shared_ptr<const ContainerReport> makeReport(Tenant& tenant, const Job& job,
                                                             std::optional<Error>& error);

    ImageSession& m_session;
    std::vector<Entry> m_containers;
    int m_current = -1;
    bool m_metacopy = false;
    std::size_t m_requests = 0; ///< made so far
    std::deque<Task> m_waiting;
    std::stop_source m_stop; ///< of what is being done
    Worker m_worker;
    Worker m_opener; ///< reads files of containers
};

} // namespace strata::ui
