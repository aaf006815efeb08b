// SPDX-License-Identifier: Apache-2.0
#include "check.h"

#include "base/byte_path.h"
#include "image/instruction.h"

using namespace strata;
using namespace std::string_literals;

/// RULES.md, "Instructions": what builders write into history, and the instruction it came from.
class TestInstruction : public QObject
{
    Q_OBJECT

private slots:
    void rebuilds_data();
    void rebuilds();
    void shortens_data();
    void shortens();
    void shortensToAnyWidthWithoutBreakingCharacters();
    void madeUpShellsDoNotTakeForEver();
};

void TestInstruction::rebuilds_data()
{
    QTest::addColumn<std::string>("createdBy");
    QTest::addColumn<std::string>("comment");
    QTest::addColumn<std::string>("instruction");
    const auto row = [](const char* name, const std::string& createdBy,
                        const std::string& instruction, const std::string& comment = {}) {
        QTest::newRow(name) << createdBy << comment << instruction;
    };
    const std::string buildKit = "buildkit.dockerfile.v0";

    row("classic, two blanks", R"(/bin/sh -c #(nop)  CMD ["sh"])", R"(CMD ["sh"])");
    row("classic, one blank", "/bin/sh -c #(nop) WORKDIR /x", "WORKDIR /x");
    row("classic, ADD by checksum", "/bin/sh -c #(nop) ADD file:d48c in / ", "ADD file:d48c in /");
    row("classic, COPY of a folder", "/bin/sh -c #(nop) COPY dir:7ec1 in /app ",
        "COPY dir:7ec1 in /app");
    row("classic, RUN", "/bin/sh -c apt-get update", "RUN apt-get update");
    row("classic, RUN in exec form", "apt-get update", "apt-get update");
    row("classic, build argument", "|1 A=b /bin/sh -c make", "RUN make");
    row("classic, arguments with blanks", "|2 A=b c D=e /bin/sh -c make it", "RUN make it");
    row("classic, a value with an equals sign", "|1 A=b=c d=e /bin/sh -c make", "RUN make");
    row("classic, an empty value", "|2 A= B= /bin/sh -c make", "RUN make");
    row("classic, a shell in the command too", "|1 A=b /bin/sh -c X=1 /bin/sh -c make",
        "RUN X=1 /bin/sh -c make");
    row("classic, arguments and exec form", "|1 A=b make all", "RUN make all");
    row("classic, VOLUME", "/bin/sh -c #(nop)  VOLUME [/data /log]", R"(VOLUME ["/data", "/log"])");
    row("classic, old ENTRYPOINT", R"(/bin/sh -c #(nop)  ENTRYPOINT &{["/run.sh"]})",
        R"(ENTRYPOINT ["/run.sh"])");
    row("classic, HEALTHCHECK stays as Go printed it",
        R"(/bin/sh -c #(nop)  HEALTHCHECK &{["CMD-SHELL" "curl -f /"] "30s" "3s" "0s" '\x00'})",
        R"(HEALTHCHECK &{["CMD-SHELL" "curl -f /"] "30s" "3s" "0s" '\x00'})");

    row("BuildKit, RUN", "RUN /bin/sh -c make # buildkit", "RUN make", buildKit);
    row("BuildKit, RUN with arguments", "RUN |1 A=b /bin/sh -c make # buildkit", "RUN make",
        buildKit);
    row("BuildKit, RUN with blanks in arguments", "RUN |2 A=b c D= /bin/sh -c make # buildkit",
        "RUN make", buildKit);
    row("BuildKit, RUN in exec form", "RUN make all # buildkit", "RUN make all", buildKit);
    row("BuildKit, COPY", "COPY hello / # buildkit", "COPY hello /", buildKit);
    row("BuildKit, CMD", R"(CMD ["/hello"])", R"(CMD ["/hello"])", buildKit);
    row("BuildKit, EXPOSE as a map", "EXPOSE map[443/tcp:{} 80/tcp:{}]", "EXPOSE 443/tcp 80/tcp",
        buildKit);
    row("BuildKit, EXPOSE as a list", "EXPOSE [80/tcp]", "EXPOSE 80/tcp", buildKit);
    row("BuildKit, SHELL", "SHELL [/bin/bash -o pipefail -c]",
        R"(SHELL ["/bin/bash", "-o", "pipefail", "-c"])", buildKit);
    row("BuildKit, heredoc", "RUN /bin/sh -c <<EOF\napt-get update\nEOF\n # buildkit",
        "RUN <<EOF\napt-get update\nEOF", buildKit);
    row("BuildKit, a shell called by hand", "RUN /bin/sh -c bash -c 'make' # buildkit",
        "RUN bash -c 'make'", buildKit);

    row("bash with options", "/bin/bash -o pipefail -c curl x | tar x", "RUN curl x | tar x");
    row("bash, options in one word", "/bin/bash -euxo pipefail -c make", "RUN make");
    row("bash, nop", R"(/bin/bash -o pipefail -c #(nop)  CMD ["x"])", R"(CMD ["x"])");
    row("cmd", "cmd /S /C mkdir c:\\app", "RUN mkdir c:\\app");
    row("cmd, nop", R"(cmd /S /C #(nop)  CMD ["c:\\x"])", R"(CMD ["c:\\x"])");
    row("PowerShell", "powershell -Command Get-Item x", "RUN Get-Item x");
    row("PowerShell by path", "C:\\ps\\PowerShell.exe -NoProfile -Command Get-Item x",
        "RUN Get-Item x");
    row("PowerShell, nop behind preferences",
        "powershell -Command $ErrorActionPreference = 'Stop'; #(nop) ENV A=b", "ENV A=b");

    row("buildah", "/bin/sh -c #(nop) ENV A=b", "ENV A=b", "FROM docker.io/library/alpine:latest");
    row("podman, all in one layer", "/bin/sh", "/bin/sh");
    row("kaniko", "RUN mkdir -p /root/x", "RUN mkdir -p /root/x");
    row("kaniko, a shell called by hand", "RUN sh -c 'mkdir x'", "RUN sh -c 'mkdir x'");
    row("nix", "", "store paths: ['/nix/store/abc-hello']",
        "store paths: ['/nix/store/abc-hello']");
    row("bazel", "bazel build ...", "bazel build ...");
    row("a script, not a command", "/bin/sh /build.sh", "/bin/sh /build.sh");
    row("nothing", "", "");
    row("nothing but the builder's name", "", "", buildKit);
    row("arguments without an end", "|3 A=b", "|3 A=b");
    row("a bar that is no number", "|x y", "|x y");
    row("more arguments than a machine can count", "|99999999999999999999999 A=b",
        "|99999999999999999999999 A=b");
}

