// SPDX-License-Identifier: Apache-2.0
// Makes what the targets start from: one folder a target below the one named, a file an input.
#include "archive_builder.h"
#include "bytes.h"
#include "image_builder.h"
#include "tar_builder.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <string>
#include <string_view>

using namespace strata;
using namespace strata::test;
using namespace std::string_literals;

namespace {

namespace fs = std::filesystem;

TarBuilder baseLayer()
{
    return TarBuilder()
        .dir("etc")
        .file("etc/hostname", "base\n")
        .file("etc/passwd", "root:x:0:0\n")
        .symlink("lib", "usr/lib")
        .dir("usr/lib/", {.mode = 02755, .uid = 1, .gid = 2})
        .file("usr/lib/x", "x", {.mode = 04755})
        .hardlink("usr/lib/y", "usr/lib/x")
        .charDevice("dev/null", 1, 3)
        .fifo("run/pipe");
}

TarBuilder upperLayer()
{
    return TarBuilder()
        .file("etc/hostname", "upper")
        .whiteout("etc/passwd")
        .opaque("usr")
        .file("lib/z", "behind a link of the layer below")
        .hardlink("copy", "/usr/lib/x")
        .xattr("security.capability", "\1\0\0\2"s)
        .file("usr/bin/ping", "ping");
}

TarBuilder oddLayer()
{
    return TarBuilder()
        .globalPax({{"comment", "global"}})
        .pax({{"path", "p/" + std::string(200, 'p')}, {"mtime", "-1.5"}})
        .file("short", "pax")
        .longNames(LongNames::Gnu)
        .file("g/" + std::string(200, 'g'), "gnu")
        .longNames(LongNames::UstarPrefix)
        .file(std::string(90, 'u') + "/" + std::string(90, 'v'), "ustar")
        .file("base256", "numbers", {.mode = 0644, .uid = 1LL << 31U, .mtime = -1LL << 40U})
        .hardlink("early", "late")
        .file("late", "later")
        .file("late", "twice")
        .charDevice(".wh.not", 0, 0)
        .charDevice("gone", 0, 0)
        .file("../escape", "no")
        .file("/abs//./path/", "yes")
        .file("caf\xc3\xa9", "utf-8")
        .file("caf\xe9", "latin-1")
        .xattr("trusted.overlay.opaque", "y")
        .dir("opaque")
        .header({.name = "odd", .typeflag = 'Z', .magic = TarMagic::V7});
}

TarBuilder sparseLayer()
{
    const std::vector<SparseChunk> chunks = {{512, std::string(512, 's')}, {5000, "end"}};
    return TarBuilder()
        .sparse(SparseForm::OldGnu, "old", chunks, 9000)
        .sparse(SparseForm::Pax00, "p00", chunks, 9000)
        .sparse(SparseForm::Pax01, "p01", chunks, 9000)
        .sparse(SparseForm::Pax10, "p10", chunks, 9000)
        .file("after", "it");
}

ImageBuilder smallImage()
{
    return ImageBuilder()
        .layer(baseLayer(), "/bin/sh -c #(nop) ADD file:0 in / ", Compression::Gzip)
        .step("/bin/sh -c #(nop)  CMD [\"sh\"]")
        .layer(upperLayer(), "RUN |1 A=b /bin/sh -c apt-get update && true # buildkit")
        .comment("buildkit.dockerfile.v0")
        .runtime(R"({"Env":["A=b"],"Cmd":["sh"]})")
        .name("example.org/image:1");
}

void makeArchives(const fs::path& folder)
{
    for (const auto form :
         {ArchiveForm::DockerV1, ArchiveForm::DockerClassic, ArchiveForm::Docker25,
          ArchiveForm::Containerd, ArchiveForm::Podman, ArchiveForm::Kaniko, ArchiveForm::Oci,
          ArchiveForm::SkopeoDir, ArchiveForm::Rootfs}) {
        std::string name(archiveFormName(form));
        std::ranges::replace(name, ' ', '-');
        writeFile(folder / name, archiveOf(form, smallImage()));
    }
    for (const auto outer : {Compression::Gzip, Compression::Zstd, Compression::Xz,
                             Compression::Bzip2, Compression::Lz4}) {
        writeFile(folder / compressionName(outer),
                  ArchiveBuilder(ArchiveForm::Oci).image(smallImage()).outer(outer).bytes());
    }
    const auto second = ImageBuilder().platform("linux", "arm64", "v8").layer(oddLayer());
    writeFile(folder / "nested", ArchiveBuilder(ArchiveForm::Docker25)
                                     .image(smallImage())
                                     .image(second)
                                     .nest("several")
                                     .dotSlash()
                                     .bytes());
}

void makeLayers(const fs::path& folder)
{
    const std::array layers = {baseLayer(), upperLayer(), oddLayer(), sparseLayer()};
    for (std::size_t i = 0; i < layers.size(); ++i) {
        const auto tar = layers.at(i).bytes();
        for (const auto how : {Compression::None, Compression::Gzip, Compression::Zstd,
                               Compression::Xz, Compression::Lz4}) {
            writeFile(folder / (std::to_string(i) + "-" + std::string(compressionName(how))),
                      compress(tar, how));
        }
    }
}

/// Random code: all of it means something. With it, archives for the target's other way in.
void makeStacks(const fs::path& folder)
{
    constexpr unsigned count = 40;
    for (unsigned seed = 1; seed <= count; ++seed) {
        auto code = noise(20 + 9 * seed, seed);
        code.front() &= std::byte{0x0f};
        writeFile(folder / ("code-" + std::to_string(seed)), code);
    }
    writeFile(folder / "oci", archiveOf(ArchiveForm::Oci, smallImage()));
    writeFile(folder / "docker", archiveOf(ArchiveForm::DockerClassic,
                                           smallImage().layer(oddLayer()).layer(sparseLayer())));
}

std::string digest(char digit)
{
    return "sha256:" + std::string(64, digit);
}

/// In the order that fuzz_documents.cpp gives them names.
void makeDocuments(const fs::path& folder)
{
    const std::string manifestType = "application/vnd.oci.image.manifest.v1+json";
    const std::string indexType = "application/vnd.oci.image.index.v1+json";
    const auto descriptor = [](const std::string& type, char digit) {
        return R"({"mediaType":")" + type + R"(","digest":")" + digest(digit) + R"(","size":2})";
    };
    const std::string index = R"({"schemaVersion":2,"manifests":[)" +
                              descriptor(manifestType, '0') + "," + descriptor(indexType, '2') +
                              R"(],"annotations":{"org.opencontainers.image.ref.name":"r"}})";
    const std::string manifest =
        R"({"schemaVersion":2,"config":)" +
        descriptor("application/vnd.oci.image.config.v1+json", '1') + R"(,"layers":[)" +
        descriptor("application/vnd.oci.image.layer.v1.tar+gzip", 'a') +
        R"(],"annotations":{"org.opencontainers.image.base.name":"base"}})";
    const std::string config =
        R"({"architecture":"arm64","variant":"v8","os":"linux","created":"2024-05-01T12:00:00Z",)"
        R"("config":{"Env":["A=b"],"Entrypoint":["e"],"Labels":{"l":"v"},"Volumes":{"/v":{}}},)"
        R"("rootfs":{"type":"layers","diff_ids":[")" +
        digest('a') +
        R"("]},"history":[{"created":"2024-05-01T12:00:00Z","created_by":)"
        R"("/bin/sh -c #(nop) ADD file:00 in / "},{"created_by":)"
        R"("/bin/sh -c #(nop)  CMD [\"sh\"]","empty_layer":true,"comment":"FROM base"}]})";
    const std::string nested = R"({"manifests":[)" + descriptor(manifestType, '0') + "," +
                               descriptor(indexType, '2') + "," + descriptor(manifestType, 'f') +
                               R"(]})";
    const std::string docker = R"([{"Config":"blobs/sha256/)" + std::string(64, '1') +
                               R"(","RepoTags":["r:1",null],"Layers":["a/layer.tar"],)"
                               R"("LayerSources":{")" +
                               digest('a') + R"(":{"mediaType":"x.foreign.y"}}}])";
    const std::string repositories = R"({"r":{"latest":"b"}})";
    const std::string parent = R"({"id":"a","container_config":{"Cmd":["/bin/sh","-c","x"]}})";
    const std::string child = R"({"id":"b","parent":"a","os":"linux","comment":"FROM a"})";
    const std::string end = "\xff";
    const auto all = [&](const std::string& i, const std::string& d, const std::string& r) {
        return toBytes(i + end + d + end + r + end + manifest + end + config + end + nested + end +
                       parent + end + child);
    };
    writeFile(folder / "all", all(index, docker, repositories));
    writeFile(folder / "index", all(index, {}, {}));
    writeFile(folder / "docker", all({}, docker, {}));
    writeFile(folder / "repositories", all({}, {}, repositories));
    constexpr std::array<std::string_view, 10> history = {
        "/bin/sh -c #(nop)  CMD [\"sh\"]",
        "/bin/sh -c #(nop) COPY dir:0123456789abcdef in /app ",
        "RUN |2 A=b c C=d /bin/sh -c apt-get install x && rm -rf /y # buildkit",
        "RUN /bin/sh -c cat <<EOF\nhere\nEOF # buildkit",
        "SHELL [/bin/bash -c]",
        "HEALTHCHECK &{[\"CMD-SHELL\" \"true\"] \"30s\" \"0s\" \"0s\" '\\x00'}",
        "COPY /a /b # buildkit",
        "/bin/sh -c echo \"a  b\" \t&& true",
        "|1 A=b /bin/sh -c true",
        "ENV A=\"b c\" \\",
    };
    for (std::size_t i = 0; i < history.size(); ++i) {
        writeFile(folder / ("history-" + std::to_string(i)),
                  toBytes(std::string(history.at(i)) + end + "buildkit.dockerfile.v0"));
    }
}

} // namespace

int main(int count, char* words[])
{
    if (count != 2) {
        std::fprintf(stderr, "usage: make_seeds FOLDER\n");
        return 2;
    }
    const fs::path folder = words[1];
    try {
        makeArchives(folder / "archive");
        makeDocuments(folder / "documents");
        makeLayers(folder / "layer");
        makeStacks(folder / "stack");
    } catch (const std::exception& error) {
        std::fprintf(stderr, "make_seeds: %s\n", error.what());
        return 1;
    }
    return 0;
}
