// SPDX-License-Identifier: Apache-2.0
#include "archive_builder.h"
#include "check.h"
#include "hole_source.h"
#include "tree_text.h"

#include "base/limits.h"
#include "layer/layer_index_builder.h"
#include "tree/opened_image.h"

#include <QElapsedTimer>

#include <algorithm>
#include <atomic>
#include <functional>
#include <set>
#include <thread>

using namespace strata;
using namespace strata::test;
using namespace std::string_literals;

Q_DECLARE_METATYPE(strata::Compression)

namespace {

using Archive = std::shared_ptr<const ImageArchive>;

Archive archiveWith(const ImageBuilder& image)
{
    auto archive =
        ImageArchive::open(ArchiveBuilder(ArchiveForm::Oci).image(image).source(), "test.tar", {});
    return archive ? *archive : nullptr;
}

ImageBuilder sample(Compression compression)
{
    ImageBuilder image;
    image
        .layer(TarBuilder().file("shadowed", "old content").file("deleted", "gone but here"), {},
               compression)
        .layer(TarBuilder()
                   .file("shadowed", "new")
                   .whiteout("deleted")
                   .dir("d")
                   .hardlink("h", "shadowed"),
               {}, compression)
        .layer(TarBuilder().hardlink("lower", "shadowed"), {}, compression);
    return image;
}

std::string read(const OpenedImage& image, std::string_view path, std::size_t version)
{
    const auto node = image.tree->find(path);
    if (!node) {
        return "no such path";
    }
    const auto stream = image.open(image.tree->versions(*node)[version]);
    return stream ? drain(**stream) : "error: " + outcome(stream);
}

/// An archive's bytes with something happening when certain of them are read.
class WatchedSource final : public HoleSource
{
public:
    explicit WatchedSource(const Bytes& bytes)
        : HoleSource(bytes.size())
    {
        put(0, bytes);
    }

    /// Called before bytes from `marker` on are read for the first time; its error is theirs.
    void watch(const Bytes& bytes, std::string_view marker, std::function<Status()> call)
    {
        const auto wanted = toBytes(marker);
        const auto found = std::ranges::search(bytes, wanted);
        m_from = static_cast<std::uint64_t>(found.begin() - bytes.begin());
        m_call = std::move(call);
    }
    unsigned readsSince() const { return m_readsSince; }

    Result<std::size_t> readAt(std::uint64_t offset, std::span<std::byte> into) const override
    {
        if (m_called) {
            ++m_readsSince;
        } else if (m_call && offset <= m_from && m_from < offset + into.size()) {
            m_called = true;
            if (auto called = m_call(); !called) {
                return std::unexpected(called.error());
            }
        }
        return HoleSource::readAt(offset, into);
    }

private:
    std::uint64_t m_from = 0;
    std::function<Status()> m_call;
    mutable std::atomic<bool> m_called = false;
    mutable std::atomic<unsigned> m_readsSince = 0;
};

/// A layer of some stored megabytes that unpacks to many gigabytes, with a skippable frame that
/// says "here" after the first one.
ImageBuilder endless()
{
    TarHeader header;
    header.name = "zeros";
    header.size = 200LL << 30;
    const auto frame = compress(Bytes(16U << 20U), Compression::Zstd);
    Bytes stored = compress(toBytes(header.block()), Compression::Zstd);
    const auto note = toBytes("\x5e\x2a\x4d\x18\x04\0\0\0here"s);
    for (int i = 0; i < 200 * 64; ++i) {
        stored.insert(stored.end(), frame.begin(), frame.end());
        if (i == 64) {
            stored.insert(stored.end(), note.begin(), note.end());
        }
    }
    ImageBuilder image;
    image.storedLayer(std::move(stored), {}, Compression::Zstd);
    return image;
}

} // namespace

class TestOpenedImage : public QObject
{
    Q_OBJECT

private slots:
    void everyCopyOpens_data();
    void everyCopyOpens();
    void whatHasNoContentIsNotFound();
    void aLinkToNothingSaysSo();
    void layersAreReportedAsTheyAreReady_data();
    void layersAreReportedAsTheyAreReady();
    void repeatedLayersAreReadOnce();
    void cancellingWhileReadingIsPrompt();
    void openingAFileDeepInALayerCanBeCancelled();
    void theFirstErrorStopsTheOtherLayers();
    void cancelledBeforeItStarts();
    void progressCountsAllLayers();
    void progressIsNotReportedTooOften();
    void missingLayersLeaveTheRest();
    void aRootFileSystemIsReadToItsEndHoweverLong();
    void aFileCutWhileOpenIsChanged();
    void thereIsNoSuchImage();
    void readersShareOneImage();
};

