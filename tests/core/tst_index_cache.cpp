// SPDX-License-Identifier: Apache-2.0
// Indexes kept between openings: found again for the same bytes, and never shown for others.
#include "archive_text.h"
#include "check.h"
#include "compressions.h"
#include "tree_text.h"

#include "cache/index_cache.h"
#include "insight/verified_layers.h"
#include "insight/verify.h"

#include <QTemporaryDir>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <thread>

using namespace strata;
using namespace strata::test;
using namespace std::string_literals;
namespace fs = std::filesystem;

namespace {

constexpr std::int64_t longAgoNs = 1'600'000'000'000'000'000;

/// Bytes as of a file that lies where one says, and how many of them were read.
class PlacedSource final : public ByteSource
{
public:
    explicit PlacedSource(Bytes bytes, std::uint64_t inode = 1)
        : m_bytes(std::move(bytes))
    {
        place = SourceIdentity{.device = 1,
                               .inode = inode,
                               .fileSize = m_bytes.size(),
                               .modifiedNs = longAgoNs,
                               .changedNs = longAgoNs,
                               .offset = 0,
                               .length = m_bytes.size()};
    }

    std::uint64_t size() const override { return m_bytes.size(); }
    Result<std::size_t> readAt(std::uint64_t offset, std::span<std::byte> into) const override
    {
        const auto from = std::min<std::uint64_t>(offset, m_bytes.size());
        const auto n = std::min<std::size_t>(into.size(), m_bytes.size() - from);
        std::copy_n(m_bytes.begin() + static_cast<std::ptrdiff_t>(from), n, into.begin());
        bytesRead += n;
        return n;
    }
    std::optional<SourceIdentity> identity() const override { return place; }

    std::optional<SourceIdentity> place;
    mutable std::atomic<std::uint64_t> bytesRead = 0;

private:
    Bytes m_bytes;
};

using Placed = std::shared_ptr<PlacedSource>;

struct Fixture
{
    QTemporaryDir temporary;
    fs::path folder = fs::path(temporary.path().toStdString()) / "stratascope" / "index";
    std::shared_ptr<IndexCache> cache = open();

    std::shared_ptr<IndexCache> open(std::uint64_t maxBytes = 1U << 30U) const
    {
        IndexCache::Settings settings;
        settings.folder = folder;
        settings.maxBytes = maxBytes;
        settings.leastStored = 0;
        return IndexCache::open(settings).value_or(nullptr);
    }
    std::shared_ptr<const OpenedImage> load(const Placed& source) const
    {
        const auto archive = ImageArchive::open(source, "test.tar", {});
        LoadOptions options;
        options.cache = cache;
        const auto image =
            archive ? loadImage(*archive, 0, {}, options)
                    : Result<std::shared_ptr<const OpenedImage>>(std::unexpected(archive.error()));
        return image ? *image : nullptr;
    }
    std::string tree(const Placed& source) const
    {
        const auto image = load(source);
        return image ? treeText(*image->tree) : "error";
    }
    /// Bytes of `source` that opening it reads.
    std::uint64_t readBy(const Placed& source) const
    {
        source->bytesRead = 0;
        load(source);
        return source->bytesRead;
    }
    /// As the window does it behind the opened image.
    void verify(const Placed& source) const
    {
        const auto archive = *ImageArchive::open(source, "test.tar", {});
        VerifiedLayers verified(cache, *archive, archive->images().front());
        const auto checks = verifyImage(*archive, archive->images().front(), {},
                                        [&](const Check& check) { verified.take(check); });
        QVERIFY(checks.has_value());
    }
    std::uint64_t entries() const { return cache->usage().entries; }
    std::vector<fs::path> files() const
    {
        std::vector<fs::path> out;
        for (const auto& file : fs::directory_iterator(folder)) {
            if (file.path().extension() == ".layer") {
                out.push_back(file.path());
            }
        }
        return out;
    }
};

/// A layer that is long to read, with two small files.
TarBuilder longLayer(unsigned seed = 1)
{
    return TarBuilder()
        .file("first", "1")
        .file("long", toText(noise(2'000'000, seed)))
        .file("last", "12");
}

ImageBuilder imageOf(const TarBuilder& tar, Compression compression = Compression::Gzip)
{
    ImageBuilder image;
    image.layer(tar, "ADD", compression);
    return image;
}

Placed archive(const ImageBuilder& image, std::uint64_t inode = 1)
{
    return std::make_shared<PlacedSource>(archiveOf(ArchiveForm::Oci, image), inode);
}

/// An archive that says it holds the one layer of `said`, and holds that of `held` in its place.
Placed impostor(const ImageBuilder& said, const ImageBuilder& held, std::uint64_t inode)
{
    ArchiveBuilder builder(ArchiveForm::Oci);
    builder.image(said).replace(builder.layerFile(said, 0), toText(held.layers()[0].stored));
    return std::make_shared<PlacedSource>(builder.bytes(), inode);
}

} // namespace

