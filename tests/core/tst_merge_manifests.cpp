// SPDX-License-Identifier: Apache-2.0
// Which entries of index.json and manifest.json are taken for one image.
#include "archive_text.h"
#include "check.h"
#include "hole_source.h"

#include "base/limits.h"

#include <algorithm>
#include <array>
#include <stop_token>

using namespace strata;
using namespace strata::test;
using namespace std::string_literals;

namespace {

/// index.json and manifest.json written by hand, over the files of some images.
class Listings
{
public:
    Listings& file(const ImageBuilder& image)
    {
        m_files.image(image);
        return *this;
    }
    Listings& index(const std::string& digest, const std::string& name)
    {
        m_index += (m_index.empty() ? "" : ",") +
                   R"({"mediaType":"application/vnd.oci.image.manifest.v1+json","size":5,)"s +
                   R"("digest":")" + digest +
                   R"(","annotations":{"org.opencontainers.image.ref.name":")" + name + R"("}})";
        return *this;
    }
    Listings& manifest(const ImageBuilder& image, const std::string& name)
    {
        m_manifest += (m_manifest.empty() ? "" : ",") + R"({"Config":")"s +
                      m_files.configFile(image) + R"(","RepoTags":[")" + name +
                      R"("],"Layers":[")" + m_files.layerFile(image, 0) + R"("]})";
        return *this;
    }
    /// Each image's names and the manifest that it is said to have: "a:1 b:2 (00)", one a line.
    std::string images() const
    {
        auto builder = m_files;
        builder.replace("index.json", R"({"schemaVersion":2,"manifests":[)" + m_index + "]}")
            .replace("manifest.json", "[" + m_manifest + "]");
        const auto archive = openArchive(builder);
        std::string out = archive ? "" : outcome(archive);
        for (const auto& image : archive ? (*archive)->images() : std::vector<Image>()) {
            for (const auto& name : image.names) {
                out += name + " ";
            }
            out += "(" + (image.manifestDigest ? image.manifestDigest->text().substr(7, 2) : "") +
                   (image.error ? " " + std::string(errorCodeName(image.error->code)) : "") + ")\n";
        }
        return out;
    }

private:
    ArchiveBuilder m_files{ArchiveForm::Docker25};
    std::string m_index;
    std::string m_manifest;
};

ImageBuilder withFile(const std::string& name)
{
    ImageBuilder image;
    image.layer(TarBuilder().file(name, "1"));
    return image;
}

std::string digestOf(char c)
{
    return "sha256:" + std::string(64, c);
}

} // namespace

class TestMergeManifests : public QObject
{
    Q_OBJECT

private slots:
    void imagesWithDifferentNamesStayTwo();
    void aTagAloneIsANameOnlyWhereNothingElseHasIt();
    void namesOfOneImageAreDroppedOnlyIfTheyAreTheSame();
    void imagesAreBounded_data();
    void imagesAreBounded();
    void manyNamesAreMatchedWithoutComparingEachWithEach();
    void matchingNamesCanBeCancelled();
};

void TestMergeManifests::imagesWithDifferentNamesStayTwo()
{
    const auto a = withFile("a");
    const auto c = withFile("c");
    const auto aDigest = a.manifestDigest().substr(7, 2);
    Listings listings;
    listings.file(a).file(c).index(a.manifestDigest(), "a:1").index(digestOf('0'), "other:2");
    listings.manifest(a, "a:1").manifest(c, "third:3");
    QCOMPARE(listings.images(), "a:1 (" + aDigest + ")\nother:2 (00 Missing)\nthird:3 ()\n");
}

void TestMergeManifests::aTagAloneIsANameOnlyWhereNothingElseHasIt()
{
    const auto app = withFile("app");
    const auto db = withFile("db");
    Listings two;
    two.file(app).file(db).index(digestOf('d'), "latest").index(digestOf('a'), "latest");
    QCOMPARE(two.manifest(app, "app:latest").manifest(db, "db:latest").images(),
             "latest (dd Missing)\nlatest (aa Missing)\napp:latest ()\ndb:latest ()\n"s);
    Listings sameTag;
    sameTag.file(app).file(db).index(digestOf('d'), "latest").index(digestOf('a'), "x:2");
    QCOMPARE(sameTag.manifest(app, "app:latest").manifest(db, "db:latest").images(),
             "latest (dd Missing)\nx:2 (aa Missing)\napp:latest ()\ndb:latest ()\n"s);
    Listings unique;
    unique.file(app).file(db).index(digestOf('d'), "latest").index(digestOf('a'), "2");
    QCOMPARE(unique.manifest(app, "app:2").manifest(db, "db:latest").images(),
             "db:latest (dd)\napp:2 (aa)\n"s);
}