void TestOpenedImage::everyCopyOpens_data()
{
    QTest::addColumn<Compression>("compression");
    for (const auto c :
         {Compression::None, Compression::Gzip, Compression::Zstd, Compression::Xz}) {
        QTest::newRow(std::string(compressionName(c)).c_str()) << c;
    }
}

void TestOpenedImage::everyCopyOpens()
{
    QFETCH(Compression, compression);
    const auto archive = archiveWith(sample(compression));
    QVERIFY(archive);
    const auto image = loadImage(archive, 0, {});
    VERIFY_OK(image);
    QCOMPARE(read(**image, "/shadowed", 0), "old content"s);
    QCOMPARE(read(**image, "/shadowed", 1), "new"s);
    QCOMPARE(read(**image, "/deleted", 0), "gone but here"s);
    QCOMPARE(read(**image, "/deleted", 1), "error: NotFound"s);
    QCOMPARE(read(**image, "/h", 0), "new"s);
    QCOMPARE(read(**image, "/lower", 0), "new"s);
}

void TestOpenedImage::whatHasNoContentIsNotFound()
{
    const auto archive = archiveWith(ImageBuilder().layer(
        TarBuilder().dir("d").symlink("s", "d").fifo("p").file("i/f").hardlink("lost", "absent")));
    QVERIFY(archive);
    const auto image = loadImage(archive, 0, {});
    VERIFY_OK(image);
    for (const auto* path : {"/d", "/s", "/p", "/i"}) {
        QCOMPARE(read(**image, path, 0), "error: NotFound"s);
    }
    QVERIFY(read(**image, "/lost", 0).starts_with("error: "));
    QCOMPARE(read(**image, "/i/f", 0), ""s);
}

void TestOpenedImage::aLinkToNothingSaysSo()
{
    ImageBuilder image;
    image.layer(TarBuilder().hardlink("h", "nowhere"));
    const auto archive = archiveWith(image);
    QVERIFY(archive);
    const auto opened = loadImage(archive, 0, {});
    VERIFY_OK(opened);
    const auto node = (*opened)->tree->find("/h");
    QVERIFY(node.has_value());
    const auto stream = (*opened)->open((*opened)->tree->versions(*node).front());
    QCOMPARE(outcome(stream), "Missing"s);
    QCOMPARE(stream.error().what, "is a hard link to a file that no layer holds"s);
}

void TestOpenedImage::layersAreReportedAsTheyAreReady_data()
{
    QTest::addColumn<unsigned>("threads");
    QTest::newRow("one thread") << 1U;
    QTest::newRow("three threads") << 3U;
    QTest::newRow("as many as there are cores") << 0U;
}

void TestOpenedImage::layersAreReportedAsTheyAreReady()
{
    QFETCH(unsigned, threads);
    ImageBuilder builder;
    for (int i = 0; i < 12; ++i) {
        builder.layer(TarBuilder().file("f" + std::to_string(i), "x"), {},
                      i % 2 == 0 ? Compression::None : Compression::Gzip);
    }
    const auto archive = archiveWith(builder);
    QVERIFY(archive);
    std::multiset<LayerNo> ready;
    std::atomic<int> inside = 0;
    bool overlapped = false;
    LoadOptions options;
    options.threads = threads;
    options.layerReady = [&](LayerNo n, const std::shared_ptr<const LayerIndex>& index) {
        overlapped = overlapped || ++inside > 1;
        if (index && index->memberCount() == 1) {
            ready.insert(n);
        }
        --inside;
    };
    const auto image = loadImage(archive, 0, {}, options);
    VERIFY_OK(image);
    QVERIFY(!overlapped);
    QCOMPARE(ready.size(), std::size_t{12});
    QCOMPARE(std::set<LayerNo>(ready.begin(), ready.end()).size(), std::size_t{12});
    QCOMPARE((*image)->layers.size(), std::size_t{12});
    QVERIFY(treeText(*(*image)->tree).contains("file /f11 1 L11\n"));
}

void TestOpenedImage::repeatedLayersAreReadOnce()
{
    ImageBuilder builder;
    const auto tar = TarBuilder().file("a", "x");
    builder.layer(tar).layer(TarBuilder().file("b")).layer(tar);
    const auto archive = archiveWith(builder);
    QVERIFY(archive);
    const auto image = loadImage(archive, 0, {});
    VERIFY_OK(image);
    QCOMPARE((*image)->layers[0], (*image)->layers[2]);
    QVERIFY((*image)->layers[0] != (*image)->layers[1]);
}

