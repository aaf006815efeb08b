// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"
#include "base/warning.h"
#include "export/container_file.h"
#include "export/container_layer.h"
#include "jobs/worker.h"
#include "overlay/container.h"
#include "overlay/layer_members.h"
#include "overlay/trace.h"
#include "overlay/upper_directory.h"
#include "tree/opened_image.h"

#include <QByteArray>
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

/// Stands for one container of a deck for as long as it lives, whatever its number. 0 = none.
using ContainerKey = quint64;

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
    /// Whether it differs from its image, or is about to, and that is kept nowhere: neither saved
    /// nor committed.
    bool hasChanges(int container) const;
    bool anyChanges() const;
    int current() const { return m_current; } ///< -1 = the image itself
    ContainerKey key(int container) const;    ///< of -1: 0
    int number(ContainerKey key) const;       ///< -1 = it is gone
    bool canStart() const;
    /// Whether the session shows the current container as it was reported last.
    bool showsCurrent() const;
    /// Whether something is being done, or waits to be.
    bool busy() const { return m_worker.busy() || !m_waiting.empty(); }
    /// The acts that Undo, or Redo, would take back or do again, in the current container: those of
    /// one request. None if there is nothing to undo. A view until acts() changes.
    std::span<const ContainerAct> nextUndo() const;
    std::span<const ContainerAct> nextRedo() const;
    /// What `strata run` makes the container with: its name, and the lines that changed it.
    std::string script(int container) const;

    /// Does lines of a script in a container until one is refused. False, and notUnderstood, if
    /// they are none, or the container is gone.
    bool perform(ContainerKey container, const std::vector<std::string>& lines);
    /// … in the current one.
    bool perform(const std::vector<std::string>& lines);
    /// Reads a file of a container that has at most `most` bytes, after all that waits. `taken`
    /// gets them on this thread, or LimitExceeded, Cancelled or why not.
    void readFile(ContainerKey container, const std::string& path, std::uint64_t most,
                  const std::function<void(const strata::Result<QByteArray>&)>& taken);

public Q_SLOTS:
    /// A new container, which becomes the current one.
    void start();
    /// Whether containers that are started from now on copy up metadata alone where that is enough,
    /// as mounts with metacopy=on do.
    void setMetacopy(bool metacopy) { m_metacopy = metacopy; }
    void setCurrent(int container);
    /// This and the next two do nothing if the container is gone.
    void remove(strata::ui::ContainerKey container);
    /// Saves a container to a file (export/container_file.h).
    void save(strata::ui::ContainerKey container, const QString& fileName);
    /// Writes a container as a new image (export/container_layer.h).
    void commit(strata::ui::ContainerKey container, const QString& target,
                strata::WriteFormat format, strata::LayerCompression compression,
                const strata::CommitOptions& options);
    void undo();
    void redo();
    /// A container from a file that save() wrote, which becomes the current one.
    void open(const QString& fileName);
    /// Stops what is being done, which then counts as refused, and drops what was asked for and
    /// waits.
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
    /// save() or commit() has ended, each with one of these; `error` is none if `fileName` is
    /// there. `leftOut`: what a layer cannot hold.
    void kept(int container, const QString& fileName, const std::optional<strata::Error>& error,
              const strata::WarningList& leftOut);
    /// open() could not: why, as a sentence.
    void notOpened(const QString& fileName, const QString& why);
    /// Lines that are no operations: nothing was done.
    void notUnderstood(const QString& why);
    /// Work in a container that could not be done to its end, or not be shown: why.
    void faltered(const QString& why);
    void busyChanged();
    void progressed(quint64 done, quint64 total);

private:
    struct Tenant;
    struct Entry
    {
        ContainerKey key = 0;
        std::shared_ptr<Tenant> tenant; ///< only touched by what the worker runs
        std::shared_ptr<const ContainerReport> report;
        std::vector<ContainerAct> acts;
        std::vector<std::size_t> kept; ///< requests that were in force when it was kept
    };
    /// What the worker gives back.
    struct Outcome
    {
        std::vector<ContainerAct> acts;
        bool anew = false;                             ///< other things than its steps have changed
        std::shared_ptr<const ContainerReport> report; ///< null = nothing has changed
        QByteArray bytes;                              ///< that were read
        WarningList leftOut;                           ///< of what was written
        std::optional<Error> error;                    ///< why the work came to no end
        std::optional<Error> reportError;
    };
    struct Task
    {
        ContainerKey container = 0;
        /// On the worker's thread. Adds to the outcome as it goes, so that what was done before it
        /// throws is known.
        std::function<void(Tenant&, const Job&, Outcome&)> work;
        std::function<void(int, Outcome&)> taken;
        /// In place of `work` if Stop comes before it; none = Stop lets it be.
        std::function<void(int)> dropped;
        bool changes = true; ///< what it is for: the container, or keeping it
    };

    /// Makes it the current container.
    ContainerKey add(std::string name, Container container);
    void enqueue(Task task);
    void startNext();
    static Outcome run(const Task& task, Tenant& tenant, bool first, const Job& given,
                       const std::stop_token& stop);
    void finish(const Task& task, Outcome outcome);
    void takeActs(int container, Outcome& outcome);
    bool underWay(ContainerKey container) const;
    void step(bool back);
    std::span<const ContainerAct> requestOf(const ContainerAct& act) const;
    void imageResolved();
    void clear();
    void showCurrent();
    std::vector<std::size_t> requestsInForce(int container) const;
    void keep(ContainerKey container, const QString& fileName,
              std::function<Result<WarningList>(const Tenant&, const Job&)> write);
    void restore(const QString& fileName, const SavedContainer& saved);
    Entry& entry(int container) { return m_containers[static_cast<std::size_t>(container)]; }
    const Entry& entry(int container) const
    {
        return m_containers[static_cast<std::size_t>(container)];
    }
    /// `wish`, or if that is taken another one.
    std::string freeName(const std::string& wish) const;
    static Result<std::shared_ptr<const ContainerReport>> makeReport(Tenant& tenant,
                                                                     const Job& job);

    ImageSession& m_session;
    std::vector<Entry> m_containers;
    int m_current = -1;
    bool m_metacopy = false;
    ContainerKey m_keys = 0;    ///< given so far
    std::size_t m_requests = 0; ///< made so far
    std::deque<Task> m_waiting;
    std::shared_ptr<const Task> m_running;
    std::stop_source m_stop; ///< of what is being done
    Worker m_worker;
    Worker m_opener; ///< reads files of containers
};

} // namespace strata::ui
