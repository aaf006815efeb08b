// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "archive_builder.h"

#include <QString>
#include <QTemporaryDir>

namespace strata::test {

/// A three-layer image with one of everything the command line prints:
///   0  the base: files of every type, links, attributes, names that are not UTF-8
///   1  "RUN change": /etc/hostname (same size, other content), /etc/shadow (mode only), /old gone,
///      /etc/data a file instead of a directory, /usr/bin/new
///   -  "CMD [\"sh\"]"
///   2  gzip: /usr/bin/new gone, /var/implied opaque, /etc listed again as it was, /opt/copy
ImageBuilder everything();
/// The three layers alone.
std::vector<TarBuilder> everythingLayers();

/// A small image of one layer that holds `path`.
ImageBuilder single(std::string_view path, std::string_view content = "x");

/// An artifact: a chart, say, which has no tree.
ImageBuilder artifact();

/// A directory that goes with the test, and archives in it.
class Workshop
{
public:
    Workshop() = default;
    Workshop(const Workshop&) = delete;
    Workshop& operator=(const Workshop&) = delete;
    /// Qt cannot remove names that are not UTF-8.
    ~Workshop();

    QString path(const QString& name) const { return m_directory.filePath(name); }
    /// Writes an archive and gives its path.
    QString archive(const QString& name, const ArchiveBuilder& archive) const;
    QString file(const QString& name, const Bytes& bytes) const;
    /// everything() as an OCI archive.
    QString everythingOci() const;

private:
    QTemporaryDir m_directory;
};

} // namespace strata::test