void TestOpenedImage::cancellingWhileReadingIsPrompt()
{
    const auto bytes = ArchiveBuilder(ArchiveForm::Oci).image(endless()).bytes();
    const auto source = std::make_shared<WatchedSource>(bytes);
    const auto archive = ImageArchive::open(source, "endless.tar", {});
    VERIFY_OK(archive);
    std::stop_source stop;
    source->watch(bytes, "here", [&] {
        stop.request_stop();
        return Status();
    });
    QCOMPARE(outcome(loadImage(*archive, 0, {stop.get_token(), {}})), "Cancelled"s);
    QVERIFY2(source->readsSince() <= 1, std::to_string(source->readsSince()).c_str());
}

void TestOpenedImage::openingAFileDeepInALayerCanBeCancelled()
{
    auto builder = endless();
    const auto bytes = ArchiveBuilder(ArchiveForm::Oci).image(builder).bytes();
    const auto source = std::make_shared<WatchedSource>(bytes);
    const auto archive = ImageArchive::open(source, "endless.tar", {});
    VERIFY_OK(archive);
    // An index as if the layer had been read: its second file lies a hundred gigabytes deep.
    LayerIndexBuilder index;
    TarMember member;
    member.path = "deep";
    member.size = 1;
    member.headerOffset = 100ULL << 30U;
    index.add(member);
    OpenedImage image;
    image.archive = *archive;
    image.layers = {index.finish(200ULL << 30U, false)};
    image.places = {nullptr};
    image.tree = *mergeLayers(image.layers, {});
    std::stop_source stop;
    source->watch(bytes, "here", [&] {
        stop.request_stop();
        return Status();
    });
    const auto& version = *image.tree->visible(*image.tree->find("/deep"));
    QCOMPARE(outcome(image.open(version, {stop.get_token(), {}})), "Cancelled"s);
    QVERIFY2(source->readsSince() <= 1, std::to_string(source->readsSince()).c_str());
}

