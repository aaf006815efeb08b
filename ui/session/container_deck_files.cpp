// SPDX-License-Identifier: Apache-2.0
// How ContainerDeck saves containers, opens saved ones and makes images of them.
#include "base/shell_words.h"
#include "io/byte_stream.h"
#include "overlay/script.h"
#include "session/container_tenant_p.h"
#include "session/image_session.h"
#include "text/format.h"

#include <QFile>

#include <algorithm>
#include <iterator>
#include <utility>

namespace strata::ui {

void ContainerDeck::keep(ContainerKey container, const QString& fileName,
                         std::function<Result<WarningList>(const Tenant&, const Job&)> write)
{
    auto work = [write = std::move(write)](const Tenant& tenant, const Job& job, Outcome& outcome) {
        if (auto written = write(tenant, job)) {
            outcome.leftOut = std::move(*written);
        } else {
            outcome.error = std::move(written.error());
        }
    };
    auto taken = [this, fileName](int at, Outcome& outcome) {
        if (!outcome.error) {
            entry(at).kept = requestsInForce(at);
        }
        Q_EMIT kept(at, fileName, outcome.error, outcome.leftOut);
    };
    auto dropped = [this, fileName](int at) {
        Q_EMIT kept(at, fileName, cancelledError().error(), {});
    };
    enqueue({.container = container,
             .work = std::move(work),
             .taken = std::move(taken),
             .dropped = std::move(dropped)});
}

void ContainerDeck::save(ContainerKey container, const QString& fileName)
{
    const std::filesystem::path target(QFile::encodeName(fileName).toStdString());
    keep(container, fileName, [target](const Tenant& tenant, const Job& job) {
        return saveContainer(tenant.container, tenant.name, target, job);
    });
}

void ContainerDeck::commit(ContainerKey container, const QString& target, WriteFormat format,
                           LayerCompression compression, const CommitOptions& options)
{
    const std::filesystem::path path(QFile::encodeName(target).toStdString());
    keep(container, target,
         [path, format, compression, options](const Tenant& tenant, const Job& job) {
             return commitContainer(tenant.container, path, format, compression, options, job)
                 .transform([](const CommitReport& report) { return report.warnings; });
         });
}

void ContainerDeck::open(const QString& fileName)
{
    if (!canStart()) {
        return;
    }
    const std::filesystem::path path(QFile::encodeName(fileName).toStdString());
    m_opener.start([path](const Job& job) { return openContainerFile(path, job); },
                   [this, fileName](const Result<SavedContainer>& saved) {
                       if (saved) {
                           restore(fileName, *saved);
                       } else {
                           Q_EMIT notOpened(fileName, errorText(saved.error()));
                       }
                   });
}

void ContainerDeck::restore(const QString& fileName, const SavedContainer& saved)
{
    if (!canStart()) {
        return;
    }
    if (!saved.standsOn(m_session.openedImage()->image())) {
        const auto name = saved.imageNames.empty() ? saved.imageId : saved.imageNames.front();
        Q_EMIT notOpened(
            fileName,
            tr("It stands on another image: %1. Open that one first.").arg(displayText(name)));
        return;
    }
    const auto container = add(freeName(isContainerName(saved.name) ? saved.name : std::string()),
                               Container(m_session.openedImage()));
    auto work = [layer = saved.layer, request = ++m_requests,
                 line = "# opened from " + quoteWord(fileName.toStdString())](
                    Tenant& opened, const Job& job, Outcome& outcome) {
        const auto stream = plainStream(layer, 0, job.stop);
        if (auto restored = opened.container.restore(*stream, job); !restored) {
            outcome.error = std::move(restored.error());
            return;
        }
        ContainerAct act;
        act.line = line;
        act.steps = opened.container.undoSteps();
        act.request = request;
        outcome.acts.push_back(std::move(act));
    };
    const auto refuse = [this, fileName](int at, const Error& error) {
        remove(key(at));
        Q_EMIT notOpened(fileName, errorText(error));
    };
    auto taken = [this, refuse](int at, Outcome& outcome) {
        if (outcome.error) {
            refuse(at, *outcome.error);
            return;
        }
        for (const auto& act : outcome.acts) {
            if (act.steps > 0) {
                entry(at).kept.push_back(act.request);
            }
        }
        takeActs(at, outcome);
    };
    auto dropped = [refuse](int at) { refuse(at, cancelledError().error()); };
    enqueue({.container = container,
             .work = std::move(work),
             .taken = std::move(taken),
             .dropped = std::move(dropped)});
}

} // namespace strata::ui
