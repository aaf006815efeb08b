// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bytes.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>

namespace strata::test {

/// Holds whoever wants to pass while it is shut.
class Gate
{
public:
    void shut()
    {
        const std::lock_guard lock(m_mutex);
        m_shut = true;
    }
    void open()
    {
        const std::lock_guard lock(m_mutex);
        m_shut = false;
        m_changed.notify_all();
    }
    /// How many stand before it.
    int waiting() const
    {
        const std::lock_guard lock(m_mutex);
        return m_waiting;
    }
    /// How often someone has come to it.
    int visits() const
    {
        const std::lock_guard lock(m_mutex);
        return m_visits;
    }
    /// Someone waited so long that the test would never have ended.
    bool gaveUp() const
    {
        const std::lock_guard lock(m_mutex);
        return m_gaveUp;
    }
    void pass()
    {
        std::unique_lock lock(m_mutex);
        ++m_waiting;
        ++m_visits;
        if (!m_changed.wait_for(lock, std::chrono::minutes(2), [this] { return !m_shut; })) {
            m_gaveUp = true;
            m_shut = false;
        }
        --m_waiting;
    }

private:
    mutable std::mutex m_mutex;
    std::condition_variable m_changed;
    int m_waiting = 0;
    int m_visits = 0;
    bool m_shut = false;
    bool m_gaveUp = false;
};

/// Bytes that can be read only while the gate is open; those before `from` at any time.
class GatedSource : public ByteSource
{
public:
    GatedSource(Bytes bytes, Gate& gate, std::uint64_t from = 0)
        : m_bytes(memorySource(std::move(bytes)))
        , m_gate(gate)
        , m_from(from)
    {
    }

    std::uint64_t size() const override { return m_bytes->size(); }
    Result<std::size_t> readAt(std::uint64_t offset, std::span<std::byte> into) const override
    {
        if (offset >= m_from) {
            m_gate.pass();
        }
        return m_bytes->readAt(offset, into);
    }

private:
    SharedSource m_bytes;
    Gate& m_gate;
    std::uint64_t m_from;
};

} // namespace strata::test