void TestOpenedImage::theFirstErrorStopsTheOtherLayers()
{
    auto builder = endless();
    builder.layer(TarBuilder().file("unreadable", toText(noise(100'000))).file("marker"));
    const auto bytes = ArchiveBuilder(ArchiveForm::Oci).image(builder).bytes();
    const auto source = std::make_shared<WatchedSource>(bytes);
    const auto archive = ImageArchive::open(source, "endless.tar", {});
    VERIFY_OK(archive);
    source->watch(bytes, "marker",
                  []() -> Status { return fail(ErrorCode::Io, "on purpose", {}); });
    LoadOptions options;
    options.threads = 2;
    const auto image = loadImage(*archive, 0, {}, options);
    QCOMPARE(outcome(image), "Io"s);
    // Not cancelled by anybody, and not read to its end for nothing.
    QVERIFY2(source->bytesRead() < builder.layers()[0].stored.size() / 2,
             std::to_string(source->bytesRead()).c_str());
}

void TestOpenedImage::cancelledBeforeItStarts()
{
    const auto archive = archiveWith(sample(Compression::Gzip));
    QVERIFY(archive);
    std::stop_source stop;
    stop.request_stop();
    QCOMPARE(outcome(loadImage(archive, 0, {stop.get_token(), {}})), "Cancelled"s);
}

void TestOpenedImage::progressCountsAllLayers()
{
    ImageBuilder builder;
    std::uint64_t total = 0;
    for (unsigned i = 0; i < 6; ++i) {
        builder.layer(TarBuilder().file("f", toText(noise(100'000, i + 1))), {},
                      i % 2 == 0 ? Compression::None : Compression::Gzip);
        total += builder.layers().back().stored.size();
    }
    const auto archive = archiveWith(builder);
    QVERIFY(archive);
    Progress last;
    bool wrong = false;
    const Job job{{}, [&](const Progress& p) {
                      wrong = wrong || p.done < last.done || p.done > p.total || p.total != total;
                      last = p;
                  }};
    VERIFY_OK(loadImage(archive, 0, job));
    QVERIFY(!wrong);
    QCOMPARE(last.done, total);
}

void TestOpenedImage::progressIsNotReportedTooOften()
{
    TarBuilder tar;
    for (int i = 0; i < 20'000; ++i) {
        tar.file("f" + std::to_string(i), toText(noise(300)));
    }
    for (const auto compression : {Compression::None, Compression::Zstd}) {
        const auto archive = archiveWith(ImageBuilder().layer(tar, {}, compression));
        QVERIFY(archive);
        int calls = 0;
        QElapsedTimer clock;
        clock.start();
        VERIFY_OK(loadImage(archive, 0, {{}, [&](const Progress&) { ++calls; }}));
        QVERIFY2(calls <= 10 + clock.elapsed() / 10, std::to_string(calls).c_str());
    }
}

void TestOpenedImage::missingLayersLeaveTheRest()
{
    const auto builder = sample(Compression::Gzip);
    ArchiveBuilder form(ArchiveForm::Oci);
    form.image(builder);
    form.drop(form.layerFile(builder, 1));
    const auto archive = ImageArchive::open(form.source(), "test.tar", {});
    VERIFY_OK(archive);
    const auto image = loadImage(*archive, 0, {});
    VERIFY_OK(image);
    QCOMPARE(treeText(*(*image)->tree), "file /deleted 13 L0\n"
                                        "file /lower 11 L2 = /shadowed\n"
                                        "file /shadowed 11 L0\n"s);
    QVERIFY((*image)->layers[1]->warnings().has(WarningCode::LayerMissing));
    QCOMPARE(read(**image, "/lower", 0), "old content"s);
}

void TestOpenedImage::aRootFileSystemIsReadToItsEndHoweverLong()
{
    // A link over and over, of more bytes in all than are listed of an archive; then a file.
    class Repeated final : public ByteSource
    {
    public:
        Repeated(Bytes part, std::uint64_t times, Bytes end)
            : m_part(std::move(part))
            , m_times(times)
            , m_end(std::move(end))
        {
        }
        std::uint64_t size() const override { return m_part.size() * m_times + m_end.size(); }
        Result<std::size_t> readAt(std::uint64_t offset, std::span<std::byte> into) const override
        {
            std::size_t done = 0;
            while (done < into.size() && offset + done < size()) {
                const auto at = offset + done;
                const auto repeated = m_part.size() * m_times;
                const auto from = at < repeated ? std::span(m_part).subspan(at % m_part.size())
                                                : std::span(m_end).subspan(at - repeated);
                const auto count = std::min(from.size(), into.size() - done);
                std::ranges::copy(from.first(count), into.subspan(done).begin());
                done += count;
            }
            return done;
        }

    private:
        Bytes m_part;
        std::uint64_t m_times;
        Bytes m_end;
    };
    const auto part = TarBuilder().symlink("etc/link", std::string(60'000, 'x')).end(0).bytes();
    const auto times = (limits::archiveNameBytes / 60'000) + 2;
    const auto source =
        std::make_shared<Repeated>(part, times, TarBuilder().file("etc/last", "1").bytes());
    const auto archive = ImageArchive::open(source, "long.tar", {});
    VERIFY_OK(archive);
    QCOMPARE(std::string(archiveFormatName((*archive)->format())), "rootfs"s);
    QCOMPARE(warningKinds((*archive)->warnings()), ""s);
    const auto image = loadImage(*archive, 0, {});
    VERIFY_OK(image);
    QCOMPARE((*image)->layers[0]->memberCount(), times + 1);
    QVERIFY((*image)->tree->find("/etc/last"));
}

void TestOpenedImage::aFileCutWhileOpenIsChanged()
{
    const QTemporaryDir dir;
    const std::filesystem::path path = dir.filePath("image.tar").toStdString();
    ImageBuilder builder;
    builder.layer(TarBuilder().file("big", toText(noise(3'000'000))).file("last", "x"));
    ArchiveBuilder(ArchiveForm::Oci).image(builder).writeFile(path);
    const auto archive = ImageArchive::open(path, {});
    VERIFY_OK(archive);
    const auto image = loadImage(*archive, 0, {});
    VERIFY_OK(image);
    std::filesystem::resize_file(path, 100'000);
    QVERIFY(read(**image, "/big", 0).starts_with("error: "));
    QCOMPARE(outcome(loadImage(*archive, 0, {})), "Changed"s);
}

void TestOpenedImage::thereIsNoSuchImage()
{
    const auto archive = archiveWith(sample(Compression::None));
    QVERIFY(archive);
    QCOMPARE(outcome(loadImage(archive, 7, {})), "NotFound"s);
}

void TestOpenedImage::readersShareOneImage()
{
    const auto archive = archiveWith(sample(Compression::Gzip));
    QVERIFY(archive);
    const auto image = loadImage(archive, 0, {});
    VERIFY_OK(image);
    std::atomic<int> wrong = 0;
    {
        std::vector<std::jthread> threads;
        for (int t = 0; t < 4; ++t) {
            threads.emplace_back([&] {
                for (int i = 0; i < 50; ++i) {
                    wrong += read(**image, "/shadowed", 0) != "old content";
                    wrong += read(**image, "/lower", 0) != "new";
                }
            });
        }
    }
    QCOMPARE(wrong.load(), 0);
}

QTEST_GUILESS_MAIN(TestOpenedImage)
#include "tst_opened_image.moc"
