// SPDX-License-Identifier: Apache-2.0
#include "sample_image.h"

#include <filesystem>
#include <string>
#include <system_error>

namespace strata::test {

using namespace std::string_literals;

std::vector<TarBuilder> everythingLayers()
{
    TarBuilder base;
    base.symlink("bin", "usr/bin")
        .file("bad\xffname", "raw")
        .symlink("badlink", "to\xfe")
        .dir("dev")
        .charDevice("dev/null", 1, 3, {.mode = 0666})
        .fifo("dev/pipe", {.mode = 0600})
        .dir("etc")
        .dir("etc/data")
        .file("etc/data/deep")
        .file("etc/hostname", "base\n")
        .file("etc/shadow", "root::\n", {.mode = 0640, .gid = 42})
        .pax({{"mtime", "1600000000.25"}})
        .file("etc/subsecond", "s")
        .dir("old")
        .file("old/a", "aa")
        .dir("old/b")
        .file("old/b/c", "ccc")
        .xattr("security.capability", "\x01\0\0\x02"s)
        .file("usr/bin/tool", "tool!", {.mode = 04755})
        .hardlink("usr/bin/tool2", "usr/bin/tool")
        .file("var/implied/x", "x");
    TarBuilder change;
    change.file("etc/data", "now a file")
        .file("etc/hostname", "BASE\n")
        .file("etc/shadow", "root::\n", {.mode = 0600, .gid = 42})
        .whiteout("old")
        .file("usr/bin/new", "new");
    TarBuilder last;
    last.dir("etc").file("opt/copy", "copied").whiteout("usr/bin/new").opaque("var/implied");
    return {base, change, last};
}

ImageBuilder everything()
{
    const auto layers = everythingLayers();
    ImageBuilder image;
    image.name("localhost/everything:1")
        .layer(layers[0], "/bin/sh -c #(nop) ADD file:0123 in / ")
        .layer(layers[1], "/bin/sh -c change")
        .step("/bin/sh -c #(nop)  CMD [\"sh\"]")
        .layer(layers[2], "RUN /bin/sh -c last # buildkit", Compression::Gzip);
    return image;
}

ImageBuilder single(std::string_view path, std::string_view content)
{
    ImageBuilder image;
    image.layer(TarBuilder().file(path, content), "COPY x / # buildkit");
    return image;
}

ImageBuilder artifact()
{
    ImageBuilder image;
    image.layer(toBytes("chart"))
        .mediaTypeOfLastLayer("application/octet-stream")
        .artifactType("application/vnd.example.chart")
        .configMediaType("application/vnd.oci.empty.v1+json")
        .configOverride("{}");
    return image;
}

Workshop::~Workshop()
{
    std::error_code ignored;
    std::filesystem::remove_all(m_directory.path().toStdString(), ignored);
}

QString Workshop::archive(const QString& name, const ArchiveBuilder& archive) const
{
    archive.writeFile(path(name).toStdString());
    return path(name);
}

QString Workshop::file(const QString& name, const Bytes& bytes) const
{
    writeFile(path(name).toStdString(), bytes);
    return path(name);
}

QString Workshop::everythingOci() const
{
    return archive(QStringLiteral("everything.tar"),
                   ArchiveBuilder(ArchiveForm::Oci).image(everything()));
}

} // namespace strata::test
