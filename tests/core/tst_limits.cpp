// SPDX-License-Identifier: Apache-2.0
#include "archive_builder.h"
#include "base/limits.h"
#include "check.h"
#include "image/image_archive.h"
#include "io/file_set.h"
#include "layer/layer_indexer.h"
#include "pieces_source.h"
#include "stopping_source.h"
#include "tar_builder.h"
#include "tree/opened_image.h"
#include "tree_text.h"

#include <QFile>
#include <QtTest>

using namespace strata;
using namespace strata::test;

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool sanitized = true;
#elif defined(__has_feature)
constexpr bool sanitized = __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) ||
                           __has_feature(memory_sanitizer);
#else
constexpr bool sanitized = false;
#endif

constexpr std::uint64_t mebibyte = 1ULL << 20;

/// The most memory this process holds between its making and a question. Under a sanitizer the
/// figure is the sanitizer's and 0 is given.
class PeakMemory
{
public:
    PeakMemory()
    {
        QFile reset(QStringLiteral("/proc/self/clear_refs"));
        if (reset.open(QIODevice::WriteOnly)) {
            reset.write("5");
        }
        m_start = read("VmRSS:");
    }
    /// False where the system does not tell: then growth() is no answer.
    bool known() const { return m_start != 0 && read("VmHWM:") != 0; }
    std::uint64_t growth() const
    {
        const auto most = read("VmHWM:");
        return sanitized || most < m_start ? 0 : most - m_start;
    }

private:
    static std::uint64_t read(const QByteArray& field)
    {
        QFile status(QStringLiteral("/proc/self/status"));
        if (!status.open(QIODevice::ReadOnly)) {
            return 0;
        }
        for (const auto& line : status.readAll().split('\n')) {
            if (line.startsWith(field)) {
                return line.mid(field.size()).trimmed().split(' ').front().toULongLong() * 1024;
            }
        }
        return 0;
    }

    std::uint64_t m_start = 0;
};

/// At the end of a test function: fails it where more memory was taken, skips the question where
/// the system does not tell.
#define STRATA_VERIFY_GROWTH(memory, bound)                                                        \
    do {                                                                                           \
        if (!(memory).known()) {                                                                   \
            QSKIP("/proc/self/status does not tell this process's memory");                        \
        }                                                                                          \
        QVERIFY2((memory).growth() < (bound), qPrintable(QString::number((memory).growth())));     \
    } while (false)

/// A gzip layer of one file of zeros. The size is a multiple of 64 MiB.
std::shared_ptr<PiecesSource> zeros(std::uint64_t size)
{
    constexpr std::uint64_t part = 64 * mebibyte;
    const TarHeader header{.name = "zeros", .size = static_cast<std::int64_t>(size)};
    auto source = std::make_shared<PiecesSource>();
    source->repeat(compress(toBytes(header.block()), Compression::Gzip));
    source->repeat(compress(Bytes(part), Compression::Gzip), size / part);
    source->repeat(compress(Bytes(1024), Compression::Gzip));
    return source;
}

/// An uncompressed layer of empty files, a thousand to a directory that no entry lists.
std::shared_ptr<PiecesSource> files(std::uint64_t count)
{
    const std::string first = TarHeader{.name = "d0000/f000"}.block();
    auto source = std::make_shared<PiecesSource>();
    source->blocks(count, [first](std::uint64_t number, std::span<std::byte, 512> block) {
        std::ranges::copy(std::as_bytes(std::span(first)), block.begin());
        // The checksum is the sum of all bytes, so it grows by the digits of the name.
        unsigned sum = 0;
        for (const auto at : {9, 8, 7, 4, 3, 2, 1}) {
            const auto digit = static_cast<unsigned>(number % 10);
            number /= 10;
            sum += digit;
            block[static_cast<std::size_t>(at)] = static_cast<std::byte>('0' + digit);
        }
        unsigned checksum = 0;
        for (int i = 0; i < 6; ++i) {
            checksum = checksum * 8 + std::to_integer<unsigned>(block[148U + unsigned(i)]) - '0';
        }
        checksum += sum;
        for (int i = 5; i >= 0; --i) {
            block[148U + unsigned(i)] = static_cast<std::byte>('0' + checksum % 8);
            checksum /= 8;
        }
    });
    source->repeat(Bytes(1024));
    return source;
}

std::string joined(std::string_view name, std::size_t count)
{
    std::string path;
    for (std::size_t i = 0; i < count; ++i) {
        path += (i == 0 ? "" : "/");
        path += name;
    }
    return path;
}

std::string million(const std::string& item)
{
    std::string list = item;
    for (int i = 1; i < 1'000'000; ++i) {
        list += "," + item;
    }
    return list;
}

