// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "export/layer_writer.h"
#include "io/byte_source.h"

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace strata::bench {

/// A layer's tar on its way into a file. The first error is kept and given by finish().
class LayerFile
{
public:
    explicit LayerFile(std::filesystem::path file);

    void folder(std::string path);
    /// `age` in seconds after all that was there before.
    void file(std::string path, std::string_view content, std::uint16_t mode, std::int64_t age);
    void whiteout(std::string_view path);
    Result<SharedSource> finish();

private:
    void keep(Status status);

    std::filesystem::path m_path;
    std::ofstream m_out;
    LayerWriter m_writer;
    Status m_status;
};

} // namespace strata::bench
