// SPDX-License-Identifier: Apache-2.0
// Indexes as bytes: what is written comes back, and nothing else comes back broken.
#include "check.h"
#include "compressions.h"
#include "tree_text.h"

#include "layer/layer_index_codec.h"
#include "layer/layer_indexer.h"

#include <cstring>

using namespace strata;
using namespace strata::test;
using namespace std::string_literals;

namespace {

/// One of everything that an index holds.
TarBuilder everything()
{
    TarBuilder tar;
    tar.dir("usr", {.mode = 0750, .uid = 7, .gid = 8})
        .xattr("user.a", "value")
        .file("usr/b", "bb", {.mode = 04755, .mtime = -5})
        .pax({{"mtime", "12.25"}})
        .file("usr/a", "a")
        .file("implied/x", "x")
        .whiteout("gone")
        .opaque("usr")
        .symlink("link", "usr")
        .hardlink("again", "usr/b")
        .hardlink("below", "of/another/layer")
        .charDevice("null", 1, 3)
        .blockDevice("disk", 8, 1)
        .fifo("pipe");
    for (int i = 0; i < 30; ++i) {
        tar.file("twice", "x"); // warned about, and not every time
    }
    return tar;
}

Layer gzipped(const TarBuilder& tar)
{
    auto layer =
        indexLayer(memorySource(compress(tar.bytes(), Compression::Gzip)), Compression::Gzip, {});
    return layer ? layer->index : nullptr;
}

Bytes written(const LayerIndex& layer)
{
    Bytes out;
    LayerIndexCodec::append(layer, out);
    return out;
}

std::string warningsText(const LayerIndex& layer)
{
    std::string out;
    for (const auto& text : layer.warnings().texts()) {
        out += text + "\n";
    }
    return out;
}

/// Where the tables stand, by their counts, which stand before them.
struct Tables
{
    explicit Tables(const Bytes& bytes)
    {
        std::size_t at = 32;
        for (const auto& [offset, rowBytes] :
             std::initializer_list<std::pair<std::size_t*, std::size_t>>{{&names, 4},
                                                                         {&text, 1},
                                                                         {&nodes, 13},
                                                                         {&records, 32},
                                                                         {&hashes, 8},
                                                                         {&attributes, 14},
                                                                         {&links, 8},
                                                                         {&devices, 8},
                                                                         {&fractions, 8}}) {
            std::uint64_t count = 0;
            std::memcpy(&count, bytes.data() + at, sizeof(count));
            *offset = at + sizeof(count);
            at = *offset + static_cast<std::size_t>(count) * rowBytes;
        }
    }

    std::size_t names = 0;
    std::size_t text = 0;
    std::size_t nodes = 0;
    std::size_t records = 0;
    std::size_t hashes = 0;
    std::size_t attributes = 0;
    std::size_t links = 0;
    std::size_t devices = 0;
    std::size_t fractions = 0;
};

template <typename T> void put(Bytes& bytes, std::size_t at, T value)
{
    std::memcpy(bytes.data() + at, &value, sizeof(value));
}

/// Follows everything in an index that leads anywhere. A text, so that nothing is left out.
std::string useAll(const Layer& layer)
{
    const auto tree =
        mergeLayers({indexTar(TarBuilder().file("of/another/layer", "1")), layer}, {});
    std::string out = layerText(*layer) + warningsText(*layer);
    if (tree) {
        out += stackText(**tree, {"/usr/a", "/below"});
        for (std::uint32_t n = 0; n < (*tree)->nodeCount(); ++n) {
            for (const Version& version : (*tree)->versions(NodeId{n})) {
                for (const auto& [name, value] : (*tree)->xattrs(version)) {
                    out += std::string(name) + "=" + std::string(value);
                }
            }
        }
    }
    return out;
}

} // namespace

