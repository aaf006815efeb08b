// SPDX-License-Identifier: Apache-2.0
#include "inspector/paged_bytes.h"

#include <algorithm>
#include <utility>

namespace strata::ui {

PagedBytes::PagedBytes(QObject* parent)
    : QObject(parent)
{
    connect(&m_worker, &Worker::started, this, [this] { Q_EMIT busyChanged(true); });
    connect(&m_worker, &Worker::finished, this, [this] { Q_EMIT busyChanged(false); });
}

void PagedBytes::setContent(SharedBytes front, qint64 size, Open open)
{
    m_worker.cancel();
    m_front = std::move(front);
    m_size = size;
    m_open = std::move(open);
    m_pages.clear();
    m_reader.reset();
    m_reading = -1;
    m_wantedFirst = m_wantedLast = 0;
    m_broken = false;
}

const PagedBytes::Page* PagedBytes::page(qint64 number) const
{
    const auto at = std::ranges::find(m_pages, number, &Page::number);
    return at == m_pages.end() ? nullptr : &*at;
}

std::optional<std::byte> PagedBytes::at(qint64 offset) const
{
    if (m_front && offset < static_cast<qint64>(m_front->size())) {
        return (*m_front)[static_cast<std::size_t>(offset)];
    }
    const auto* there = page(offset / pageSize);
    const auto within = static_cast<std::size_t>(offset % pageSize);
    return there && within < there->bytes->size() ? std::optional((*there->bytes)[within])
                                                  : std::nullopt;
}

bool PagedBytes::inMemory(qint64 number) const
{
    const auto end = std::min((number + 1) * pageSize, m_size);
    return (m_front && end <= static_cast<qint64>(m_front->size())) || page(number) != nullptr;
}

bool PagedBytes::has(qint64 first, qint64 last) const
{
    for (auto number = first / pageSize; number * pageSize < std::min(last, m_size); ++number) {
        if (!inMemory(number)) {
            return false;
        }
    }
    return true;
}

void PagedBytes::want(qint64 first, qint64 last)
{
    m_wantedFirst = std::clamp<qint64>(first, 0, m_size) / pageSize;
    m_wantedLast = (std::clamp<qint64>(last, 0, m_size) + pageSize - 1) / pageSize;
    m_wantedLast = std::min<qint64>(m_wantedLast, m_wantedFirst + static_cast<qint64>(mostPages));
    for (auto number = m_wantedFirst; number < m_wantedLast; ++number) {
        const auto used = std::ranges::find(m_pages, number, &Page::number);
        if (used != m_pages.end()) {
            m_pages.splice(m_pages.begin(), m_pages, used);
        }
    }
    // What lies behind the page being read is on the way there; what lies before it is not.
    if (m_worker.busy() && m_wantedFirst >= m_reading) {
        return;
    }
    readNext();
}

void PagedBytes::readNext()
{
    auto number = m_wantedFirst;
    while (number < m_wantedLast && inMemory(number)) {
        ++number;
    }
    if (number >= m_wantedLast || !m_open || m_broken) {
        return;
    }
    m_reading = number;
    auto reader = std::exchange(m_reader, nullptr);
    if (reader && reader->position > number * pageSize) {
        reader.reset(); // streams only go forward
    }
    m_worker.start([open = m_open, reader = std::move(reader), number, size = m_size](
                       const Job& job) { return readPage(open, reader, number, size, job); },
                   [this](auto result) { pageRead(std::move(result)); });
}

Result<PagedBytes::Delivery> PagedBytes::readPage(const Open& open, std::shared_ptr<Reader> reader,
                                                  qint64 number, qint64 size, const Job& job)
{
    if (!reader) {
        reader = std::make_shared<Reader>();
    }
    const std::stop_callback pass(job.stop,
                                  [stop = reader->stop]() mutable { stop.request_stop(); });
    if (!reader->stream) {
        auto stream = open({.stop = reader->stop.get_token(), .progress = {}});
        if (!stream) {
            return std::unexpected(stream.error());
        }
        reader->stream = std::move(*stream);
    }
    const auto start = number * pageSize;
    while (reader->position < start) {
        const auto passed =
            reader->stream->skip(static_cast<std::uint64_t>(start - reader->position));
        if (!passed) {
            return std::unexpected(passed.error());
        }
        if (*passed == 0) {
            return fail(ErrorCode::Truncated, "ends before its size says");
        }
        reader->position += static_cast<qint64>(*passed);
    }
    const auto length = static_cast<std::uint64_t>(std::min(pageSize, size - start));
    auto bytes = readUpTo(*reader->stream, length);
    if (!bytes) {
        return std::unexpected(bytes.error());
    }
    if (bytes->size() < length) {
        return fail(ErrorCode::Truncated, "ends before its size says");
    }
    reader->position += static_cast<qint64>(bytes->size());
    return Delivery{std::move(reader),
                    {number, std::make_shared<const std::vector<std::byte>>(std::move(*bytes))}};
}

void PagedBytes::pageRead(Result<Delivery> result)
{
    m_reading = -1;
    if (!result) {
        m_broken = true;
        Q_EMIT failed(result.error());
        return;
    }
    m_reader = std::move(result->reader);
    m_pages.push_front(std::move(result->page));
    if (m_pages.size() > mostPages) {
        m_pages.pop_back();
    }
    readNext();
    Q_EMIT arrived();
}

std::size_t PagedBytes::bytesHeld() const
{
    std::size_t held = m_front ? m_front->size() : 0;
    for (const auto& page : m_pages) {
        held += page.bytes->size();
    }
    return held;
}

} // namespace strata::ui
