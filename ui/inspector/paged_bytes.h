// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "io/byte_stream.h"
#include "jobs/worker.h"

#include <QObject>

#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

namespace strata::ui {

using SharedBytes = std::shared_ptr<const std::vector<std::byte>>;

/// The content of a file of any size, looked at a page at a time: the front and the pages used
/// last are in memory, others are read off the GUI thread when asked for. GUI thread only.
class PagedBytes : public QObject
{
    Q_OBJECT
public:
    using Open = std::function<Result<std::unique_ptr<ByteStream>>(const Job&)>;

    static constexpr qint64 pageSize = 256 << 10;
    static constexpr std::size_t mostPages = 64;

    explicit PagedBytes(QObject* parent = nullptr);

    /// `size` bytes that begin with `front`; `open` gives a stream of all of them from the start,
    /// on another thread. It may be empty if `front` is all there is.
    void setContent(SharedBytes front, qint64 size, Open open);
    qint64 size() const { return m_size; }
    /// None while the byte is not in memory.
    std::optional<std::byte> at(qint64 offset) const;
    /// Whether all of [first, last) is in memory.
    bool has(qint64 first, qint64 last) const;
    /// Reads what of [first, last) is not in memory; the latest wish comes first. At most mostPages
    /// pages are worth asking for at once.
    void want(qint64 first, qint64 last);
    bool busy() const { return m_worker.busy(); }
    std::size_t bytesHeld() const;

Q_SIGNALS:
    /// More is in memory.
    void arrived();
    /// What was wanted cannot be read; it is not tried again before setContent.
    void failed(const strata::Error& error);
    void busyChanged(bool busy);

private:
    /// A stream and where it stands, handed to the worker and back, so that reading on goes on.
    struct Reader
    {
        std::stop_source stop; ///< the stream's own: it outlives the work that opened it
        std::unique_ptr<ByteStream> stream;
        qint64 position = 0;
    };
    struct Page
    {
        qint64 number = 0;
        SharedBytes bytes;
    };
    struct Delivery
    {
        std::shared_ptr<Reader> reader;
        Page page;
    };

    static Result<Delivery> readPage(const Open& open, std::shared_ptr<Reader> reader,
                                     qint64 number, qint64 size, const Job& job);
    const Page* page(qint64 number) const;
    bool inMemory(qint64 number) const;
    void readNext();
    void pageRead(Result<Delivery> result);

    SharedBytes m_front;
    qint64 m_size = 0;
    Open m_open;
    std::list<Page> m_pages; ///< those used last in front
    qint64 m_wantedFirst = 0;
    qint64 m_wantedLast = 0; ///< page numbers, one past the last
    qint64 m_reading = -1;   ///< the page under way
    bool m_broken = false;
    std::shared_ptr<Reader> m_reader;
    Worker m_worker; ///< last: it stops before the rest goes
};

} // namespace strata::ui