void TestMergeManifests::namesOfOneImageAreDroppedOnlyIfTheyAreTheSame()
{
    const auto image = withFile("a");
    const auto digest = image.manifestDigest();
    const auto end = " (" + digest.substr(7, 2) + ")\n";
    const std::vector<std::array<std::string, 3>> cases = {
        {"corp.example/app:1", "app:1", "app:1 corp.example/app:1"},
        {"docker.io/library/app:1", "app:1", "app:1"},
        {"index.docker.io/library/app:1", "app:1", "app:1"},
        {"docker.io/team/app:1", "team/app:1", "team/app:1"},
        {"1", "app:1", "app:1"},
        {"2", "app:1", "app:1 2"},
        {"localhost:5000/app", "app:1", "app:1 localhost:5000/app"},
    };
    for (const auto& [index, manifest, expected] : cases) {
        Listings listings;
        listings.file(image).index(digest, index).manifest(image, manifest);
        QCOMPARE(listings.images(), expected + end);
    }
}

void TestMergeManifests::imagesAreBounded_data()
{
    QTest::addColumn<std::size_t>("inIndex");
    QTest::addColumn<std::size_t>("inManifest");
    QTest::newRow("index.json") << limits::images + 1 << std::size_t{0};
    QTest::newRow("manifest.json") << std::size_t{0} << limits::images + 1;
    QTest::newRow("together") << limits::images - 10 << std::size_t{11};
}

void TestMergeManifests::imagesAreBounded()
{
    QFETCH(const std::size_t, inIndex);
    QFETCH(const std::size_t, inManifest);
    std::string index;
    for (std::size_t i = 0; i < inIndex; ++i) {
        auto digest = std::to_string(i);
        digest.insert(0, 64 - digest.size(), '0');
        index += (i == 0 ? "" : ",") + R"({"digest":"sha256:)"s + digest + "\"}";
    }
    std::string manifest;
    for (std::size_t i = 0; i < inManifest; ++i) {
        manifest += (i == 0 ? "" : ",") + R"({"RepoTags":["app:)"s + std::to_string(i) + "\"]}";
    }
    ArchiveBuilder builder(ArchiveForm::Docker25);
    builder.replace("index.json", R"({"manifests":[)" + index + "]}")
        .replace("manifest.json", "[" + manifest + "]");
    const auto archive = openArchive(builder);
    VERIFY_OK(archive);
    QCOMPARE((*archive)->images().size(), limits::images);
    QVERIFY((*archive)->warnings().has(WarningCode::LimitReached));
}

void TestMergeManifests::manyNamesAreMatchedWithoutComparingEachWithEach()
{
    // Ten thousand images on either side, 2.7 million names: compared in pairs, a day's work.
    std::string index;
    std::string manifest;
    std::string tags = R"("app:0")";
    for (int i = 1; i < 270; ++i) {
        tags += ",\"" + std::to_string(i) + "\"";
    }
    for (int i = 0; i < 10'000; ++i) {
        auto digest = std::to_string(i);
        digest.insert(0, 64 - digest.size(), '0');
        index += (i == 0 ? "" : ",") + R"({"digest":"sha256:)"s + digest +
                 R"(","annotations":{"org.opencontainers.image.ref.name":"x)" + digest + R"("}})";
        manifest += (i == 0 ? "" : ",") + R"({"Config":"","RepoTags":[)"s + tags + "]}";
    }
    const auto archive = openArchive(ArchiveBuilder(ArchiveForm::Docker25)
                                         .replace("index.json", R"({"manifests":[)" + index + "]}")
                                         .replace("manifest.json", "[" + manifest + "]"));
    VERIFY_OK(archive);
    // None of either is one of the other, so index.json's alone are all there may be.
    QCOMPARE((*archive)->images().size(), limits::images);
    QCOMPARE((*archive)->images().back().names.size(), std::size_t{1});
    QVERIFY((*archive)->warnings().has(WarningCode::LimitReached));
}

void TestMergeManifests::matchingNamesCanBeCancelled()
{
    // Asked to stop while the last document is read.
    class Stopping final : public HoleSource
    {
    public:
        explicit Stopping(const Bytes& bytes)
            : HoleSource(bytes.size())
        {
            put(0, bytes);
        }
        Result<std::size_t> readAt(std::uint64_t offset, std::span<std::byte> into) const override
        {
            const auto read = HoleSource::readAt(offset, into);
            if (read && std::ranges::search(into.first(*read), m_marker).begin() !=
                            into.first(*read).end()) {
                m_stop.request_stop();
            }
            return read;
        }
        std::stop_token token() const { return m_stop.get_token(); }

    private:
        Bytes m_marker = toBytes("[\"example/app:marked\"]");
        mutable std::stop_source m_stop;
    };
    const std::string padding(3'000'000, 'x');
    ArchiveBuilder builder(ArchiveForm::Docker25);
    builder.image(withFile("a"))
        .replace("manifest.json", R"([{"before":")" + padding +
                                      R"(","RepoTags":["example/app:marked"],"after":")" + padding +
                                      "\"}]");
    const auto source = std::make_shared<Stopping>(builder.bytes());
    QCOMPARE(outcome(ImageArchive::open(source, "stopped.tar", {source->token(), {}})),
             "Cancelled"s);
}

QTEST_GUILESS_MAIN(TestMergeManifests)
#include "tst_merge_manifests.moc"