void TestInstruction::rebuilds()
{
    QFETCH(std::string, createdBy);
    QFETCH(std::string, comment);
    QFETCH(std::string, instruction);
    QCOMPARE(instructionOf(createdBy, comment), instruction);
}

void TestInstruction::shortens_data()
{
    QTest::addColumn<std::string>("instruction");
    QTest::addColumn<std::string>("words");
    const auto row = [](const char* name, const std::string& instruction,
                        const std::string& words) { QTest::newRow(name) << instruction << words; };
    row("short ones stay", "RUN make all", "RUN make all");
    row("nothing", "", "");
    row("last package", "RUN apt-get update && apt-get install -y apache2", "RUN … apache2");
    row("not the tidying up",
        "RUN apt-get update; apt-get install -y curl; rm -rf /var/lib/apt/lists/*", "RUN … curl");
    row("not a clean either", "RUN apt-get install -y curl wget && apt-get clean && ldconfig",
        "RUN … wget");
    row("only tidying up", "RUN rm -rf /usr/share/doc /usr/share/man",
        "RUN rm -rf … /usr/share/man");
    row("not an option", "RUN dnf install httpd --nodocs --setopt=a=b", "RUN … httpd");
    row("not where messages go", "RUN make a-long-target-name install 2>/dev/null",
        "RUN make … install");
    row("what differs stands in front", "RUN step 20 --with a --long list of arguments",
        "RUN step 20 … arguments");
    row("all of the command", "RUN make all; rm -rf /var/lib/apt/lists/*", "RUN make all …");
    row("all of a later command", "RUN set -eux && ./configure && make docs", "RUN … make docs");
    row("not quotes", "RUN echo 'one two three four five \"six\"'", "RUN echo … six");
    row("lines of a heredoc",
        "RUN <<EOF\napt-get update\napt-get install -y nginx\nrm -rf /tmp/x\nEOF", "RUN … nginx");
    row("a checksum says nothing", "ADD file:abc in /", "ADD … /");
    row("a folder's checksum", "COPY dir:" + std::string(64, 'a') + " in /app/", "COPY … /app/");
    row("where files go", "COPY package.json package-lock.json ./", "COPY package.json … ./");
    row("not where from", "COPY --from=build --chown=33:33 /srv/www /srv", "COPY … /srv/www /srv");
    row("JSON form", R"(COPY ["a file with blanks", "another one", "/srv/"])", "COPY … /srv/");
    row("FROM", "FROM registry.example.org:5000/team/debian:13", "FROM … debian:13");
    row("FROM docker's own", "FROM docker.io/library/debian:13", "FROM debian:13");
    row("FROM by digest", "FROM docker.io/library/debian@sha256:0123456789abcdef0123456789abcdef",
        "FROM …an@sha256:0123456789ab");
    row("what starts keeps its first words", R"(ENTRYPOINT ["/usr/bin/tini", "--", "/entry.sh"])",
        "ENTRYPOINT [\"/usr/bin/tini\"…");
    row("a variable keeps its name", "ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin",
        "ENV PATH=/usr/local/sbin:/u…");
    row("no instruction", "store paths: ['/nix/store/abcdefgh']", "store paths: ['/nix/store/a…");
    row("a long last word keeps its end", "WORKDIR /srv/application/releases/current",
        "WORKDIR …on/releases/current");
    row("blanks and line breaks", "RUN  a \t b\nc", "RUN a b c");
}

