// SPDX-License-Identifier: Apache-2.0
#include "check.h"

#include "image/image_choice.h"

using namespace strata;
using namespace strata::test;
using namespace std::string_literals;

namespace {

Image make(const std::string& name, const std::string& os, const std::string& architecture, char id,
           bool available = true)
{
    Image image;
    if (!name.empty()) {
        image.names.push_back(name);
    }
    image.platform.os = os;
    image.platform.architecture = architecture;
    image.id = *Digest::fromSha256Hex(std::string(64, id));
    image.manifestDigest = *Digest::fromSha256Hex(std::string(63, id) + "0");
    image.available = available;
    return image;
}

std::string chosen(const std::vector<Image>& images, const ImageWish& wish)
{
    const auto choice = chooseImage(images, wish);
    return choice ? std::to_string(choice->index) + (choice->note.empty() ? "" : " with a note")
                  : outcome(choice);
}

ImageWish wishImage(std::string image)
{
    ImageWish wish;
    wish.image = std::move(image);
    return wish;
}

ImageWish wishPlatform(std::string platform)
{
    ImageWish wish;
    wish.platform = std::move(platform);
    return wish;
}

std::vector<Image> some()
{
    return {make("example/a:1", "linux", "amd64", 'a'), make("example/b:1", "linux", "amd64", 'b'),
            make("example/b:2", "linux", "arm64", 'c')};
}

} // namespace

class TestImageChoice : public QObject
{
    Q_OBJECT

private slots:
    void theOnlyImageNeedsNoWish();
    void aNamePicksItsImage();
    void anIdOrItsBeginningPicksItsImage();
    void aManifestDigestPicksItsImage();
    void aNumberPicksByPosition();
    void aPlatformPicksItsImage();
    void whatIsNotThereIsNotFound();
    void whatDockerAssumesMayBeLeftOut_data();
    void whatDockerAssumesMayBeLeftOut();
    void theUsualVariantMayBeLeftOut();
    void itSaysWhichWishFailed();
    void severalLeftGiveANote();
    void theNoteCountsWhatItLists();
    void theHostsPlatformIsPreferred();
    void theHostsVariantIsPreferred();
    void presentLayersArePreferred();
    void nothingToChooseFrom();
};

void TestImageChoice::theOnlyImageNeedsNoWish()
{
    QCOMPARE(chosen({make("a:1", "linux", "s390x", 'a')}, {}), "0"s);
    QCOMPARE(chosen({make("", "", "", 'a', false)}, {}), "0"s);
}

void TestImageChoice::aNamePicksItsImage()
{
    QCOMPARE(chosen(some(), wishImage("example/b:2")), "2"s);
}

void TestImageChoice::anIdOrItsBeginningPicksItsImage()
{
    QCOMPARE(chosen(some(), wishImage("sha256:" + std::string(64, 'b'))), "1"s);
    QCOMPARE(chosen(some(), wishImage(std::string(64, 'b'))), "1"s);
    QCOMPARE(chosen(some(), wishImage("bbbbbbbbbbbb")), "1"s);
}

void TestImageChoice::aManifestDigestPicksItsImage()
{
    QCOMPARE(chosen(some(), wishImage("sha256:" + std::string(63, 'c') + "0")), "2"s);
}

void TestImageChoice::aNumberPicksByPosition()
{
    QCOMPARE(chosen(some(), wishImage("0")), "0"s);
    QCOMPARE(chosen(some(), wishImage("2")), "2"s);
    QCOMPARE(chosen(some(), wishImage("3")), "NotFound"s);
    QCOMPARE(chosen(some(), wishImage("-1")), "NotFound"s);
    QCOMPARE(chosen(some(), wishImage("99999999999999999999999")), "NotFound"s);
}

void TestImageChoice::aPlatformPicksItsImage()
{
    QCOMPARE(chosen(some(), wishPlatform("linux/arm64")), "2"s);
    auto arms = some();
    arms[0].platform = {"linux", "arm", "v6", ""};
    arms[1].platform = {"linux", "arm", "v7", ""};
    QCOMPARE(chosen(arms, wishPlatform("linux/arm/v7")), "1"s);
}

void TestImageChoice::whatIsNotThereIsNotFound()
{
    QCOMPARE(chosen(some(), wishImage("absent:1")), "NotFound"s);
    QCOMPARE(chosen(some(), wishPlatform("windows/amd64")), "NotFound"s);
    QCOMPARE(chosen(some(), {.image = "example/a:1", .platform = "linux/arm64"}), "NotFound"s);
    const auto missing = chooseImage(some(), wishImage("absent:1"));
    QVERIFY(missing.error().message().find("example/b:2") != std::string::npos);
}

void TestImageChoice::whatDockerAssumesMayBeLeftOut_data()
{
    QTest::addColumn<std::string>("name");
    QTest::addColumn<std::string>("wanted");
    QTest::addColumn<bool>("found");
    const auto row = [](const char* title, const std::string& name, const std::string& wanted,
                        bool found) { QTest::newRow(title) << name << wanted << found; };
    row("the tag", "a:latest", "a", true);
    row("registry and folder", "docker.io/library/a:1", "a:1", true);
    row("the registry's other name", "a:1", "index.docker.io/library/a:1", true);
    row("the registry", "docker.io/team/a:1", "team/a:1", true);
    row("no folder among others", "library/team/a:1", "team/a:1", false);
    row("a port is no tag", "host:5000/a:latest", "host:5000/a", true);
    row("another tag", "a:1", "a", false);
}

