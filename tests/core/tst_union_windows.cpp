// SPDX-License-Identifier: Apache-2.0
// Case 40 of core/RULES.md: layers of Windows images, whose root is their folder Files.
#include "archive_text.h"
#include "check.h"
#include "tree_text.h"

#include "tree/windows_registry.h"

using namespace strata;
using namespace strata::test;
using namespace std::string_literals;

namespace {

TarBuilder windowsTar()
{
    return TarBuilder()
        .dir("Files", {.mode = 0711})
        .dir("Files/Windows")
        .file("Files/Windows/notepad.exe", "MZ")
        .hardlink("Files/Windows/edit.exe", "Files/Windows/notepad.exe")
        .dir("Hives")
        .file("Hives/System_Delta", "regf");
}

const std::string windowsTree = "dir /Hives 0755 L0\n"
                                "file /Hives/System_Delta 4 L0\n"
                                "dir /Windows 0755 L0\n"
                                "file /Windows/edit.exe 2 L0 = /Windows/notepad.exe\n"
                                "file /Windows/notepad.exe 2 L0\n";

/// The same with Files for a folder like any other.
const std::string plainTree = "dir /Files 0711 L0\n"
                              "dir /Files/Windows 0755 L0\n"
                              "file /Files/Windows/edit.exe 2 L0 = /Files/Windows/notepad.exe\n"
                              "file /Files/Windows/notepad.exe 2 L0\n"
                              "dir /Hives 0755 L0\n"
                              "file /Hives/System_Delta 4 L0\n";

} // namespace

class TestUnionWindows : public QObject
{
    Q_OBJECT

private slots:
    void case40_windowsLayersByTheConfig();
    void case40_windowsLayersByTheirFolders();
    void case40_otherFoldersAreNoWindows();
    void case40_oneLayerTellsTheSystemOfAll_data();
    void case40_oneLayerTellsTheSystemOfAll();
    void case40_otherSystemsKeepTheirFolders();
    void case40_whiteoutsAndLowerLinksOfWindowsLayers();
    void case40_whatLiesBesideFilesIsNotLostSilently();
    void case40_registryHivesAreNamed();
};

void TestUnionWindows::case40_windowsLayersByTheConfig()
{
    // UtilityVM, and what else there may be, does not matter when the config names the system.
    for (const auto compression : {Compression::None, Compression::Gzip}) {
        ImageBuilder builder;
        builder.platform("windows", "amd64")
            .layer(windowsTar(), "Apply image", compression)
            .layer(TarBuilder().dir("Files").dir("Files/Windows").file("Files/Windows/new", "1"),
                   "RUN", compression);
        const auto image = opened(builder);
        QVERIFY(image);
        const auto& tree = *image->tree;
        QCOMPARE(stackText(tree, {"/", "/Windows", "/Windows/new"}),
                 "dir /Hives 0755 L0\n"
                 "file /Hives/System_Delta 4 L0\n"
                 "dir /Windows 0755 L1\n"
                 "file /Windows/edit.exe 2 L0 = /Windows/notepad.exe\n"
                 "file /Windows/new 1 L1\n"
                 "file /Windows/notepad.exe 2 L0\n"
                 "/: L0 added dir, L1 metadata dir\n"
                 "/Windows: L0 added dir, L1 unchanged dir\n"
                 "/Windows/new: L1 added file 1\n"s);
        QCOMPARE(tree.entry(*tree.visible(MergedTree::root())).mode, std::uint16_t{0755});
        QCOMPARE(tree.entry(tree.versions(MergedTree::root())[0]).mode, std::uint16_t{0711});
        QVERIFY(image->layers[1]->rootIsFiles());
        QCOMPARE(contentOf(*image, "/Windows/edit.exe"), "MZ"s);
    }
}

void TestUnionWindows::case40_windowsLayersByTheirFolders()
{
    // A rootfs tarball has no config to ask.
    QCOMPARE(stackText({windowsTar()}, {"/Windows"}), windowsTree + "/Windows: L0 added dir\n");
    const std::string hives = "dir /Hives 0755 L0\nfile /Hives/System_Delta 4 L0\n";
    QCOMPARE(stackText({windowsTar().dir("UtilityVM")}, {"/UtilityVM"}),
             hives + "dir /UtilityVM 0755 L0\n" + windowsTree.substr(hives.size()) +
                 "/UtilityVM: L0 added dir\n");
}

void TestUnionWindows::case40_otherFoldersAreNoWindows()
{
    const auto other = mergeTars({windowsTar().dir("etc")});
    QCOMPARE(stackText(*other, {"/etc"}), plainTree + "dir /etc 0755 L0\n/etc: L0 added dir\n");
    QVERIFY(!other->layer(0).rootIsFiles());
    QCOMPARE(stackText({TarBuilder().dir("Files").file("Files/a")}, {"/Files/a"}),
             "dir /Files 0755 L0\nfile /Files/a 0 L0\n/Files/a: L0 added file 0\n"s);
}

void TestUnionWindows::case40_oneLayerTellsTheSystemOfAll_data()
{
    QTest::addColumn<unsigned>("threads");
    QTest::newRow("one thread") << 1U;
    QTest::newRow("three threads") << 3U;
}

