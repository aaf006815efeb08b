// SPDX-License-Identifier: Apache-2.0
#include "check.h"
#include "tree_text.h"

#include "tree/filter.h"

using namespace strata;
using namespace strata::test;
using namespace std::string_literals;

namespace {

/// Three layers with one of everything to filter by.
Tree sampleTree()
{
    TarBuilder base;
    base.dir("etc")
        .file("etc/passwd", "root")
        .file("etc/group", "g")
        .file("etc/Makefile", std::string(4096, 'm'));
    base.dir("usr")
        .dir("usr/bin")
        .file("usr/bin/su", "su", {.mode = 04755})
        .file("usr/bin/wall", "w", {.mode = 02755});
    base.symlink("lib", "usr/lib").dir("usr/lib").file("usr/lib/libc.so.6", std::string(5000, 'c'));
    base.file("usr/lib/libapt.so", "a").file("empty");
    TarBuilder middle;
    middle.dir("etc")
        .dir("etc/apache2")
        .file("etc/apache2/apache2.conf", "conf")
        .file("etc/passwd", "root2");
    middle.dir("var")
        .dir("var/www", {.uid = 33, .gid = 33})
        .file("var/www/my page.html", "html", {.uid = 33, .gid = 34});
    TarBuilder top;
    top.dir("etc")
        .whiteout("etc/group")
        .dir("usr/bin", {.mode = 0700})
        .file("usr/bin/wall", "ww", {.mode = 0755});
    top.file("var/\xff\xfe.bin", "x").fifo("run");
    return mergeTars({base, middle, top});
}

/// The paths that match, of all that the tree ever had, each by its last version.
std::string matching(const MergedTree& tree, std::string_view query)
{
    const auto filter = Filter::parse(query);
    if (!filter) {
        return outcome(filter);
    }
    std::string out;
    for (std::uint32_t i = 1; i < tree.nodeCount(); ++i) {
        const NodeId node{i};
        const auto versions = tree.versions(node);
        if (!versions.empty() && filter->matches(tree, node, versions.back())) {
            out += (out.empty() ? "" : " ") + tree.path(node);
        }
    }
    return out;
}

} // namespace

class TestFilter : public QObject
{
    Q_OBJECT

private slots:
    void nothingTypedFiltersNothing();
    void matches_data();
    void matches();
    void errorsNameTheWord_data();
    void errorsNameTheWord();
    void aRunawayExpressionEnds();
};

void TestFilter::nothingTypedFiltersNothing()
{
    for (const char* query : {"", "   ", "\t\n", "\"\""}) {
        const auto filter = Filter::parse(query);
        VERIFY_OK(filter);
        QVERIFY(filter->empty());
        const Tree tree = sampleTree();
        QVERIFY(filter->matches(*tree, MergedTree::root(), tree->versions(NodeId{1}).front()));
    }
    QCOMPARE(Filter::parse(" a  b ")->text(), " a  b "s);
}

