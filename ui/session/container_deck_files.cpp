// SPDX-License-Identifier: Apache-2.0
// How ContainerDeck saves containers, opens saved ones and makes images of them.
#include "base/shell_words.h"
#include "io/byte_stream.h"
#include "session/container_tenant_p.h"
#include "session/image_session.h"
#include "text/format.h"

#include <QFile>

#include <algorithm>
#include <iterator>
#include <utility>

namespace strata::ui {

void ContainerDeck::keep(int container, const QString& fileName,
                         std::function<Status(const Tenant&, const Job&)> write)
{
    if (container < 0 || container >= count()) {
        return;
    }
    enqueue(
        container,
        [write = std::move(write)](const Tenant& tenant, const Job& job) {
            Outcome outcome;
            if (auto written = write(tenant, job); !written) {
                outcome.keepError = std::move(written.error());
            }
            return outcome;
        },
        [this, fileName](int at, const Outcome& outcome) {
            if (!outcome.keepError) {
                entry(at).kept = linesInForce(at);
            }
            Q_EMIT kept(at, fileName, outcome.keepError);
        });
}

void ContainerDeck::save(int container, const QString& fileName)
{
    const std::filesystem::path target(QFile::encodeName(fileName).toStdString());
    keep(container, fileName, [target](const Tenant& tenant, const Job& job) {
        return saveContainer(tenant.container, tenant.name, target, job)
            .transform([](const WarningList&) {});
    });
}

void ContainerDeck::commit(int container, const QString& target, WriteFormat format,
                           LayerCompression compression, const CommitOptions& options)
{
    const std::filesystem::path path(QFile::encodeName(target).toStdString());
    keep(container, target,
         [path, format, compression, options](const Tenant& tenant, const Job& job) {
             return commitContainer(tenant.container, path, format, compression, options, job)
                 .transform([](const CommitReport&) {});
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
    const bool plain = std::ranges::all_of(saved.name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_' || c == '.';
    });
    Entry entry;
    entry.tenant = std::make_shared<Tenant>(
        Tenant{freeName(plain ? saved.name : std::string()), Container(m_session.openedImage())});
    m_containers.push_back(std::move(entry));
    m_current = count() - 1;
    Q_EMIT listChanged();
    Q_EMIT currentChanged();
    const auto line = "# opened from " + quoteWord(fileName.toStdString());
    enqueue(
        m_current,
        [layer = saved.layer, line, request = ++m_requests](Tenant& tenant, const Job& job) {
            const auto stream = plainStream(layer, 0, job.stop);
            Outcome outcome;
            if (auto restored = tenant.container.restore(*stream, job); !restored) {
                outcome.keepError = std::move(restored.error());
                return outcome;
            }
            outcome.acts.push_back({.line = line,
                                    .traces = {},
                                    .steps = tenant.container.undoSteps(),
                                    .request = request,
                                    .undone = false});
            return outcome;
        },
        [this, fileName](int container, Outcome& outcome) {
            if (outcome.keepError) {
                remove(container);
                Q_EMIT notOpened(fileName, errorText(*outcome.keepError));
                return;
            }
            std::ranges::move(outcome.acts, std::back_inserter(this->entry(container).acts));
            this->entry(container).kept = linesInForce(container);
            Q_EMIT performed(container, 0);
        });
}

} // namespace strata::ui
