// SPDX-License-Identifier: Apache-2.0
#include "overlay_fixture.h"

#include <QtTest>

using namespace strata;
using namespace strata::test;
using namespace std::string_literals;

/// How paths lead through a container (path_resolution(7)), and what the way down its layers looks
/// like.
class TestOverlayPaths : public QObject
{
    Q_OBJECT

private slots:
    void spellings_data();
    void spellings();
    void fortySymlinksAndNoMore();
    void linksNeverLeadOut();
    void lastParts();
    void whyALookupStops();
    void directoriesAreMergedUntilSomethingStopsIt();
    void aRootThatNoLayerLists();
};

void TestOverlayPaths::spellings_data()
{
    QTest::addColumn<std::string>("path");
    QTest::addColumn<std::string>("result");
    const auto row = [](const char* name, const std::string& path, const std::string& result) {
        QTest::newRow(name) << path << result;
    };
    row("absolute", "/etc/motd", "hello");
    row("from the root", "etc/motd", "hello");
    row("slashes and dots", "//etc/.//sub/../motd", "hello");
    row("above the root", "/../../etc/motd", "hello");
    row("nothing", "", "ENOENT");
    row("a NUL", "/etc\0/motd"s, "EINVAL");
    row("a slash behind a file", "/etc/motd/", "ENOTDIR");
    row("a dot behind a file", "/etc/motd/.", "ENOTDIR");
    row("below a file", "/etc/motd/x", "ENOTDIR");
    row("below nothing", "/none/x", "ENOENT");
    row("back from nothing", "/none/../etc/motd", "ENOENT");
    row("a long name", "/" + std::string(256, 'n'), "ENAMETOOLONG");
    row("a long name below nothing", "/none/" + std::string(256, 'n'), "ENOENT");
    row("the longest path", std::string(4095 - 9, '/') + "/etc/motd", "hello");
    row("a longer one", std::string(4096 - 9, '/') + "/etc/motd", "ENAMETOOLONG");
    row("a symlink", "/link", "hello");
    row("a symlink and a slash", "/link/", "ENOTDIR");
}

void TestOverlayPaths::spellings()
{
    QFETCH(std::string, path);
    QFETCH(std::string, result);
    QCOMPARE(readText(usual(), path), result);
}

void TestOverlayPaths::fortySymlinksAndNoMore()
{
    auto container = usual();
    container.symlink("/etc/motd", "/l1");
    for (int i = 2; i <= 41; ++i) {
        container.symlink("l" + std::to_string(i - 1), "/l" + std::to_string(i));
    }
    QCOMPARE(readText(container, "/l40"), "hello"s);
    QCOMPARE(readText(container, "/l41"), "ELOOP"s);
    container.symlink("loop", "/loop");
    QCOMPARE(resultOf(container.append("/loop", bytesOf("x"))), "ELOOP"s);
    QCOMPARE(resultOf(container.makeDirectory("/loop/x")), "ELOOP"s);
    QCOMPARE(resultOf(container.unlink("/loop")), "done"s);
}

void TestOverlayPaths::linksNeverLeadOut()
{
    auto container = usual();
    container.symlink("../../../../etc", "/etc/up");
    QCOMPARE(readText(container, "/etc/up/motd"), "hello"s);
    // O_CREAT makes what a symlink leads to.
    container.symlink("../../made", "/etc/out");
    QCOMPARE(resultOf(container.replace("/etc/out", bytesOf("x"))), "done"s);
    QCOMPARE(readText(container, "/made"), "x"s);
    container.symlink("sub/", "/etc/slash");
    QCOMPARE(resultOf(container.replace("/etc/slash", bytesOf("x"))), "EISDIR"s);
    QCOMPARE(resultOf(container.create("/etc/out")), "EEXIST"s);
}

