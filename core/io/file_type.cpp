// SPDX-License-Identifier: Apache-2.0
#include "io/file_type.h"

namespace strata {

std::string_view fileTypeName(FileType type)
{
    switch (type) {
    case FileType::File:
        return "file";
    case FileType::Directory:
        return "dir";
    case FileType::Symlink:
        return "symlink";
    case FileType::CharDevice:
        return "char";
    case FileType::BlockDevice:
        return "block";
    case FileType::Fifo:
        return "fifo";
    }
    return "file";
}

std::string_view fileTypeWords(FileType type)
{
    switch (type) {
    case FileType::File:
        return "a file";
    case FileType::Directory:
        return "a directory";
    case FileType::Symlink:
        return "a symlink";
    case FileType::CharDevice:
        return "a character device";
    case FileType::BlockDevice:
        return "a block device";
    case FileType::Fifo:
        return "a FIFO";
    }
    return "a file";
}

} // namespace strata
