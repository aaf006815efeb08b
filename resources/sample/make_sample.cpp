// SPDX-License-Identifier: Apache-2.0
// Writes the built-in sample image: the article's build in miniature. Run by the build.
//   FROM debian:13
//   RUN apt-get update && apt-get install -y --no-install-recommends emacs-nox
//   RUN apt-get update && apt-get install -y apache2
//   ENV LANG=C.UTF-8
//   CMD ["/bin/bash"]
#include "sample_layer.h"

#include "export/image_writer.h"
#include "io/hasher.h"

#include <cstdio>
#include <utility>

namespace {

using namespace strata;

// 2026-01-12 00:00:00, 2026-01-20 09:30:00 and 09:34:10 UTC.
constexpr std::int64_t debianTime = 1'768'176'000;
constexpr std::int64_t emacsTime = 1'768'901'400;
constexpr std::int64_t apacheTime = 1'768'901'650;

HistoryItem step(std::string created, std::string createdBy, bool emptyLayer,
                 std::string comment = {})
{
    HistoryItem item;
    item.created = std::move(created);
    item.createdBy = std::move(createdBy);
    item.comment = std::move(comment);
    item.emptyLayer = emptyLayer;
    return item;
}

std::vector<HistoryItem> history(const std::vector<std::byte>& baseTar)
{
    const std::string added(sha256(baseTar).hex());
    return {
        step("2026-01-12T00:00:00Z", "/bin/sh -c #(nop) ADD file:" + added + " in / ", false),
        step("2026-01-12T00:00:01Z", "/bin/sh -c #(nop)  CMD [\"bash\"]", true),
        step("2026-01-20T09:30:00Z",
             "/bin/sh -c apt-get update && apt-get install -y --no-install-recommends emacs-nox",
             false, "FROM docker.io/library/debian:13"),
        step("2026-01-20T09:34:10Z", "/bin/sh -c apt-get update && apt-get install -y apache2",
             false),
        step("2026-01-20T09:34:11Z", "/bin/sh -c #(nop)  ENV LANG=C.UTF-8", true),
        step("2026-01-20T09:34:12Z", "/bin/sh -c #(nop)  CMD [\"/bin/bash\"]", true),
    };
}

Status makeSample(const char* target)
{
    sample::SampleLayer debian(debianTime, nullptr);
    sample::SampleLayer emacs(emacsTime, &debian);
    sample::SampleLayer apache(apacheTime, &emacs);
    sample::describeDebian(debian);
    sample::describeEmacs(emacs);
    sample::describeApache(apache);

    ImageToWrite image;
    for (const sample::SampleLayer* layer : {&debian, &emacs, &apache}) {
        auto tar = layer->tar();
        if (!tar) {
            return std::unexpected(tar.error());
        }
        if (image.layerTars.empty()) {
            image.config.history = history(*tar);
        }
        image.layerTars.push_back(memorySource(std::move(*tar)));
    }
    image.name = "docker.io/library/article:latest";
    image.annotations = {{"org.opencontainers.image.base.name", "docker.io/library/debian:13"}};
    image.config.platform = {
        .os = "linux", .architecture = "amd64", .variant = {}, .osVersion = {}};
    image.config.created = "2026-01-20T09:34:12Z";
    image.config.runtime.env = {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                                "LANG=C.UTF-8"};
    image.config.runtime.cmd = {"/bin/bash"};
    return writeImage(image, target, WriteFormat::OciArchive, LayerCompression::Gzip, Job{});
}

} // namespace

int main(int argc, char** argv)
{
    if (argc != 2) {
        std::fputs("usage: strata_make_sample FILE\n", stderr);
        return 2;
    }
    const Status status = makeSample(argv[1]);
    if (!status) {
        std::fprintf(stderr, "strata_make_sample: %s\n", status.error().message().c_str());
        return 1;
    }
    return 0;
}
