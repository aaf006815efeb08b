// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"
#include "export/image_writer.h"
#include "io/byte_stream.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

/// Private to core/export.
namespace strata {

/// Where the files of an image go: members of a tar, or files of a directory. What is not committed
/// leaves nothing behind.
class ImageOutput
{
public:
    ImageOutput() = default;
    ImageOutput(const ImageOutput&) = delete;
    ImageOutput& operator=(const ImageOutput&) = delete;
    virtual ~ImageOutput() = default;

    virtual Status folder(const std::string& name) = 0;
    /// `content` gives exactly `size` bytes.
    virtual Status file(const std::string& name, std::uint64_t size, ByteStream& content) = 0;
    Status document(const std::string& name, const std::string& content);
    virtual Status commit() = 0;
};

/// Errors: Io, NotFound, Denied.
Result<std::unique_ptr<ImageOutput>> openImageOutput(const std::filesystem::path& target,
                                                     WriteFormat format);

} // namespace strata
