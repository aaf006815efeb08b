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
    void severalLeftGiveANote();
    void theNoteCountsWhatItLists();
    void theHostsPlatformIsPreferred();
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