void TestUnionWindows::case40_oneLayerTellsTheSystemOfAll()
{
    // The config is silent; upper layers hold Files alone, and lie over the base's root.
    QFETCH(unsigned, threads);
    ImageBuilder builder;
    builder.platform("", "")
        .layer(windowsTar())
        .layer(TarBuilder().whiteout("Files/Windows/edit.exe").file("Files/new", "22"))
        .layer(TarBuilder().dir("etc"));
    const auto archive = openArchive(ArchiveBuilder(ArchiveForm::Oci).image(builder));
    VERIFY_OK(archive);
    Progress last;
    bool back = false;
    const Job job{{}, [&](const Progress& p) {
                      back = back || p.done < last.done || p.done > p.total;
                      last = p;
                  }};
    LoadOptions options;
    options.threads = threads;
    const auto image = loadImage(*archive, 0, job, options);
    VERIFY_OK(image);
    QVERIFY((*image)->layers[0]->rootIsFiles());
    QVERIFY((*image)->layers[1]->rootIsFiles());
    QVERIFY(!(*image)->layers[2]->rootIsFiles());
    QCOMPARE(stackText(*(*image)->tree, {"/Windows/edit.exe", "/new"}),
             "dir /Hives 0755 L0\n"
             "file /Hives/System_Delta 4 L0\n"
             "dir /Windows 0755 L0\n"
             "file /Windows/notepad.exe 2 L0\n"
             "dir /etc 0755 L2\n"
             "file /new 2 L1\n"
             "/Windows/edit.exe: L0 added file 2, L1 removed by whiteout\n"
             "/new: L1 added file 2\n"s);
    QCOMPARE(contentOf(**image, "/new"), "22"s);
    QVERIFY(!back);
    QCOMPARE(last.done, last.total);
}

void TestUnionWindows::case40_otherSystemsKeepTheirFolders()
{
    const auto image = opened(ImageBuilder().platform("linux", "amd64").layer(windowsTar()));
    QVERIFY(image);
    QCOMPARE(stackText(*image->tree, {"/Files/Windows", "/Windows"}),
             plainTree + "/Files/Windows: L0 added dir\n/Windows: no such path\n");
}

void TestUnionWindows::case40_whiteoutsAndLowerLinksOfWindowsLayers()
{
    const auto image = opened(ImageBuilder()
                                  .platform("windows", "amd64")
                                  .layer(windowsTar())
                                  .layer(TarBuilder()
                                             .dir("Files")
                                             .whiteout("Files/Windows/edit.exe")
                                             .hardlink("Files/n.exe", "Files/Windows/notepad.exe"))
                                  .layer(TarBuilder().dir("Files").opaque("Files")));
    QVERIFY(image);
    QCOMPARE(treeText(*image->tree, 1), "dir /Hives 0755 L0\n"
                                        "file /Hives/System_Delta 4 L0\n"
                                        "dir /Windows 0755 L0\n"
                                        "file /Windows/notepad.exe 2 L0\n"
                                        "file /n.exe 2 L1 = /Windows/notepad.exe\n"s);
    QCOMPARE(stackText(*image->tree, {"/Windows/edit.exe", "/Windows/notepad.exe", "/n.exe"}),
             "/Windows/edit.exe: L0 added file 2, L1 removed by whiteout\n"
             "/Windows/notepad.exe: L0 added file 2, L2 removed by opaque\n"
             "/n.exe: L1 added file 2, L2 removed by opaque\n"
             "L1 warns: LinkToLowerLayer\n"s);
}

void TestUnionWindows::case40_whatLiesBesideFilesIsNotLostSilently()
{
    QCOMPARE(stackText({windowsTar().dir("Files/Hives").file("Files/Hives/mine", "1")},
                       {"/Hives", "/Hives/mine", "/Hives/System_Delta"}),
             "dir /Hives 0755 L0\n"
             "file /Hives/mine 1 L0\n"
             "dir /Windows 0755 L0\n"
             "file /Windows/edit.exe 2 L0 = /Windows/notepad.exe\n"
             "file /Windows/notepad.exe 2 L0\n"
             "/Hives: L0 added dir\n"
             "/Hives/mine: L0 added file 1\n"
             "/Hives/System_Delta: no such path\n"
             "L0 warns: DuplicateEntry\n"s);
}

void TestUnionWindows::case40_registryHivesAreNamed()
{
    const auto tar = TarBuilder()
                         .dir("Files")
                         .dir("Hives")
                         .file("Hives/SYSTEM_BASE", "regf")
                         .file("Hives/Sam_Delta", "regf")
                         .file("Hives/DefaultUser_Delta", "regf")
                         .file("Hives/System", "regf")
                         .file("Hives/System_Delta_", "regf")
                         .file("Hives/Sys", "regf")
                         .file("Hives/Software_Delta", "regf")
                         .file("Files/Software_Delta", "regf");
    const auto keys = [](const OpenedImage& image) {
        std::string out;
        for (std::uint32_t n = 0; n < image.tree->nodeCount(); ++n) {
            if (const auto key = registryKey(*image.tree, {n}); !key.empty()) {
                out += image.tree->path({n}) + " " + std::string(key) + "\n";
            }
        }
        return out;
    };
    const auto windows = opened(ImageBuilder().platform("windows", "amd64").layer(tar));
    QVERIFY(windows);
    QCOMPARE(keys(*windows), "/Hives/DefaultUser_Delta HKEY_USERS\\.DEFAULT\n"
                             "/Hives/SYSTEM_BASE HKEY_LOCAL_MACHINE\\SYSTEM\n"
                             "/Hives/Sam_Delta HKEY_LOCAL_MACHINE\\SAM\n"
                             "/Hives/Software_Delta HKEY_LOCAL_MACHINE\\SOFTWARE\n"s);
    // A folder of that name means nothing elsewhere.
    const auto other = opened(ImageBuilder().platform("linux", "amd64").layer(tar));
    QVERIFY(other);
    QCOMPARE(keys(*other), ""s);
}

QTEST_GUILESS_MAIN(TestUnionWindows)
#include "tst_union_windows.moc"
