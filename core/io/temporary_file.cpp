// SPDX-License-Identifier: Apache-2.0
#include "io/temporary_file_p.h"

#include <cerrno>
#include <cstdlib>

#include <fcntl.h>
#include <unistd.h>

namespace strata {

Result<TemporaryFile> makeTemporaryFile()
{
    TemporaryFile file;
    const char* wanted = ::secure_getenv("TMPDIR");
    for (const char* candidate : {wanted, "/var/tmp", "/tmp"}) {
        if (candidate == nullptr || *candidate == '\0') {
            continue;
        }
        file.folder = candidate;
        file.descriptor = ::open(candidate, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
        if (file.descriptor >= 0) {
            return file;
        }
        std::string name = file.folder + "/stratascope-XXXXXX";
        file.descriptor = ::mkostemp(name.data(), O_CLOEXEC);
        if (file.descriptor >= 0) {
            ::unlink(name.c_str());
            return file;
        }
    }
    return failErrno("cannot make a temporary file", errno, file.folder);
}

} // namespace strata
