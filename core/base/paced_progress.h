// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/job.h"

#include <chrono>
#include <cstdint>

namespace strata {

/// Progress of a job reported as seldom as Job asks for, however often it is told.
class PacedProgress
{
public:
    /// `job` must outlive it.
    PacedProgress(const Job& job, std::uint64_t total)
        : m_job(job)
        , m_total(total)
    {
    }

    void reached(std::uint64_t done)
    {
        const auto now = std::chrono::steady_clock::now();
        if (now - m_last >= std::chrono::milliseconds(33) || (done >= m_total && !m_complete)) {
            m_last = now;
            m_complete = done >= m_total;
            m_job.report(done, m_total);
        }
    }

private:
    const Job& m_job;
    std::uint64_t m_total;
    std::chrono::steady_clock::time_point m_last;
    bool m_complete = false;
};

} // namespace strata