void TestFilter::matches_data()
{
    QTest::addColumn<std::string>("query");
    QTest::addColumn<std::string>("paths");
    const auto row = [](const char* query, const char* paths) {
        QTest::newRow(query) << std::string(query) << std::string(paths);
    };
    // Text
    row("apache", "/etc/apache2 /etc/apache2/apache2.conf");
    row("make", "/etc/Makefile");
    row("Make", "/etc/Makefile");
    row("mAke", "");
    row("etc/pass", "/etc/passwd");
    row("apache conf", "/etc/apache2/apache2.conf");
    row("\"my page\"", "/var/www/my page.html");
    row("my page", "/var/www/my page.html");
    row("lib -libc", "/lib /usr/lib /usr/lib/libapt.so");
    row("-\"my page\" html", "");
    row("a-b-c", "");
    // Glob
    row("*.conf", "/etc/apache2/apache2.conf");
    row("*.CONF", "");
    row("make*", "/etc/Makefile");
    row("lib?.so.[0-9]", "/usr/lib/libc.so.6");
    row("/etc/*wd", "/etc/passwd");
    row("apache2/*.conf", "/etc/apache2/apache2.conf");
    row("*/bin/*", "/usr/bin/su /usr/bin/wall");
    // Regular expression
    row("/^lib/", "/lib");
    row("/^\\/usr.*so/", "/usr/lib/libapt.so /usr/lib/libc.so.6");
    row("/LIBC|^usr.*apt/", "/usr/lib/libapt.so");
    row("/libc|^usr.*apt/", "/usr/lib/libapt.so /usr/lib/libc.so.6");
    row("/\\Sasswd$/", "/etc/passwd");
    row("/(a)p\\1/", "/etc/apache2 /etc/apache2/apache2.conf");
    row("\"/my page/\"", "/var/www/my page.html");
    row("/^var\\/\\xff/", "/var/\xff\xfe.bin");
    // Layer and change
    row("layer:1 type:file", "/etc/passwd /etc/apache2/apache2.conf /var/www/my page.html");
    row("layer:1-2 -type:dir -layer:1", "/run /etc/group /var/\xff\xfe.bin /usr/bin/wall");
    row("layer:7", "");
    row("change:removed", "/etc/group");
    row("change:removed,metadata", "/etc/group /usr/bin");
    row("change:modified", "/etc/passwd /usr/bin/wall");
    row("layer:0,1 change:modified", "/etc/passwd");
    // Type, size, permissions, owner
    row("type:symlink,fifo", "/lib /run");
    row("type:directory usr", "/usr");
    row("size>4k", "/usr/lib/libc.so.6");
    row("size>=4k", "/etc/Makefile /usr/lib/libc.so.6");
    row("size=4096", "/etc/Makefile");
    row("size>=4KiB size<=4.5k", "/etc/Makefile");
    row("size=0", "/empty");
    row("size<1", "/empty");
    row("size<0", "");
    row("setuid", "/usr/bin/su");
    row("setgid", "");
    row("\"setuid\"", "");
    row("owner:33", "/var/www /var/www/my page.html");
    row("owner:33:33", "/var/www");
    row("owner::34", "/var/www/my page.html");
    // A removed path is judged by what it was.
    row("change:removed type:file size=1", "/etc/group");
    // Colons and the like in names are nothing special.
    row("libc6:amd64", "");
    row("size", "");
    row("[", "");
}

void TestFilter::matches()
{
    QFETCH(std::string, query);
    QFETCH(std::string, paths);
    QCOMPARE(matching(*sampleTree(), query), paths);
}

void TestFilter::errorsNameTheWord_data()
{
    QTest::addColumn<std::string>("query");
    QTest::addColumn<std::string>("word");
    QTest::addColumn<std::string>("right");
    const auto row = [](const char* query, const char* word, const char* right) {
        QTest::newRow(query) << std::string(query) << std::string(word) << std::string(right);
    };
    row("a layer:x", "layer:x", "layer:2");
    row("layer:3-1", "layer:3-1", "layer:1-3");
    row("layer:", "layer:", "layer:2");
    row("layer:-1", "layer:-1", "layer:2");
    row("change:gone", "change:gone", "removed");
    row("type:exe", "type:exe", "symlink");
    row("size>", "size>", "size>4k");
    row("size>>4", "size>>4", "size>4k");
    row("size>4x", "size>4x", "size>4k");
    row("size>nan", "size>nan", "size>4k");
    row("size>99999999999T", "size>99999999999T", "size>4k");
    row("owner:root", "owner:root", "owner:0");
    row("owner:", "owner:", "owner:0");
    row("owner:1:2:3", "owner:1:2:3", "owner:33:33");
    row("a \"b c", "\"b c", "add a \"");
    row("/a(b/", "a(b", "character");
}

void TestFilter::errorsNameTheWord()
{
    QFETCH(std::string, query);
    QFETCH(std::string, word);
    QFETCH(std::string, right);
    const auto filter = Filter::parse(query);
    QCOMPARE(outcome(filter), "Malformed"s);
    QVERIFY2(filter.error().what.contains(word), filter.error().what.c_str());
    QVERIFY2(filter.error().what.contains(right), filter.error().what.c_str());
}

void TestFilter::aRunawayExpressionEnds()
{
    TarBuilder tar;
    tar.file(std::string(200, 'a') + "!");
    // Without a bound on its steps it would try 2^200 ways.
    QCOMPARE(matching(*mergeTars(std::vector<TarBuilder>{tar}), "/^(a+)+$/"), ""s);
}

QTEST_APPLESS_MAIN(TestFilter)
#include "tst_filter.moc"
