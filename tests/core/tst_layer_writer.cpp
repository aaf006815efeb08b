// SPDX-License-Identifier: Apache-2.0
#include "bytes.h"
#include "check.h"
#include "tree_text.h"

#include "export/layer_writer.h"

using namespace strata;
using namespace strata::test;
using namespace std::string_literals;

namespace {

TarMember memberOf(std::string path, FileType type, std::uint16_t mode, std::uint64_t size = 0)
{
    TarMember member;
    member.path = std::move(path);
    member.type = type;
    member.mode = mode;
    member.size = size;
    member.mtime = defaultMtime;
    return member;
}

/// Bytes of the tar that `describe` writes.
template <typename Describe> Bytes written(const Describe& describe)
{
    Bytes out;
    LayerWriter writer([&out](std::span<const std::byte> bytes) -> Status {
        out.insert(out.end(), bytes.begin(), bytes.end());
        return {};
    });
    describe(writer);
    const Status status = writer.finish();
    return status ? out : Bytes{};
}

/// Type flags of all headers in order, extension headers included: "x0" for a PAX header and its
/// file.
std::string typeFlags(const Bytes& tar)
{
    const std::string text = toText(tar);
    std::string flags;
    for (std::size_t at = 0; at + 512 <= text.size() && text[at] != '\0';) {
        flags += text[at + 156];
        const std::uint64_t size = std::stoull(text.substr(at + 124, 11), nullptr, 8);
        at += 512 + (size + 511) / 512 * 512;
    }
    return flags;
}

} // namespace

/// RULES.md, "Writing a layer".
class TestLayerWriter : public QObject
{
    Q_OBJECT

private slots:
    void plainNamesNeedNoPaxHeader();
    void membersComeBackAsTheyWere();
    void whiteoutsAreEmptyFilesOfTimeZero();
    void namesAreBytes();
    void fractionsOfSecondsAreLeftOut();
    void theEndIsTwoZeroBlocks();
    void contentMustBeAsLongAsSaid();
    void namesThatNoLayerCanHoldAreRefused_data();
    void namesThatNoLayerCanHoldAreRefused();
    void aFullSinkEndsIt();
    void contentOfAnotherLengthEndsIt_data();
    void contentOfAnotherLengthEndsIt();
};

void TestLayerWriter::plainNamesNeedNoPaxHeader()
{
    const Bytes tar = written([](LayerWriter& writer) {
        VERIFY_OK(writer.add(memberOf("etc", FileType::Directory, 0755)));
        VERIFY_OK(writer.add(memberOf("etc/a", FileType::File, 0644, 3), toBytes("abc")));
        VERIFY_OK(writer.addWhiteout("etc/b"));
    });
    QCOMPARE(typeFlags(tar), "500"s);
    QCOMPARE(toText(tar).substr(0, 5), "etc/\0"s);
}

void TestLayerWriter::membersComeBackAsTheyWere()
{
    const std::string longName(300, 'n');
    const Bytes tar = written([&](LayerWriter& writer) {
        TarMember directory = memberOf("/d/", FileType::Directory, 01777);
        VERIFY_OK(writer.add(directory));
        TarMember file = memberOf("d/f", FileType::File, 04755, 2);
        file.uid = 3'000'000;
        file.gid = 33;
        file.mtime = -5;
        file.xattrs = {{"security.capability", "\1\0\n="s}, {"user.x", ""}};
        VERIFY_OK(writer.add(file, toBytes("hi")));
        TarMember link = memberOf("d/link", FileType::Symlink, 0777);
        link.linkTarget = "../../" + longName;
        VERIFY_OK(writer.add(link));
        TarMember hard = memberOf("d/hard", FileType::File, 04755, 2);
        hard.hardlink = true;
        hard.linkTarget = "/d/f";
        VERIFY_OK(writer.add(hard));
        TarMember device = memberOf("d/null", FileType::CharDevice, 0666);
        device.deviceMajor = 1;
        device.deviceMinor = 3;
        VERIFY_OK(writer.add(device));
        VERIFY_OK(writer.add(memberOf("d/pipe", FileType::Fifo, 0600)));
        VERIFY_OK(writer.add(memberOf(longName, FileType::File, 0644)));
    });
    const Layer layer = indexTar(tar);
    QCOMPARE(treeText(*mergeTars(std::vector<Bytes>{tar})),
             "dir /d 1777 L0\n"
             "file /d/f 2 4755 3000000:33 L0\n"
             "file /d/hard 2 4755 3000000:33 L0 = /d/f\n"
             "symlink /d/link -> ../../" +
                 longName +
                 " L0\n"
                 "char /d/null 1:3 0666 L0\n"
                 "fifo /d/pipe 0600 L0\n"
                 "file /" +
                 longName + " 0 L0\n");
    std::string xattrs;
    for (const LayerEntry& entry : layer->entries()) {
        if (entry.xattrs && !entry.hardlink) {
            QCOMPARE(entry.mtime, std::int64_t{-5});
            for (const Xattr& xattr : layer->xattrs(entry.xattrs)) {
                xattrs += std::string(layer->name(xattr.name)) + "=[" + xattr.value + "]\n";
            }
        }
    }
    QVERIFY2(xattrs.contains("security.capability=[\1\0\n=]\n"s), xattrs.c_str());
    QVERIFY2(xattrs.contains("user.x=[]\n"), xattrs.c_str());
}