void TestImageChoice::whatDockerAssumesMayBeLeftOut()
{
    QFETCH(const std::string, name);
    QFETCH(const std::string, wanted);
    QFETCH(const bool, found);
    QCOMPARE(chosen({make(name, "linux", "amd64", 'a')}, wishImage(wanted)),
             found ? "0"s : "NotFound"s);
}

void TestImageChoice::theUsualVariantMayBeLeftOut()
{
    const auto one = [](const std::string& architecture, const std::string& variant,
                        const std::string& wanted) {
        Image image = make("a:1", "linux", architecture, 'a');
        image.platform.variant = variant;
        return chosen({image}, wishPlatform(wanted));
    };
    QCOMPARE(one("arm64", "", "linux/arm64/v8"), "0"s);
    QCOMPARE(one("arm64", "v8", "linux/arm64"), "0"s);
    QCOMPARE(one("amd64", "", "linux/amd64/v1"), "0"s);
    QCOMPARE(one("arm", "", "linux/arm/v7"), "0"s);
    QCOMPARE(one("arm64", "", "linux/arm64/v9"), "NotFound"s);
    QCOMPARE(one("arm", "v6", "linux/arm/v7"), "NotFound"s);
    QCOMPARE(one("s390x", "", "linux/s390x/v8"), "NotFound"s);
}

void TestImageChoice::itSaysWhichWishFailed()
{
    const std::vector<Image> images = {make("app:1", "linux", "amd64", 'a')};
    const auto message = [&images](const ImageWish& wish) {
        const auto choice = chooseImage(images, wish);
        return choice ? "found"s : choice.error().what;
    };
    QCOMPARE(message({.image = "app:1", .platform = "linux/arm64"}),
             "there is no image for the platform “linux/arm64” in it; there is app:1 "
             "(linux/amd64)"s);
    QCOMPARE(message({.image = {}, .platform = "linux"}),
             "there is no image for the platform “linux” in it; there is app:1 (linux/amd64)"s);
    QCOMPARE(message({.image = "absent", .platform = "linux/amd64"}),
             "there is no image “absent” in it; there is app:1 (linux/amd64)"s);
    const auto hostile = chooseImage({make("a", "li\nnux", "x", 'a')}, wishImage("b"));
    QCOMPARE(hostile.error().what, "there is no image “b” in it; there is a (li\\nnux/x)"s);
}

void TestImageChoice::severalLeftGiveANote()
{
    const auto choice = chooseImage(some(), {});
    VERIFY_OK(choice);
    QVERIFY(!choice->note.empty());
}

void TestImageChoice::theNoteCountsWhatItLists()
{
    auto images = some();
    images.push_back(make("example/chart:1", "", "", 'd'));
    images.back().kind = ImageKind::Artifact;
    images.push_back(make("", "unknown", "unknown", 'e'));
    images.back().kind = ImageKind::Attestation;
    const auto choice = chooseImage(images, {});
    VERIFY_OK(choice);
    QVERIFY2(choice->note.ends_with("one of 3 images (example/a:1 (linux/amd64), "
                                    "example/b:1 (linux/amd64), example/b:2 (linux/arm64))"),
             choice->note.c_str());
    // One image and what belongs to it: nothing was chosen.
    QCOMPARE(chosen({images[0], images[3], images[4]}, {}), "0"s);
    const auto artifacts = chooseImage({images[3], images[4]}, {});
    VERIFY_OK(artifacts);
    QVERIFY(artifacts->note.contains("one of 2 images"));
}

void TestImageChoice::theHostsPlatformIsPreferred()
{
    const auto host = hostPlatform();
    QVERIFY(!host.architecture.empty());
    std::vector<Image> images = {make("m:1", "linux", "other", 'a'),
                                 make("m:1", "linux", "odd", 'b')};
    images.push_back(make("m:1", host.os, host.architecture, 'c'));
    images.push_back(make("m:1", host.os, host.architecture, 'd'));
    QCOMPARE(chosen(images, {}).substr(0, 1), "2"s);
    QCOMPARE(chosen(images, wishImage("m:1")).substr(0, 1), "2"s);
}

void TestImageChoice::theHostsVariantIsPreferred()
{
    const auto host = hostPlatform();
    std::vector<Image> images = {make("m:1", host.os, host.architecture, 'a'),
                                 make("m:1", host.os, host.architecture, 'b')};
    images[0].platform.variant = "v99";
    images[1].platform.variant = host.variant;
    QCOMPARE(chosen(images, {}).substr(0, 1), "1"s);
}

void TestImageChoice::presentLayersArePreferred()
{
    const auto host = hostPlatform();
    const std::vector<Image> images = {make("m:1", host.os, host.architecture, 'a', false),
                                       make("m:1", "linux", "other", 'b', false),
                                       make("m:1", "linux", "odd", 'c', true)};
    QCOMPARE(chosen(images, {}).substr(0, 1), "2"s);
    const std::vector<Image> absent = {make("m:1", "linux", "other", 'a', false),
                                       make("m:1", "linux", "odd", 'b', false)};
    QCOMPARE(chosen(absent, {}).substr(0, 1), "0"s);
}

void TestImageChoice::nothingToChooseFrom()
{
    QCOMPARE(chosen({}, {}), "NotFound"s);
}

QTEST_GUILESS_MAIN(TestImageChoice)
#include "tst_image_choice.moc"