class TestIndexCache : public QObject
{
    Q_OBJECT

private slots:
    void anImageIsReadOnce_data() { addCompressionRows(); }
    void anImageIsReadOnce()
    {
        QFETCH(const Compression, compression);
        const Fixture f;
        const auto source = archive(imageOf(longLayer(), compression));
        const auto shown = f.tree(source);
        QCOMPARE(shown, "file /first 1 L0\nfile /last 2 L0\nfile /long 2000000 L0\n"s);
        QCOMPARE(f.entries(), std::uint64_t{1});
        QVERIFY(f.readBy(source) < 200'000);
        QCOMPARE(f.tree(source), shown);
        QCOMPARE(contentOf(*f.load(source), "/last"), "12"s);
        QCOMPARE(f.entries(), std::uint64_t{1});
    }

    void theNextProcessFindsIt()
    {
        Fixture f;
        const auto source = archive(imageOf(longLayer()));
        const auto first = f.load(source);
        f.cache = f.open();
        const auto second = f.load(source);
        QVERIFY(f.readBy(source) < 200'000);
        const auto hash = [](const OpenedImage& image) {
            return image.layers[0]->entry(EntryId{1}).contentHash;
        };
        QVERIFY(first->layers[0]->entry(EntryId{1}).hashed);
        QCOMPARE(hash(*second), hash(*first));
        QCOMPARE(second->places[0] != nullptr, first->places[0] != nullptr);
    }

    void whatCouldBeOtherBytesIsReadAgain()
    {
        using Change = void (*)(SourceIdentity&);
        for (const Change change :
             std::initializer_list<Change>{[](SourceIdentity& place) { ++place.device; },
                                           [](SourceIdentity& place) { ++place.inode; },
                                           [](SourceIdentity& place) { ++place.fileSize; },
                                           [](SourceIdentity& place) { ++place.modifiedNs; },
                                           [](SourceIdentity& place) { ++place.changedNs; },
                                           [](SourceIdentity& place) { ++place.offset; }}) {
            const Fixture f;
            const auto source = archive(imageOf(longLayer()));
            f.load(source);
            change(*source->place);
            QVERIFY(f.readBy(source) > 1'000'000);
            QCOMPARE(f.entries(), std::uint64_t{2});
        }
    }

    void otherBytesAtTheSamePlaceAreSeen()
    {
        const Fixture f;
        f.load(archive(imageOf(TarBuilder().file("a", "one"), Compression::None)));
        const auto other = archive(imageOf(TarBuilder().file("b", "two"), Compression::None));
        QCOMPARE(f.tree(other), "file /b 3 L0\n"s);
    }

    void whatHasNoPlaceIsNotKept()
    {
        const Fixture f;
        const auto source = archive(imageOf(longLayer()));
        source->place.reset();
        QCOMPARE(f.tree(source), f.tree(source));
        QCOMPARE(f.entries(), std::uint64_t{0});
    }

    void aFileJustWrittenIsNotKept()
    {
        const Fixture f;
        const auto source = archive(imageOf(longLayer()));
        source->place->changedNs =
            std::chrono::nanoseconds(std::chrono::system_clock::now().time_since_epoch()).count();
        f.load(source);
        QCOMPARE(f.entries(), std::uint64_t{0});
        source->place->changedNs =
            std::numeric_limits<std::int64_t>::max(); // a clock that is wrong
        f.load(source);
        QCOMPARE(f.entries(), std::uint64_t{0});
    }

    void aFileWrittenToMeanwhileIsNotKept()
    {
        const Fixture f;
        const auto tar = TarBuilder().file("a", "a").bytes();
        const auto source = std::make_shared<PlacedSource>(tar);
        const auto key = f.cache->keyOf(source, Compression::None, LayerRoot::TarRoot);
        VERIFY_OK(key);
        const auto layer = indexLayer(source, Compression::None, {}, LayerRoot::TarRoot);
        VERIFY_OK(layer);
        const auto before = source->place;
        ++source->place->changedNs;
        f.cache->store(*key, *layer);
        QCOMPARE(f.entries(), std::uint64_t{0});
        source->place = before;
        f.cache->store(*key, *layer);
        QCOMPARE(f.entries(), std::uint64_t{1});
        ++source->place->changedNs;
        f.cache->verified(*key, *Digest::parse("sha256:" + std::string(64, 'a')));
        QCOMPARE(f.files().size(), std::size_t{1});
    }

    void anotherRootIsAnotherIndex()
    {
        const Fixture f;
        const auto tar = TarBuilder().file("Files/a", "a").bytes();
        const auto source = std::make_shared<PlacedSource>(tar);
        const auto key = f.cache->keyOf(source, Compression::None, LayerRoot::TarRoot);
        f.cache->store(*key, *indexLayer(source, Compression::None, {}, LayerRoot::TarRoot));
        QVERIFY(f.cache->find(*key));
        for (const auto root : {LayerRoot::WindowsFiles, LayerRoot::Unknown}) {
            QVERIFY(!f.cache->find(*f.cache->keyOf(source, Compression::None, root)));
        }
        QVERIFY(!f.cache->find(*f.cache->keyOf(source, Compression::Gzip, LayerRoot::TarRoot)));
    }

    void damagedLayersAreNotKept()
    {
        const Fixture f;
        auto stored = compress(longLayer().bytes(), Compression::Gzip);
        stored.resize(stored.size() / 2);
        ImageBuilder image;
        image.storedLayer(stored, longLayer().bytes(), Compression::Gzip);
        QVERIFY(f.load(archive(image))->layers[0]->damaged());
        QCOMPARE(f.entries(), std::uint64_t{0});
    }

    void smallLayersAreNotKept()
    {
        Fixture f;
        IndexCache::Settings settings;
        settings.folder = f.folder;
        f.cache = *IndexCache::open(settings);
        f.load(archive(imageOf(TarBuilder().file("a", "a"))));
        QCOMPARE(f.entries(), std::uint64_t{0});
        f.load(archive(imageOf(longLayer())));
        QCOMPARE(f.entries(), std::uint64_t{1});
    }

    void whatIsDamagedOnDiskIsMadeAnew()
    {
        const Fixture f;
        const auto source = archive(imageOf(TarBuilder().file("a", "a")));
        const auto shown = f.tree(source);
        const auto file = f.files().front();
        const auto good = readFile(file);
        std::vector<Bytes> bad = {Bytes(), Bytes(50), noise(good.size())};
        for (std::size_t i = 0; i < good.size(); ++i) {
            bad.push_back(good);
            bad.back()[i] ^= std::byte{0x10};
        }
        bad.emplace_back(good.begin(), good.end() - 1);
        bad.push_back(concat({good, Bytes(1)}));
        for (const auto& bytes : bad) {
            writeFile(file, bytes);
            QCOMPARE(f.tree(source), shown);
            QVERIFY(readFile(file) == good);
        }
    }

    void anEntryUnderAnotherNameIsNotShown()
    {
        const Fixture f;
        const auto a = archive(imageOf(TarBuilder().file("a", "a")), 1);
        const auto b = archive(imageOf(TarBuilder().file("b", "b")), 2);
        f.load(a);
        const auto fileOfA = f.files().front();
        const auto shown = f.tree(b);
        for (const auto& file : f.files()) {
            if (file != fileOfA) {
                fs::copy_file(fileOfA, file, fs::copy_options::overwrite_existing);
            }
        }
        QCOMPARE(f.tree(b), shown);
    }

    void aVerifiedLayerIsKnownInOtherArchives()
    {
        const Fixture f;
        const auto image = imageOf(longLayer());
        const auto first = archive(image, 1);
        const auto shown = f.tree(first);
        f.verify(first);
        // It is hashed, found, and kept for its place: one file still.
        const auto second = archive(image, 2);
        QCOMPARE(f.tree(second), shown);
        QCOMPARE(f.entries(), std::uint64_t{1});
        QVERIFY(f.readBy(second) < 200'000);
    }

    void aLayerThatNobodyVerifiedIsNot()
    {
        const Fixture f;
        const auto image = imageOf(longLayer());
        f.load(archive(image, 1));
        f.load(archive(image, 2));
        QCOMPARE(f.entries(), std::uint64_t{2});
    }

    void aFalseNameShowsNoOtherLayer()
    {
        const Fixture f;
        const auto genuine = imageOf(longLayer());
        const auto other = imageOf(TarBuilder().file("evil", "1234"));
        const auto honest = archive(genuine, 1);
        const auto shown = f.tree(honest);
        f.verify(honest);
        const auto liar = impostor(genuine, other, 2);
        QCOMPARE(f.tree(liar), "file /evil 4 L0\n"s);
        f.verify(liar);
        QCOMPARE(f.tree(liar), "file /evil 4 L0\n"s);
        QCOMPARE(f.tree(honest), shown);
        QCOMPARE(f.tree(archive(genuine, 3)), shown);
    }

    void aFalseNamePoisonsNothing()
    {
        const Fixture f;
        // Of the same length, and alike wherever samples are taken.
        const auto genuine = imageOf(longLayer(), Compression::None);
        auto tar = longLayer().bytes();
        tar[512 + 512 + 512 + 10'000] ^= std::byte{1};
        ImageBuilder other;
        other.layer(tar, "ADD", Compression::None);
        const auto liar = impostor(genuine, other, 1);
        f.load(liar);
        QCOMPARE(f.entries(), std::uint64_t{1});
        f.verify(liar);
        QCOMPARE(f.entries(), std::uint64_t{0}); // not what it is called: nothing is kept
        const auto honest = archive(genuine, 2);
        f.load(honest);
        f.verify(honest);
        QCOMPARE(f.files().size(), std::size_t{2}); // by place and by digest
    }

    void theLimitIsKept()
    {
        Fixture f;
        const auto source = [](unsigned n) {
            return archive(imageOf(TarBuilder().file("f" + std::to_string(n), "a")), n);
        };
        f.load(source(0));
        const auto one = f.cache->usage().bytes;
        f.cache = f.open(one * 5);
        for (unsigned n = 1; n < 20; ++n) {
            f.load(source(n));
            QVERIFY(f.cache->usage().bytes <= one * 5);
            for (const auto& file : f.files()) { // a second passes
                fs::last_write_time(file, fs::last_write_time(file) - std::chrono::seconds(1));
            }
        }
        QVERIFY(f.entries() >= 3);
        const auto last = source(19);
        const auto before = f.files();
        f.load(last);
        QCOMPARE(f.files().size(), before.size()); // it is there
    }

    void oneLayerDoesNotDriveOutAllOthers()
    {
        Fixture f;
        f.load(archive(imageOf(TarBuilder().file("a", "a"))));
        f.cache = f.open(f.cache->usage().bytes * 3);
        TarBuilder large;
        for (int i = 0; i < 100; ++i) {
            large.file("file" + std::to_string(i), "x");
        }
        f.load(archive(imageOf(large), 2));
        QCOMPARE(f.entries(), std::uint64_t{1});
    }

    void manyMayUseItAtOnce()
    {
        const Fixture f;
        std::vector<Placed> sources;
        std::vector<std::string> shown;
        for (unsigned n = 0; n < 6; ++n) {
            sources.push_back(archive(imageOf(TarBuilder().file("f" + std::to_string(n), "a")), n));
            shown.push_back("file /f" + std::to_string(n) + " 1 L0\n");
        }
        std::atomic<int> wrong = 0;
        {
            std::vector<std::jthread> threads;
            for (int t = 0; t < 4; ++t) {
                threads.emplace_back([&, t] {
                    const auto cache = f.open(t == 3 ? 1'500 : 1U << 20U); // one that throws out
                    for (unsigned i = 0; i < 60; ++i) {
                        const auto n = i % sources.size();
                        const auto opened = ImageArchive::open(sources[n], "test.tar", {});
                        LoadOptions options;
                        options.cache = cache;
                        options.threads = 1;
                        const auto image = loadImage(*opened, 0, {}, options);
                        wrong += image && treeText(*(*image)->tree) == shown[n] ? 0 : 1;
                        if (t == 2 && i % 20 == 19) {
                            cache->clear();
                        }
                    }
                });
            }
        }
        QCOMPARE(wrong.load(), 0);
    }

    void realFilesHaveAPlace()
    {
        const QTemporaryDir folder;
        const fs::path path = fs::path(folder.path().toStdString()) / "a.tar";
        writeFile(path, Bytes(5000));
        const auto source = *openFile(path);
        const auto place = source->identity();
        QVERIFY(place);
        QCOMPARE(place->length, std::uint64_t{5000});
        const auto part = rangeSource(rangeSource(source, 1000, 3000), 24, 100)->identity();
        QVERIFY(part);
        QCOMPARE(part->offset, std::uint64_t{1024});
        QCOMPARE(part->length, std::uint64_t{100});
        QCOMPARE(part->inode, place->inode);
        fs::last_write_time(path, fs::last_write_time(path) - std::chrono::seconds(1));
        QVERIFY(source->identity() != place);
        fs::remove(path);
        QVERIFY(!source->identity());
        QVERIFY(!memorySource(Bytes(10))->identity());
    }
};

QTEST_GUILESS_MAIN(TestIndexCache)
#include "tst_index_cache.moc"
