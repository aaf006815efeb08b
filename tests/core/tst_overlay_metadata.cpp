// SPDX-License-Identifier: Apache-2.0
#include "overlay_fixture.h"

#include <QtTest>

using namespace strata;
using namespace strata::test;
using namespace std::string_literals;

namespace {

const std::string capability("\x01\0\0\x02\0\x04\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 20);

} // namespace

/// Mode, owner, attributes and times in a container.
class TestOverlayMetadata : public QObject
{
    Q_OBJECT

private slots:
    void aModeCopiesTheWholeFile();
    void metacopyCopiesMetadataAlone();
    void theRootHasMetadataToo();
    void ownersTakePrivilegesAway();
    void writingTakesCapabilitiesAway();
    void linksThemselves();
    void attributes();
    void attributesThatAreRefused_data();
    void attributesThatAreRefused();
    void times();
    void setGroupIdDirectories();
};

void TestOverlayMetadata::aModeCopiesTheWholeFile()
{
    auto container = usual();
    const auto trace = container.changeMode("/etc/motd", 04711);
    QCOMPARE(traceText(trace), "chmod /etc/motd\n"
                               "  look for /etc/motd: container miss, layer 1 miss, layer 0 hit\n"
                               "  copied up /etc, a directory, from layer 1\n"
                               "  copied up /etc/motd, 5 bytes from layer 0\n"
                               "  changed the metadata of /etc/motd\n"s);
    QCOMPARE(upperText(container), "dir /etc 0755\nfile /etc/motd 5 4711\n"s);
    QCOMPARE(container.details(*container.find("/etc/motd")).mtime, defaultMtime);
    QCOMPARE(container.size().bytes, std::uint64_t{5});
}

void TestOverlayMetadata::metacopyCopiesMetadataAlone()
{
    auto container = usual(true);
    const auto trace = container.changeMode("/etc/motd", 0600);
    QCOMPARE(trace.bytesCopiedUp(), std::uint64_t{0});
    QVERIFY(traceText(trace).contains("  copied up /etc/motd, its metadata alone, from layer 0\n"));
    QCOMPARE(upperText(container), "dir /etc 0755\nfile /etc/motd 5 0600 metacopy\n"s);
    QCOMPARE(readText(container, "/etc/motd"), "hello"s);
    QCOMPARE(container.size().bytes, std::uint64_t{0});
    QCOMPARE(traceText(container.append("/etc/motd", bytesOf("!"))),
             "append /etc/motd\n"
             "  look for /etc/motd: container hit\n"
             "  copied up the content of /etc/motd, 5 bytes from layer 0\n"
             "  wrote 1 byte to /etc/motd\n"s);
    QCOMPARE(upperText(container), "dir /etc 0755\nfile /etc/motd 6 0600\n"s);
    container.undo();
    QCOMPARE(upperText(container), "dir /etc 0755\nfile /etc/motd 5 0600 metacopy\n"s);
}

void TestOverlayMetadata::theRootHasMetadataToo()
{
    auto container = usual();
    QCOMPARE(resultOf(container.changeMode("/", 0700)), "done"s);
    QCOMPARE(container.details(Container::root()).mode, std::uint16_t{0700});
    QCOMPARE(membersText(container), ""s); // a layer has no entry for it
    container.undo();
    QCOMPARE(container.details(Container::root()).mode, std::uint16_t{0755});
}

void TestOverlayMetadata::ownersTakePrivilegesAway()
{
    auto container = usual();
    container.changeMode("/one", 06755);
    container.setXattr("/one", "security.capability", capability);
    QCOMPARE(resultOf(container.changeOwner("/one", 33, {})), "done"s);
    QCOMPARE(upperText(container), "file /one 2 0755 33:0\n"s);
    container.changeMode("/one", 02644);
    container.changeOwner("/one", {}, 34);
    QCOMPARE(upperText(container), "file /one 2 2644 33:34\n"s); // nobody executes by that group
    container.changeMode("/etc", 02755);
    container.changeOwner("/etc", 1, 2);
    QCOMPARE(container.details(*container.find("/etc")).mode, std::uint16_t{02755});
}

void TestOverlayMetadata::writingTakesCapabilitiesAway()
{
    auto container = usual();
    for (const auto* path : {"/one", "/two"}) {
        QCOMPARE(resultOf(container.setXattr(path, "security.capability", capability)), "done"s);
        QVERIFY(container.details(*container.find(path)).xattrs.contains("security.capability"));
    }
    container.append("/one", bytesOf("x"));
    container.truncate("/two", 2);
    QCOMPARE(upperText(container), "file /one 3 0644\nfile /two 2 0644\n"s);
}

void TestOverlayMetadata::linksThemselves()
{
    auto container = usual();
    QCOMPARE(resultOf(container.changeOwner("/link", 7, 8, Follow::NotLast)), "done"s);
    QCOMPARE(container.details(*container.find("/link")).uid, 7U);
    QCOMPARE(container.details(*container.find("/etc/motd")).uid, 0U);
    QCOMPARE(resultOf(container.setXattr("/link", "trusted.a", "1", Follow::NotLast)), "done"s);
    QCOMPARE(resultOf(container.setXattr("/link", "user.a", "1", Follow::NotLast)), "EPERM"s);
    QCOMPARE(resultOf(container.setXattr("/link", "user.a", "1")), "done"s);
    QCOMPARE(upperText(container), "dir /etc 0755\n"
                                   "file /etc/motd 5 0644 user.a=1\n"
                                   "symlink /link -> etc/motd\n"s);
}

void TestOverlayMetadata::attributes()
{
    auto container = usual();
    QCOMPARE(resultOf(container.setXattr("/one", "user.a", "1")), "done"s);
    QCOMPARE(resultOf(container.setXattr("/one", "user.a", "2\0"s)), "done"s);
    QCOMPARE(container.details(*container.find("/one")).xattrs.at("user.a"), "2\0"s);
    QCOMPARE(resultOf(container.removeXattr("/one", "user.a")), "done"s);
    QCOMPARE(resultOf(container.removeXattr("/one", "user.a")), "ENODATA"s);
    QCOMPARE(resultOf(container.removeXattr("/two", "user.a")), "ENODATA"s);
    QCOMPARE(upperText(container), "file /one 2 0644\n"s);
}

void TestOverlayMetadata::attributesThatAreRefused_data()
{
    QTest::addColumn<std::string>("name");
    QTest::addColumn<std::string>("value");
    QTest::addColumn<std::string>("result");
    QTest::newRow("no name") << ""s << "x"s << "ERANGE"s;
    QTest::newRow("long name") << "user." + std::string(251, 'n') << "x"s << "ERANGE"s;
    QTest::newRow("long value") << "user.a"s << std::string(65537, 'v') << "E2BIG"s;
    QTest::newRow("no kind") << "nothing"s << "x"s << "EOPNOTSUPP"s;
    QTest::newRow("kind alone") << "user."s << "x"s << "EINVAL"s;
    QTest::newRow("overlayfs's own") << "trusted.overlay.opaque"s << "y"s << "EOPNOTSUPP"s;
    QTest::newRow("no capabilities") << "security.capability"s << "x"s << "EINVAL"s;
}

void TestOverlayMetadata::attributesThatAreRefused()
{
    QFETCH(std::string, name);
    QFETCH(std::string, value);
    QFETCH(std::string, result);
    auto container = usual();
    QCOMPARE(resultOf(container.setXattr("/one", name, value)), result);
    QCOMPARE(upperText(container), ""s);
}

void TestOverlayMetadata::times()
{
    auto container = usual();
    QCOMPARE(resultOf(container.setTime("/one", {.seconds = -5, .nanoseconds = 7})), "done"s);
    const auto details = container.details(*container.find("/one"));
    QCOMPARE(details.mtime, std::int64_t{-5});
    QCOMPARE(details.mtimeNsec, 7U);
}

void TestOverlayMetadata::setGroupIdDirectories()
{
    auto container = usual();
    container.changeOwner("/etc", {}, 33);
    container.changeMode("/etc", 02755);
    container.makeDirectory("/etc/in", 0700);
    container.create("/etc/in/file", 0600);
    QCOMPARE(upperText(container), "dir /etc 2755 0:33\n"
                                   "dir /etc/in 2700 0:33\n"
                                   "file /etc/in/file 0 0600 0:33\n"s);
}

QTEST_GUILESS_MAIN(TestOverlayMetadata)
#include "tst_overlay_metadata.moc"
