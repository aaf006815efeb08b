// SPDX-License-Identifier: Apache-2.0
#include "export/descriptor.h"

#include <unistd.h>

namespace strata {

Descriptor::~Descriptor()
{
    if (m_fd >= 0) {
        close(m_fd);
    }
}

} // namespace strata