ImageBuilder imageOf(std::size_t layers)
{
    ImageBuilder image;
    for (std::size_t i = 0; i < layers; ++i) {
        TarBuilder tar;
        tar.file("f" + std::to_string(i % 50)).whiteout("f" + std::to_string((i + 7) % 50));
        image.layer(tar, "RUN step");
    }
    return image;
}

} // namespace

/// Input that is small and wants much: what is too much is refused by a bound of base/limits.h
/// with a word about it, the rest is shown, memory stays bounded and a stop is obeyed.
class TestLimits : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void zerosBomb();
    void zerosBombStops();
    void millionsOfEntries();
    void millionsOfEntriesStop();
    void deepPath();
    void longName();
    void linkChains();
    void chainOfArchiveMembers();
    void tooManyArchiveMembers();
    void thousandsOfLayers();
    void tooManyLayers();
    void millionDescriptors_data();
    void millionDescriptors();
    void millionLayers();
};

void TestLimits::zerosBomb()
{
    const auto source = zeros(10'240 * mebibyte);
    QVERIFY(source->size() < 12 * mebibyte);
    const PeakMemory memory;
    const auto layer = indexLayer(source, Compression::Gzip, {});
    VERIFY_OK(layer);
    QCOMPARE(layerText(*layer->index), std::string("file /zeros 10737418240\n"));
    STRATA_VERIFY_GROWTH(memory, 32 * mebibyte);
}

void TestLimits::zerosBombStops()
{
    const auto source = std::make_shared<StoppingSource>(zeros(10'240 * mebibyte), 4);
    QCOMPARE(
        outcome(indexLayer(source, Compression::Gzip, {.stop = source->token(), .progress = {}})),
        std::string("Cancelled"));
    QVERIFY(source->readsAfterTheStop() <= 1);
}

void TestLimits::millionsOfEntries()
{
    // A sanitizer makes each of them five times as dear.
    constexpr std::uint64_t count = sanitized ? 500'000 : 5'000'000;
    const auto source = files(count);
    const PeakMemory memory;
    const auto layer = indexLayer(source, Compression::None, {});
    VERIFY_OK(layer);
    QCOMPARE(layer->index->entryCount(), count);
    const std::uint64_t paths = layer->index->nodes().size() - 1;
    QCOMPARE(paths, count + count / 1000);
    const auto tree = mergeLayers({layer->index}, {});
    VERIFY_OK(tree);
    QCOMPARE((*tree)->nodeCount(), paths + 1);
    QVERIFY((*tree)->find("/d0499/f999").has_value());
    STRATA_VERIFY_GROWTH(memory, 200 * paths);
}

void TestLimits::millionsOfEntriesStop()
{
    const auto source = std::make_shared<StoppingSource>(files(5'000'000), 100);
    QCOMPARE(
        outcome(indexLayer(source, Compression::None, {.stop = source->token(), .progress = {}})),
        std::string("Cancelled"));
    QVERIFY(source->readsAfterTheStop() <= 1);
}

void TestLimits::deepPath()
{
    TarBuilder tar;
    tar.file(joined("a", 4'000), "deep").file(joined("b", 10'000)).file("c", "beside");
    TarBuilder above;
    above.whiteout("a");
    const auto tree = mergeTars({tar, above});
    QCOMPARE(warningKinds(*tree, 0), std::string("LimitReached"));
    const auto deep = tree->find("/" + joined("a", 4'000));
    QVERIFY(deep.has_value());
    QVERIFY(tree->visibleAt(*deep, 0) != nullptr);
    QVERIFY(tree->visible(*deep) == nullptr);
    QCOMPARE(tree->path(*deep).size(), std::size_t{8'000});
    QCOMPARE(treeText(*tree), std::string("file /c 6 L0\n"));
}

void TestLimits::longName()
{
    const std::string whole(limits::pathBytes - 1, 'n');
    TarBuilder tar;
    tar.file(whole, "x").file(whole + "nn", "y").file("c", "z");
    const auto tree = mergeTars({tar});
    QCOMPARE(warningKinds(*tree, 0), std::string("LimitReached"));
    QVERIFY(tree->find("/" + whole).has_value());
    QCOMPARE(tree->nodeCount(), std::size_t{3});
}

void TestLimits::linkChains()
{
    TarBuilder tar;
    for (int i = 0; i < 10'000; ++i) {
        tar.symlink("s" + std::to_string(i), "s" + std::to_string(i + 1));
        tar.hardlink("h" + std::to_string(i), "h" + std::to_string(i + 1));
    }
    tar.dir("s10000/").file("h10000", "content");
    // Within a layer a symlinked parent is followed, as far as the kernel would: forty times.
    tar.file("s9999/near", "x").file("s0/far", "y");
    const auto tree = mergeTars({tar});
    QVERIFY(tree->find("/s10000/near").has_value());
    QVERIFY(!tree->find("/s10000/far").has_value());
    const auto kinds = warningKinds(*tree, 0);
    QVERIFY2(kinds.contains("LimitReached"), kinds.c_str());
    // A hard link is one name more for a file, however long the chain.
    QCOMPARE(contentOf(*tree, {tar}, "/h0"), std::string("content"));
}

void TestLimits::chainOfArchiveMembers()
{
    TarBuilder tar;
    for (int i = 0; i < 10'000; ++i) {
        tar.symlink("m" + std::to_string(i), "m" + std::to_string(i + 1));
    }
    tar.file("m10000", "{}");
    tar.file("manifest.json", R"([{"Config":"m0","RepoTags":["a:b"],"Layers":["m0"]}])");
    const auto archive = ImageArchive::open(sourceOf(tar.bytes()), "chain", {});
    VERIFY_OK(archive);
    QCOMPARE((*archive)->images().size(), std::size_t{1});
    const Image& image = (*archive)->images().front();
    QVERIFY(!image.available);
    QCOMPARE(image.warnings.texts(),
             std::vector<std::string>{"the config cannot be read: m0: is a link that leads back to "
                                      "itself, or through more than 40 others"});
    QVERIFY(!image.layers.front().available);
}

void TestLimits::tooManyArchiveMembers()
{
    const auto listed = tarFileSet(files(limits::archiveMembers + 1), {});
    VERIFY_OK(listed);
    QCOMPARE((*listed)->names().size(), limits::archiveMembers);
    QVERIFY((*listed)->contains("d0999/f999"));
    QVERIFY(!(*listed)->contains("d1000/f000"));
    QCOMPARE(warningKinds((*listed)->warnings()), std::string("LimitReached"));
}

void TestLimits::thousandsOfLayers()
{
    const auto archive =
        ImageArchive::open(sourceOf(archiveOf(ArchiveForm::Oci, imageOf(3'000))), "layers", {});
    VERIFY_OK(archive);
    const auto image = loadImage(*archive, 0, {});
    VERIFY_OK(image);
    QCOMPARE((*image)->tree->layerCount(), std::size_t{3'000});
    const auto last = (*image)->tree->find("/f49");
    QVERIFY(last.has_value());
    // Each fiftieth layer makes it, and the forty-third after each of these hides it, but that the
    // last of them is the image's last layer.
    QCOMPARE((*image)->tree->versions(*last).size(), std::size_t{60 + 59});
}

void TestLimits::tooManyLayers()
{
    std::vector<Layer> layers(limits::layers + 1, indexTar(TarBuilder().file("f")));
    QCOMPARE(outcome(mergeLayers(std::move(layers), {})), std::string("LimitExceeded"));
}

void TestLimits::millionDescriptors_data()
{
    QTest::addColumn<QString>("descriptor");
    QTest::addColumn<std::string>("result");
    QTest::newRow("empty") << QStringLiteral("{}") << std::string("NotAnImage");
    QTest::newRow("whole") << QStringLiteral(
                                  R"({"mediaType":"application/vnd.oci.image.manifest.v1+json",)"
                                  R"("digest":"sha256:%1","size":9})")
                                  .arg(QString(64, QLatin1Char('a')))
                           << std::string("LimitExceeded");
}

void TestLimits::millionDescriptors()
{
    QFETCH(const QString, descriptor);
    QFETCH(const std::string, result);
    const std::string index =
        R"({"schemaVersion":2,"manifests":[)" + million(descriptor.toStdString()) + "]}";
    TarBuilder tar;
    tar.file("oci-layout", R"({"imageLayoutVersion":"1.0.0"})").file("index.json", index);
    const auto source = sourceOf(tar.bytes());
    const PeakMemory memory;
    QCOMPARE(outcome(ImageArchive::open(source, "index", {})), result);
    STRATA_VERIFY_GROWTH(memory, 256 * mebibyte);
}

void TestLimits::millionLayers()
{
    ImageBuilder image;
    image.layer(TarBuilder().file("f"))
        .manifestOverride(R"({"schemaVersion":2,"layers":[)" + million("{}") + "]}");
    const auto source = sourceOf(archiveOf(ArchiveForm::Oci, image));
    const PeakMemory memory;
    const auto archive = ImageArchive::open(source, "layers", {});
    VERIFY_OK(archive);
    QCOMPARE((*archive)->images().size(), std::size_t{1});
    QCOMPARE((*archive)->images().front().error->code, ErrorCode::LimitExceeded);
    STRATA_VERIFY_GROWTH(memory, 256 * mebibyte);
}

QTEST_GUILESS_MAIN(TestLimits)
#include "tst_limits.moc"