void TestLayerWriter::whiteoutsAreEmptyFilesOfTimeZero()
{
    const Bytes tar = written([](LayerWriter& writer) {
        VERIFY_OK(writer.addWhiteout("a"));
        VERIFY_OK(writer.addWhiteout("/b/c/"));
        VERIFY_OK(writer.addOpaque("b/d"));
        VERIFY_OK(writer.addOpaque(""));
        QCOMPARE(outcome(writer.addWhiteout("/")), "Malformed"s);
    });
    const auto stream = plainStream(memorySource(tar));
    TarReader reader(*stream);
    std::string members;
    while (true) {
        const auto member = reader.next();
        VERIFY_OK(member);
        if (*member == nullptr) {
            break;
        }
        members += (*member)->path + " " + std::to_string((*member)->size) + " " +
                   std::to_string((*member)->mtime) + "\n";
    }
    QCOMPARE(members, ".wh.a 0 0\nb/.wh.c 0 0\nb/d/.wh..wh..opq 0 0\n.wh..wh..opq 0 0\n"s);
}

void TestLayerWriter::namesAreBytes()
{
    const Bytes tar = written([](LayerWriter& writer) {
        VERIFY_OK(writer.add(memberOf("größe", FileType::File, 0644)));
        VERIFY_OK(writer.add(memberOf("\xff\xfe", FileType::File, 0644)));
        TarMember link = memberOf("link", FileType::Symlink, 0777);
        link.linkTarget = "\xfe\n";
        VERIFY_OK(writer.add(link));
    });
    const Tree tree = mergeTars(std::vector<Bytes>{tar});
    QVERIFY(tree->find("größe"));
    QVERIFY(tree->find("\xff\xfe"));
    const auto link = tree->find("link");
    QVERIFY(link);
    QCOMPARE(tree->layer(0).name(tree->entry(*tree->visible(*link)).target), "\xfe\n"s);
}

void TestLayerWriter::fractionsOfSecondsAreLeftOut()
{
    TarMember member = memberOf("a", FileType::File, 0644);
    member.mtimeNsec = 5;
    const Bytes tar = written([&](LayerWriter& writer) { VERIFY_OK(writer.add(member)); });
    QCOMPARE(typeFlags(tar), "0"s);
}

void TestLayerWriter::theEndIsTwoZeroBlocks()
{
    const Bytes tar = written([](LayerWriter&) {});
    QCOMPARE(toText(tar), std::string(1024, '\0'));
    QCOMPARE(sha256Hex(tar), "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"s);
}

void TestLayerWriter::contentMustBeAsLongAsSaid()
{
    (void)written([](LayerWriter& writer) {
        QCOMPARE(outcome(writer.add(memberOf("a", FileType::File, 0644, 3), toBytes("ab"))),
                 "Malformed"s);
        QCOMPARE(outcome(writer.add(memberOf("d", FileType::Directory, 0755), toBytes("ab"))),
                 "Malformed"s);
    });
}

void TestLayerWriter::namesThatNoLayerCanHoldAreRefused_data()
{
    QTest::addColumn<std::string>("name");
    QTest::newRow("empty") << ""s;
    QTest::newRow("the root") << "./"s;
    QTest::newRow("out of the root") << "../a"s;
    QTest::newRow("a NUL") << "a\0b"s;
}

void TestLayerWriter::namesThatNoLayerCanHoldAreRefused()
{
    QFETCH(std::string, name);
    (void)written([&](LayerWriter& writer) {
        QCOMPARE(outcome(writer.add(memberOf(name, FileType::File, 0644))), "Malformed"s);
    });
}

void TestLayerWriter::aFullSinkEndsIt()
{
    LayerWriter writer(
        [](std::span<const std::byte>) -> Status { return fail(ErrorCode::Io, "disk full"); });
    const Bytes content(1 << 20);
    Status status = writer.add(memberOf("a", FileType::File, 0644, content.size()), content);
    QCOMPARE(outcome(status), "Io"s);
    QCOMPARE(status.error().what, "disk full"s);
    QCOMPARE(outcome(writer.finish()), "Io"s);
}

void TestLayerWriter::contentOfAnotherLengthEndsIt_data()
{
    QTest::addColumn<std::size_t>("length");
    QTest::addColumn<std::string>("expected");
    QTest::newRow("nothing") << std::size_t{0} << "Malformed"s;
    QTest::newRow("too short") << std::size_t{999'999} << "Malformed"s;
    QTest::newRow("right") << std::size_t{1'000'000} << "ok"s;
    QTest::newRow("too long") << std::size_t{1'000'001} << "Malformed"s;
}

void TestLayerWriter::contentOfAnotherLengthEndsIt()
{
    QFETCH(std::size_t, length);
    QFETCH(std::string, expected);
    LayerWriter writer([](std::span<const std::byte>) -> Status { return {}; });
    const auto content = plainStream(sourceOf(noise(length)));
    const TarMember member = memberOf("a", FileType::File, 0644, 1'000'000);
    QCOMPARE(outcome(writer.add(member, *content)), expected);
    QCOMPARE(outcome(writer.finish()), expected); // not filled up with zeros, not cut off
}

QTEST_APPLESS_MAIN(TestLayerWriter)
#include "tst_layer_writer.moc"