class TestLayerIndexCodec : public QObject
{
    Q_OBJECT

private slots:
    void whatIsWrittenComesBack_data()
    {
        QTest::addColumn<bool>("hashed");
        QTest::newRow("without hashes") << false;
        QTest::newRow("with hashes") << true;
    }
    void whatIsWrittenComesBack()
    {
        QFETCH(const bool, hashed);
        const auto layer = hashed ? gzipped(everything()) : indexTar(everything());
        QVERIFY(layer);
        const auto bytes = written(*layer);
        const auto back = LayerIndexCodec::parse(bytes);
        VERIFY_OK(back);
        QCOMPARE(useAll(*back), useAll(layer));
        QVERIFY(warningsText(**back).contains("more like"));
        QCOMPARE((*back)->tarSize(), layer->tarSize());
        QCOMPARE((*back)->memberCount(), layer->memberCount());
        QCOMPARE((*back)->contentBytes(), layer->contentBytes());
        QCOMPARE((*back)->entryCount(), layer->entryCount());
        for (std::uint32_t i = 0; i < layer->entryCount(); ++i) {
            const auto one = (*back)->entry(EntryId{i});
            const auto other = layer->entry(EntryId{i});
            QCOMPARE(one.headerOffset, other.headerOffset);
            QCOMPARE(one.contentHash, other.contentHash);
            QCOMPARE(one.hashed, other.hashed);
            QCOMPARE(one.mtime, other.mtime);
            QCOMPARE(one.mtimeNsec, other.mtimeNsec);
            QCOMPARE(one.uid, other.uid);
        }
        QVERIFY(written(**back) == bytes);
    }

    void anEmptyLayerComesBack()
    {
        const auto layer = indexTar(TarBuilder());
        const auto back = LayerIndexCodec::parse(written(*layer));
        VERIFY_OK(back);
        QCOMPARE((*back)->nodes().size(), std::size_t{1});
    }

    void flagsComeBack()
    {
        Bytes cut = TarBuilder().file("Files/a", "a").file("Hives/b", "b").bytes();
        cut.resize(512 + 512 + 512 + 100);
        const auto layer = indexTar(cut);
        QVERIFY(layer->damaged());
        const auto back = LayerIndexCodec::parse(written(*layer));
        VERIFY_OK(back);
        QVERIFY((*back)->damaged());
        const auto windows = indexTar(TarBuilder().file("Files/a", "a").file("Hives/b", "b"));
        QVERIFY(windows->rootIsFiles());
        const auto windowsBack = LayerIndexCodec::parse(written(*windows));
        VERIFY_OK(windowsBack);
        QVERIFY((*windowsBack)->rootIsFiles());
    }

    void everyShorterTextIsRefused()
    {
        const auto bytes = written(*gzipped(everything()));
        for (std::size_t size = 0; size < bytes.size(); ++size) {
            QVERIFY(!LayerIndexCodec::parse(std::span(bytes).first(size)));
        }
        auto longer = bytes;
        longer.push_back(std::byte{0});
        QVERIFY(!LayerIndexCodec::parse(longer));
    }