void TestOverlayPaths::lastParts()
{
    auto container = usual();
    QCOMPARE(resultOf(container.makeDirectory("/")), "EEXIST"s);
    QCOMPARE(resultOf(container.makeDirectory("/etc/.")), "EEXIST"s);
    QCOMPARE(resultOf(container.makeDirectory("/new/")), "done"s);
    QCOMPARE(resultOf(container.symlink("x", "/new2/")), "ENOENT"s);
    QCOMPARE(resultOf(container.unlink("/")), "EISDIR"s);
    QCOMPARE(resultOf(container.unlink("/one/")), "ENOTDIR"s);
    QCOMPARE(resultOf(container.removeDirectory("/")), "EBUSY"s);
    QCOMPARE(resultOf(container.removeDirectory("/new/.")), "EINVAL"s);
    QCOMPARE(resultOf(container.removeDirectory("/new/..")), "ENOTEMPTY"s);
    QCOMPARE(resultOf(container.rename("/new/.", "/x")), "EBUSY"s);
    QCOMPARE(resultOf(container.rename("/one", "/x/")), "ENOTDIR"s);
    QCOMPARE(resultOf(container.rename("/new/", "/x/")), "done"s);
    QCOMPARE(resultOf(container.changeMode("/etc/sub/..", 0711)), "done"s);
    QCOMPARE(container.details(*container.find("/etc")).mode, std::uint16_t{0711});
}

void TestOverlayPaths::whyALookupStops()
{
    TarBuilder base;
    base.dir("d").file("d/a", "a").file("f", "f").dir("g").file("g/x", "x");
    TarBuilder middle;
    middle.dir("d").opaque("d").file("g", "now a file");
    TarBuilder top;
    top.whiteout("g").file("d/b", "b");
    const auto container = containerOn(opened(ImageBuilder().layer(base).layer(middle).layer(top)));
    const auto looked = [&](const char* path) {
        const auto text = traceText(container.read(path).trace);
        const auto from = text.find("look for ");
        return text.substr(from, text.find('\n', from) - from);
    };
    QCOMPARE(looked("/d/a"), "look for /d/a: container miss, layer 2 miss, layer 1 opaque"s);
    QCOMPARE(looked("/d/b"), "look for /d/b: container miss, layer 2 hit"s);
    QCOMPARE(looked("/g"), "look for /g: container miss, layer 2 whiteout"s);
    QCOMPARE(looked("/f"), "look for /f: container miss, layer 2 miss, layer 1 miss, layer 0 hit"s);
    QCOMPARE(looked("/none"),
             "look for /none: container miss, layer 2 miss, layer 1 miss, layer 0 miss"s);
}

void TestOverlayPaths::directoriesAreMergedUntilSomethingStopsIt()
{
    TarBuilder base;
    base.dir("d").file("d/a", "a");
    TarBuilder middle;
    middle.file("d", "a file between");
    TarBuilder top;
    top.dir("d").file("d/b", "b");
    auto container = containerOn(opened(ImageBuilder().layer(base).layer(middle).layer(top)));
    QCOMPARE(traceText(container.read("/d").trace),
             "read /d\n"
             "  look for /d: container miss, layer 2 hit, layer 1 no directory\n"
             "  refused: EISDIR, Is a directory\n"s);
    QCOMPARE(mergedText(container), "dir /d 0755 L2\nfile /d/b 1 0644 L2\n"s);
    QCOMPARE(traceText(container.read("/d/a").trace),
             "read /d/a\n"
             "  look for /d/a: container miss, layer 2 miss, layer 1 no directory\n"
             "  refused: ENOENT, No such file or directory\n"s);
}

void TestOverlayPaths::aRootThatNoLayerLists()
{
    auto container = containerOn(opened(ImageBuilder()));
    QCOMPARE(mergedText(container), ""s);
    QCOMPARE(dockerDiffText(container), ""s);
    QCOMPARE(container.details(Container::root()).mode, std::uint16_t{0755});
    QCOMPARE(traceText(container.replace("/a", bytesOf("x"))), "replace /a\n"
                                                               "  look for /a: container miss\n"
                                                               "  made /a, a file\n"
                                                               "  wrote 1 byte to /a\n"s);
}

QTEST_GUILESS_MAIN(TestOverlayPaths)
#include "tst_overlay_paths.moc"
