// SPDX-License-Identifier: Apache-2.0
#include "check.h"

#include "image/dockerfile.h"

using namespace strata;
using namespace std::string_literals;

namespace {

/// Steps of a build as text: those with a layer start with '*'.
Image imageOf(const std::vector<std::string>& instructions)
{
    Image image;
    LayerNo layers = 0;
    for (std::string text : instructions) {
        Step step;
        if (text.starts_with('*')) {
            text.erase(0, 1);
            step.layer = layers++;
        }
        step.instruction = std::move(text);
        image.steps.push_back(std::move(step));
    }
    image.layers.resize(layers);
    return image;
}

/// "L0 | text" for each line, "-" where the step made no layer.
std::string text(const Image& image)
{
    std::string out;
    for (const DockerfileLine& line : rebuildDockerfile(image)) {
        out += (line.layer ? "L" + std::to_string(*line.layer) : "- "s) + " | " + line.text + "\n";
    }
    return out;
}

} // namespace

class TestDockerfile : public QObject
{
    Q_OBJECT

private slots:
    void stepsBecomeLines();
    void linesKnowTheirStep();
    void anImageWithoutHistoryHasNoLines();
    void theBaseImageBecomesFrom();
    void aBuilderThatNotesFromEndsTheBase();
    void aBaseWithoutNameIsAComment();
    void aGuessedBaseIsAComment();
    void longCommandsAreBrokenBeforeAnd();
    void lineBreaksThatBuildersSwallowedComeBack();
    void quotedTextIsNeverBroken();
    void heredocsKeepTheirLines();
    void checksumsOfCopiesAreShortened();
    void whatIsNoInstructionIsAComment();
    void controlCharactersAreEscaped();
};

void TestDockerfile::stepsBecomeLines()
{
    QCOMPARE(text(imageOf({"*ADD file:abc in /", R"(CMD ["bash"])", "*RUN make"})),
             "-  | FROM scratch\n"
             "L0 | ADD file:abc /\n"
             "-  | CMD [\"bash\"]\n"
             "L1 | RUN make\n"s);
}

void TestDockerfile::linesKnowTheirStep()
{
    const auto lines = rebuildDockerfile(imageOf({"*RUN a", "ENV B=c", "*RUN <<EOF\nx\nEOF"}));
    std::string steps;
    for (const DockerfileLine& line : lines) {
        steps += std::to_string(line.step);
    }
    QCOMPARE(steps, "01222"s);
}

void TestDockerfile::anImageWithoutHistoryHasNoLines()
{
    QVERIFY(rebuildDockerfile(Image{}).empty());
}

void TestDockerfile::theBaseImageBecomesFrom()
{
    Image image = imageOf({"*ADD file:abc in /", R"(CMD ["bash"])", "ENV A=b", "*RUN make"});
    image.baseLayers = 1;
    image.baseName = "debian:13";
    QCOMPARE(text(image), "L0 | # ADD file:abc /\n"
                          "-  | # CMD [\"bash\"]\n"
                          "L0 | FROM debian:13\n"
                          "-  | ENV A=b\n"
                          "L1 | RUN make\n"s);
}

void TestDockerfile::aBuilderThatNotesFromEndsTheBase()
{
    Image image = imageOf({"*ADD file:abc in /", "ENV A=b", "ENV C=d", "*RUN make"});
    image.baseLayers = 1;
    image.baseName = "debian:13";
    image.steps[2].comment = "FROM debian:13";
    QCOMPARE(text(image), "L0 | # ADD file:abc /\n"
                          "-  | # ENV A=b\n"
                          "L0 | FROM debian:13\n"
                          "-  | ENV C=d\n"
                          "L1 | RUN make\n"s);
}

void TestDockerfile::aBaseWithoutNameIsAComment()
{
    Image image = imageOf({"*ADD file:abc in /", "*RUN make"});
    image.baseLayers = 1;
    QCOMPARE(text(image), "L0 | # ADD file:abc /\n"
                          "L0 | # FROM an unnamed image\n"
                          "L1 | RUN make\n"s);
}

void TestDockerfile::aGuessedBaseIsAComment()
{
    Image image = imageOf({"*ADD file:abc in /", R"(CMD ["bash"])", "*RUN make"});
    image.baseLayers = 1;
    image.baseName = "debian:13";
    image.baseIsGuess = true;
    QCOMPARE(text(image), "-  | FROM scratch\n"
                          "L0 | ADD file:abc /\n"
                          "-  | CMD [\"bash\"]\n"
                          "-  | # FROM debian:13 (a guess)\n"
                          "L1 | RUN make\n"s);
}

void TestDockerfile::longCommandsAreBrokenBeforeAnd()
{
    QCOMPARE(text(imageOf({"*RUN apt-get update && apt-get install -y --no-install-recommends "
                           "emacs-nox apache2"})),
             "L0 | RUN apt-get update \\\n"
             "L0 |     && apt-get install -y --no-install-recommends emacs-nox apache2\n"s);
    QCOMPARE(text(imageOf({"*RUN a && b"})), "L0 | RUN a && b\n"s);
}

void TestDockerfile::lineBreaksThatBuildersSwallowedComeBack()
{
    QCOMPARE(
        text(imageOf({"*RUN set -eux; \tgroupadd --system nginx; \t\tuseradd --system --gid nginx "
                      "--no-create-home nginx; \tmkdir /x"})),
        "L0 | RUN set -eux; \\\n"
        "L0 |     groupadd --system nginx; \\\n"
        "L0 |     useradd --system --gid nginx --no-create-home nginx; \\\n"
        "L0 |     mkdir /x\n"s);
}

void TestDockerfile::quotedTextIsNeverBroken()
{
    const std::string quoted =
        "RUN printf '%s  %s && %s' \"a    b && c\" it\\'s-a-word-that-makes-the-line-long-enough";
    QCOMPARE(text(imageOf({"*" + quoted})), "L0 | " + quoted + "\n");
}

void TestDockerfile::heredocsKeepTheirLines()
{
    QCOMPARE(text(imageOf({"*RUN <<EOF\nset -e\n\tmake && make install\nEOF"})),
             "L0 | RUN <<EOF\n"
             "L0 | set -e\n"
             "L0 |     make && make install\n"
             "L0 | EOF\n"s);
}

void TestDockerfile::checksumsOfCopiesAreShortened()
{
    QCOMPARE(text(imageOf({"*RUN x", "*COPY file:" + std::string(64, 'a') + " in /srv/in x"})),
             "L0 | RUN x\nL1 | COPY file:aaaaaaaaaaaa /srv/in x\n"s);
}

void TestDockerfile::whatIsNoInstructionIsAComment()
{
    Image image = imageOf({"*/bin/sh", "*", "*store paths: ['a']\nFROM evil"});
    image.steps[1].comment = "imported";
    QCOMPARE(text(image), "L0 | # /bin/sh\n"
                          "L1 | # imported\n"
                          "L2 | # store paths: ['a']\n"
                          "L2 | # FROM evil\n"s);
}

void TestDockerfile::controlCharactersAreEscaped()
{
    QCOMPARE(text(imageOf({"*RUN echo \x1b[31m\xff"})), "L0 | RUN echo \\x1b[31m\xef\xbf\xbd\n"s);
    Image image = imageOf({"*RUN x"});
    image.baseLayers = 1;
    image.baseName = "evil\nRUN rm";
    QCOMPARE(text(image), "L0 | # RUN x\nL0 | FROM evil\\nRUN rm\n"s);
}

QTEST_APPLESS_MAIN(TestDockerfile)
#include "tst_dockerfile.moc"
