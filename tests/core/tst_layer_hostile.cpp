// SPDX-License-Identifier: Apache-2.0
// Layers made to take time or memory without end. Nothing here is measured: what is not bounded
// does not come to its end.
#include "archive_builder.h"
#include "check.h"
#include "tree_text.h"

#include "base/limits.h"
#include "layer/layer_index_builder.h"
#include "tree/opened_image.h"

#include <new>
#include <unordered_map>

using namespace strata;
using namespace strata::test;
using namespace std::string_literals;

namespace {

TarMember fileAt(std::string path)
{
    TarMember member;
    member.path = std::move(path);
    return member;
}

TarMember linkAt(std::string path, std::string target)
{
    TarMember member = fileAt(std::move(path));
    member.type = FileType::Symlink;
    member.linkTarget = std::move(target);
    return member;
}

/// `target` filled up with slashes, which name nothing, to so many bytes.
std::string padded(std::size_t bytes, const std::string& target)
{
    return std::string(bytes - target.size(), '/') + target;
}

} // namespace

class TestLayerHostile : public QObject
{
    Q_OBJECT

private slots:
    void targetsLongerThanAnyAreNotFollowed();
    void longTargetsInARowAreBounded();
    void manyPathsBehindLongTargets();
    void attributesAreBounded();
    void ownersThatWouldCollide();
    void memoryThatIsRefusedIsAnError();
};

void TestLayerHostile::targetsLongerThanAnyAreNotFollowed()
{
    const auto layer = indexTar(TarBuilder()
                                    .symlink("long", padded(4'095, "d"))
                                    .symlink("longer", padded(4'096, "d"))
                                    .file("long/a")
                                    .file("longer/b"));
    QVERIFY(layerText(*layer).contains("file /d/a 0\n"s));
    QVERIFY(layerText(*layer).contains("symlink /longer -> "s));
    QVERIFY(!layerText(*layer).contains("/b"s));
    QCOMPARE(warningKinds(layer->warnings()), "LimitReached"s);
}

void TestLayerHostile::longTargetsInARowAreBounded()
{
    TarBuilder tar;
    for (int i = 0; i < 8; ++i) {
        tar.symlink("l" + std::to_string(i), padded(4'000, "l" + std::to_string(i + 1)));
    }
    const auto layer = indexTar(tar.file("l4/near").file("l0/far"));
    QVERIFY(layerText(*layer).contains("file /l8/near 0\n"s));
    QVERIFY(!layerText(*layer).contains("far"s));
    QCOMPARE(warningKinds(layer->warnings()), "LimitReached"s);
}

void TestLayerHostile::manyPathsBehindLongTargets()
{
    LayerIndexBuilder builder;
    constexpr int links = 39;
    for (int i = 0; i < links; ++i) {
        builder.add(linkAt("l" + std::to_string(i), padded(65'000, "l" + std::to_string(i + 1))));
    }
    constexpr int files = 20'000;
    for (int i = 0; i < files; ++i) {
        // Spelled another way each time, so that no folder is the one of the file before.
        builder.add(fileAt((i % 2 == 0 ? "l0/f" : "./l0/f") + std::to_string(i)));
    }
    const auto layer = builder.finish(0, false);
    QCOMPARE(layer->memberCount(), std::uint64_t{links + files});
    QCOMPARE(layer->nodes().size(), std::size_t{links + 1});
    QVERIFY(layer->warnings().has(WarningCode::LimitReached));
}

void TestLayerHostile::attributesAreBounded()
{
    // One mebibyte each, none like another. What is beyond the bound is left out and told.
    constexpr std::size_t each = 1ULL << 20;
    constexpr std::size_t fit = limits::xattrBytes / each - 1;
    LayerIndexBuilder builder;
    for (std::size_t i = 0; i < fit + 2; ++i) {
        TarMember member = fileAt("f" + std::to_string(i));
        std::string value(each, 'v');
        value.replace(0, 3, std::to_string(100 + i));
        member.xattrs.emplace_back("user.v", std::move(value));
        builder.add(member);
    }
    const auto layer = builder.finish(0, false);
    std::size_t with = 0;
    for (std::uint32_t i = 0; i < layer->entryCount(); ++i) {
        with += layer->entry(EntryId{i}).xattrs ? 1U : 0U;
    }
    QCOMPARE(layer->entryCount(), fit + 2);
    QCOMPARE(with, fit);
    QCOMPARE(warningKinds(layer->warnings()), "LimitReached LimitReached"s);
}

void TestLayerHostile::ownersThatWouldCollide()
{
    // Owners are the image's to choose. These fall into one bucket of a hash table if their
    // numbers are mixed by a multiplication, as they once were: a product can be undone.
    constexpr std::uint64_t factor = 0x9e3779b97f4a7c15ULL;
    std::uint64_t inverse = factor;
    for (int i = 0; i < 5; ++i) {
        inverse *= 2 - factor * inverse;
    }
    QCOMPARE(factor * inverse, std::uint64_t{1});
    constexpr std::uint64_t count = 800'000;
    std::unordered_map<std::uint64_t, std::uint32_t> table(64);
    for (std::uint64_t i = 0; i < count; ++i) {
        table.try_emplace(i, 0);
    }
    const auto ownerOf = [&](std::uint64_t i) {
        const std::uint64_t hash = i * table.bucket_count();
        return ((hash ^ hash >> 32U) * inverse) ^ std::uint64_t{XattrSetId{}.value} << 16U;
    };
    LayerIndexBuilder builder;
    for (std::uint64_t i = 0; i < count; ++i) {
        TarMember member = fileAt("f" + std::to_string(i));
        member.uid = static_cast<std::uint32_t>(ownerOf(i) >> 32U);
        member.gid = static_cast<std::uint32_t>(ownerOf(i));
        builder.add(member);
    }
    const auto layer = builder.finish(0, false);
    for (const std::uint64_t i : {std::uint64_t{0}, count / 2, count - 1}) {
        const LayerEntry entry = layer->entry(EntryId{static_cast<std::uint32_t>(i)});
        QCOMPARE(std::uint64_t{entry.uid} << 32U | entry.gid, ownerOf(i));
    }
}

void TestLayerHostile::memoryThatIsRefusedIsAnError()
{
    ImageBuilder image;
    image.layer(TarBuilder().file("a")).layer(TarBuilder().file("b"));
    const auto archive =
        ImageArchive::open(ArchiveBuilder(ArchiveForm::Oci).image(image).source(), "test.tar", {});
    VERIFY_OK(archive);
    for (const unsigned threads : {1U, 2U}) {
        LoadOptions options;
        options.threads = threads;
        options.layerReady = [](LayerNo, const std::shared_ptr<const LayerIndex>&) {
            throw std::bad_alloc();
        };
        const auto opened = loadImage(*archive, 0, {}, options);
        QCOMPARE(outcome(opened), "LimitExceeded"s);
        QCOMPARE(opened.error().message(), "not enough memory"s);
    }
}

QTEST_GUILESS_MAIN(TestLayerHostile)
#include "tst_layer_hostile.moc"