void TestInstruction::shortens()
{
    QFETCH(std::string, instruction);
    QFETCH(std::string, words);
    QCOMPARE(shortInstruction(instruction), words);
}

void TestInstruction::shortensToAnyWidthWithoutBreakingCharacters()
{
    const std::string words[] = {
        "RUN echo übergrößenträger und noch ein längeres wort: straßenbahn",
        "ENV NAME=日本語日本語日本語日本語日本語日本語日本語日本語日本語",
        "WORKDIR /日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語"};
    for (const std::string& instruction : words) {
        for (std::size_t width = 0; width < 80; ++width) {
            const std::string text = shortInstruction(instruction, width);
            QVERIFY2(isValidUtf8(text), text.c_str());
        }
    }
    // Hostile history holds any bytes.
    for (std::size_t width = 0; width < 12; ++width) {
        shortInstruction("RUN \xff\x80\x80\xc3 \x80\x80", width);
        shortInstruction("\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80", width);
    }
}

void TestInstruction::madeUpShellsDoNotTakeForEver()
{
    // Each "sh" could be where the build arguments end, and the options behind it go on for ever:
    // looked at to the end each time, these would take hours.
    std::string text = "|1 A=b ";
    for (int i = 0; i < 1'000'000; ++i) {
        text += "sh -o ";
    }
    QVERIFY(instructionOf(text, {}).starts_with("RUN sh -o"));
}

QTEST_APPLESS_MAIN(TestInstruction)
#include "tst_instruction.moc"
