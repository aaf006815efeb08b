// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <archive.h>

#include <memory>
#include <new>

/// Private to io.
namespace strata {

struct FreeArchive
{
    void operator()(archive* a) const { archive_read_free(a); }
};

/// libarchive's reader, never null.
using ArchiveReader = std::unique_ptr<archive, FreeArchive>;

inline ArchiveReader newArchiveReader()
{
    ArchiveReader reader(archive_read_new());
    if (!reader) {
        throw std::bad_alloc();
    }
    return reader;
}

} // namespace strata
