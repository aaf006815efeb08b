// SPDX-License-Identifier: Apache-2.0
#include "screenshots/images.h"

namespace strata::test {

ArchiveBuilder troubledImage()
{
    ImageBuilder image;
    image.name("registry.example.org/team/a-product-with-a-rather-long-name/service:2026.11-rc3")
        .layer(TarBuilder().dir("etc").file("etc/passwd", "root\n").symlink("lib", "usr/lib"),
               "/bin/sh -c #(nop) ADD file:" + std::string(64, 'a') + " in / ")
        .layer(TarBuilder()
                   .file("etc/twice", "one")
                   .file("etc/twice", "two")
                   .file("../../escape", "no")
                   .hardlink("etc/linked", "etc/nowhere")
                   .file("etc/.wh.", ""),
               "RUN /bin/sh -c make install # buildkit")
        .layer(TarBuilder().file("lib/below-a-link", "x").charDevice("etc/passwd", 0, 0),
               "COPY . /srv # buildkit");
    ArchiveBuilder archive(ArchiveForm::Oci);
    archive.image(image);
    archive.corrupt(archive.layerFile(image, 1));
    return archive;
}

ImageBuilder tallImage()
{
    ImageBuilder image;
    image.name("localhost/forty:latest");
    for (int i = 0; i < 40; ++i) {
        TarBuilder tar;
        tar.dir("srv").file("srv/step-" + std::to_string(i),
                            std::string(std::size_t(1 + i * 700), 'x'));
        if (i % 5 == 4) {
            tar.file("srv/step-" + std::to_string(i - 3), "again")
                .whiteout("srv/step-" + std::to_string(i - 1));
        }
        if (i == 3) {
            tar.file("srv/" + std::string(180, 'n') + ".conf", "long", {.mode = 04755});
            tar.file("srv/<b>bold</b>\n\x1b[31mred", "odd");
            tar.symlink("srv/current",
                        "../../usr/lib/x86_64-linux-gnu/some/where/far/away/from/here.so.6");
        }
        image.layer(tar, "RUN /bin/sh -c step " + std::to_string(i) +
                             " --with a --long list --of arguments # buildkit");
    }
    return image;
}

ImageBuilder artifactImage()
{
    ImageBuilder out;
    out.name("example.org/app:1.sbom")
        .layer(toBytes(
            R"({"bomFormat":"CycloneDX","specVersion":"1.6","version":1,"components":[)"
            R"({"type":"library","name":"zlib","version":"1.3.1","licenses":[{"license":{"id":)"
            R"("Zlib"}}]},{"type":"library","name":"openssl","version":"3.5.1"}]})"))
        .mediaTypeOfLastLayer("application/vnd.cyclonedx+json")
        .artifactType("application/vnd.cyclonedx+json");
    return out;
}

ImageBuilder slowImage()
{
    ImageBuilder image;
    image.name("localhost/slow:latest");
    for (int i = 0; i < 3; ++i) {
        std::string noise(std::size_t(24) << 20, '\0');
        std::uint32_t state = 12345U + static_cast<std::uint32_t>(i);
        for (auto& c : noise) {
            state = state * 1664525U + 1013904223U;
            c = static_cast<char>(state >> 24);
        }
        image.layer(TarBuilder().file("data" + std::to_string(i), noise), "COPY data /",
                    Compression::Gzip);
    }
    return image;
}

} // namespace strata::test