    void numbersThatLeadNowhereAreRefused_data()
    {
        QTest::addColumn<Bytes>("bytes");
        const auto good = written(*gzipped(everything()));
        const Tables at(good);
        const auto row = [&](const char* name, std::size_t offset, auto value) {
            auto bytes = good;
            put(bytes, offset, value);
            QTest::newRow(name) << bytes;
        };
        constexpr std::uint32_t far = 1'000'000;
        constexpr std::uint64_t kept = (std::uint64_t{1} << 48U) - 1;
        std::uint64_t first = 0;
        std::memcpy(&first, good.data() + at.records, sizeof(first));
        row("more names than bytes", at.names - 8, std::uint64_t{1} << 40U);
        row("a longer name", at.names + 4, std::uint32_t{60'000});
        row("a NUL in a name", at.text, '\0');
        row("a slash in a name", at.text, '/');
        row("no nodes", at.nodes - 8, std::uint64_t{0});
        row("the root's own child", at.nodes, std::uint32_t{0});
        row("the root's children later", at.nodes, std::uint32_t{2});
        row("children behind the end", at.nodes + 13, far);
        row("children before the folder", at.nodes + std::size_t{13} * 4, std::uint32_t{1});
        row("no such name", at.nodes + 13 + 4, far);
        row("no name", at.nodes + 13 + 4, NameId::noneValue);
        row("the name of the root", at.nodes + 13 + 4, std::uint32_t{0});
        row("a named root", at.nodes + 4, std::uint32_t{1});
        row("no such entry", at.nodes + 13 + 8, far);
        row("a root that is a file", at.nodes + 8, std::uint32_t{1});
        row("no such type", at.records, (first & kept) | std::uint64_t{9} << 48U);
        row("a lower link that is no link", at.records, first | std::uint64_t{1} << 54U);
        row("a link that leads nowhere", at.records, first | std::uint64_t{1} << 53U);
        row("a fraction that is not there", at.records, first | std::uint64_t{1} << 55U);
        row("no such attributes", at.records + 24, far);
        row("no such extended attributes", at.attributes + 8, far);
        row("more than a mode", at.attributes + 12, std::uint16_t{0xffff});
        row("a link to no entry", at.links + 4, far);
        row("a link to no name", at.links, far);
        row("another entry's fraction", at.fractions, std::uint32_t{0});
        row("more than a second", at.fractions + 4, std::uint32_t{1'000'000'000});
    }
    void numbersThatLeadNowhereAreRefused()
    {
        QFETCH(const Bytes, bytes);
        QCOMPARE(outcome(LayerIndexCodec::parse(bytes)), "Malformed"s);
    }

    void aChainOfLinksIsRefused()
    {
        const auto good = written(*indexTar(
            TarBuilder().file("a", "a").hardlink("b", "a").hardlink("c", "a").file("d", "d")));
        const Tables at(good);
        auto bytes = good;
        put(bytes, at.links + 8 + 4, std::uint32_t{1}); // "c" to "b"
        QVERIFY(LayerIndexCodec::parse(good).has_value());
        QCOMPARE(outcome(LayerIndexCodec::parse(bytes)), "Malformed"s);
        put(bytes, at.links + 8 + 4, std::uint32_t{2}); // to itself
        QCOMPARE(outcome(LayerIndexCodec::parse(bytes)), "Malformed"s);
    }

    void namesOutOfOrderAreRefused()
    {
        const auto good = written(*indexTar(TarBuilder().file("a", "a").file("b", "b")));
        const Tables at(good);
        auto bytes = good;
        put(bytes, at.text, 'b');
        put(bytes, at.text + 1, 'a');
        QCOMPARE(outcome(LayerIndexCodec::parse(bytes)), "Malformed"s);
        put(bytes, at.text + 1, 'b');
        QCOMPARE(outcome(LayerIndexCodec::parse(bytes)), "Malformed"s);
        for (const char name : {'.', '/'}) {
            bytes = good;
            put(bytes, at.text, name);
            QCOMPARE(outcome(LayerIndexCodec::parse(bytes)), "Malformed"s);
        }
    }

    /// Whatever one byte is turned into: refused, or an index like any other. With sanitizers this
    /// sees what the rows above forget.
    void anyOneByteMayBeAnother()
    {
        const auto good = written(*gzipped(everything()));
        std::size_t refused = 0;
        for (std::size_t i = 0; i < good.size(); ++i) {
            for (const auto value : {0x00, 0x01, 0x7f, 0x80, 0xff}) {
                auto bytes = good;
                bytes[i] = static_cast<std::byte>(value);
                if (const auto layer = LayerIndexCodec::parse(bytes)) {
                    QVERIFY(!useAll(*layer).empty());
                } else {
                    ++refused;
                }
            }
        }
        QVERIFY(refused > good.size());
    }
};

QTEST_GUILESS_MAIN(TestLayerIndexCodec)
#include "tst_layer_index_codec.moc"
