// SPDX-License-Identifier: Apache-2.0
#include "check.h"
#include "cli_runner.h"
#include "sample_image.h"

#include <QtTest>

using namespace strata::test;
using namespace Qt::StringLiterals;

namespace {

const auto treeContract =
    u"path:string type:string size:number mode:string uid:number gid:number mtime:number "
    "layer:number target:string? hardlink:string? device:string? mtime_nsec:number? "
    "xattrs:object? path_base64:string? target_base64:string? implicit:bool?"_s;
const auto historyContract =
    u"layer:number change:string type:string size:number mode:string uid:number gid:number "
    "mtime:number visible:bool by:string"_s;
const auto diffContract = u"change:string path:string path_base64:string? type:string size:number "
                          "mode:string uid:number gid:number mtime:number previous:object|null"_s;
const auto previousContract =
    u"layer:number type:string size:number mode:string uid:number gid:number mtime:number"_s;

/// "change path" a line.
std::string changes(const Ran& ran)
{
    std::string out;
    for (const auto& line : ran.lines()) {
        out +=
            (line[u"change"_s].toString() + u' ' + line[u"path"_s].toString()).toStdString() + "\n";
    }
    return out;
}

/// "layer change by visible" a line.
std::string deeds(const Ran& ran)
{
    std::string out;
    for (const auto& line : ran.lines()) {
        out += std::to_string(line[u"layer"_s].toInt()) + " " +
               line[u"change"_s].toString().toStdString() + " " +
               line[u"by"_s].toString().toStdString() +
               (line[u"visible"_s].toBool() ? " visible\n" : "\n");
    }
    return out;
}

} // namespace

/// tree, history and diff: the JSON contract of paths.
class TestCliPaths : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { m_image = m_workshop.everythingOci(); }

    void treeKeepsItsContract()
    {
        const auto ran = runStrata({u"tree"_s, u"--json"_s, m_image});
        QCOMPARE(ran.status, 0);
        QCOMPARE(ran.err, QByteArray());
        for (const auto& line : ran.lines()) {
            QCOMPARE(breaches(line, treeContract), QString());
        }
    }

    void treeIsInOrderWithoutItsRoot()
    {
        const auto ran = runStrata({u"tree"_s, u"--json"_s, m_image});
        QCOMPARE(column(ran.lines(), u"path"_s), std::string("/badlink\n"
                                                             "/bad\xef\xbf\xbdname\n"
                                                             "/bin\n"
                                                             "/dev\n"
                                                             "/dev/null\n"
                                                             "/dev/pipe\n"
                                                             "/etc\n"
                                                             "/etc/data\n"
                                                             "/etc/hostname\n"
                                                             "/etc/shadow\n"
                                                             "/etc/subsecond\n"
                                                             "/opt\n"
                                                             "/opt/copy\n"
                                                             "/usr\n"
                                                             "/usr/bin\n"
                                                             "/usr/bin/tool\n"
                                                             "/usr/bin/tool2\n"
                                                             "/var\n"
                                                             "/var/implied\n"));
    }

    void treeSaysWhatEachPathIs_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* path, const char* expected) {
            QTest::newRow(path) << QString::fromUtf8(path) << QString::fromUtf8(expected);
        };
        row("/bin", R"({"type":"symlink","size":0,"mode":"0777","layer":0,"target":"usr/bin"})");
        row("/badlink", R"({"type":"symlink","target":"to�","target_base64":"dG/+"})");
        row("/dev/null", R"({"type":"char","size":0,"mode":"0666","device":"1:3"})");
        row("/dev/pipe", R"({"type":"fifo","size":0,"mode":"0600"})");
        row("/etc", R"({"type":"dir","size":0,"mode":"0755","layer":2})");
        row("/etc/data", R"({"type":"file","size":10,"layer":1})");
        row("/etc/hostname", R"({"type":"file","size":5,"uid":0,"mtime":1600000000,"layer":1})");
        row("/etc/shadow", R"({"mode":"0600","gid":42,"layer":1})");
        row("/etc/subsecond", R"({"mtime":1600000000,"mtime_nsec":250000000})");
        row("/opt", R"({"type":"dir","mode":"0755","implicit":true,"layer":2})");
        row("/usr", R"({"type":"dir","mode":"0755","implicit":true,"layer":0})");
        row("/usr/bin/tool",
            R"({"size":5,"mode":"4755","xattrs":{"security.capability":"AQAAAg=="}})");
        row("/usr/bin/tool2",
            R"({"type":"file","size":5,"mode":"4755","hardlink":"/usr/bin/tool"})");
    }
    void treeSaysWhatEachPathIs()
    {
        QFETCH(QString, path);
        QFETCH(QString, expected);
        const auto ran = runStrata({u"tree"_s, u"--json"_s, m_image});
        const auto line = lineWith(ran.lines(), u"path"_s, path);
        QVERIFY(!line.isEmpty());
        const auto fields = QJsonDocument::fromJson(expected.toUtf8()).object();
        QVERIFY(!fields.isEmpty());
        for (auto it = fields.begin(); it != fields.end(); ++it) {
            QCOMPARE(line.value(it.key()), it.value());
        }
    }

    void fieldsThatDoNotApplyAreLeftOut()
    {
        const auto ran = runStrata({u"tree"_s, u"--json"_s, m_image, u"/etc/shadow"_s});
        QCOMPARE(ran.lines().front().keys().join(u' '),
                 u"gid layer mode mtime path size type uid"_s);
    }

    void treeOfAPathHoldsThePathItself()
    {
        const auto ran = runStrata({u"tree"_s, u"--json"_s, m_image, u"usr//bin/"_s});
        QCOMPARE(ran.status, 0);
        QCOMPARE(column(ran.lines(), u"path"_s),
                 std::string("/usr/bin\n/usr/bin/tool\n/usr/bin/tool2\n"));
    }

    void treeAsOfALayer()
    {
        const auto ran =
            runStrata({u"tree"_s, u"--json"_s, u"--as-of"_s, u"0"_s, m_image, u"/old"_s});
        QCOMPARE(column(ran.lines(), u"path"_s), std::string("/old\n/old/a\n/old/b\n/old/b/c\n"));
        const auto later =
            runStrata({u"tree"_s, u"--json"_s, u"--as-of"_s, u"1"_s, m_image, u"/old"_s});
        QCOMPARE(later.status, 1);
        QCOMPARE(later.out, QByteArray());
        QCOMPARE(later.errorLines(), 1);
    }

    void namesThatAreNotUtf8CarryTheirBytes()
    {
        const auto ran = runStrata({u"tree"_s, u"--json"_s, m_image});
        const auto line = lineWith(ran.lines(), u"path"_s, u"/bad\uFFFDname"_s);
        QCOMPARE(line[u"path_base64"_s].toString(), u"L2JhZP9uYW1l"_s);
    }

    void aSecondNameOfASymlinkHasBothTargets()
    {
        ImageBuilder image;
        image.layer(TarBuilder().symlink("first", "far/away").hardlink("second", "first"))
            .layer(TarBuilder().hardlink("third", "first").hardlink("to-nothing", "nowhere"));
        const auto file =
            m_workshop.archive(u"links.tar"_s, ArchiveBuilder(ArchiveForm::Oci).image(image));
        const auto ran = runStrata({u"tree"_s, u"--json"_s, file});
        for (const auto& name : {u"/second"_s, u"/third"_s}) {
            const auto line = lineWith(ran.lines(), u"path"_s, name);
            QCOMPARE(line[u"type"_s].toString(), u"symlink"_s);
            QCOMPARE(line[u"target"_s].toString(), u"far/away"_s);
            QCOMPARE(line[u"hardlink"_s].toString(), u"/first"_s);
        }
        QCOMPARE(runStrata({u"cat"_s, file, u"/to-nothing"_s}).status, 1);
    }

    void aHardlinkNamesAFileThatIsTheSame_data()
    {
        QTest::addColumn<std::vector<TarBuilder>>("layers");
        QTest::addColumn<QString>("links");
        const auto row = [](const char* name, const std::vector<TarBuilder>& layers,
                            const char* links) {
            QTest::newRow(name) << layers << QString::fromUtf8(links);
        };
        TarBuilder base;
        base.file("a", "base").hardlink("b", "a").hardlink("c", "b");
        row("as written", {base}, "/b=/a /c=/b");
        row("in a circle", {base, TarBuilder().hardlink("a", "c").hardlink("b", "c")},
            "/b=/c /c=/a");
        row("replaced above", {base, TarBuilder().file("a", "another")}, "/c=/b");
        row("removed above", {base, TarBuilder().whiteout("a")}, "/c=/b");
        row("all others removed above", {base, TarBuilder().whiteout("a").whiteout("b")}, "");
        row("linked from above", {base, TarBuilder().hardlink("d", "b").whiteout("a")},
            "/c=/b /d=/b");
        row("replaced within its layer",
            {TarBuilder().file("a", "1").hardlink("b", "a").file("a", "2")}, "");
        row("to nothing", {TarBuilder().hardlink("b", "nowhere")}, "");
        row("through a symlink",
            {TarBuilder().file("usr/x", "x").symlink("bin", "usr").hardlink("y", "bin/x")},
            "/y=/usr/x");
    }
    void aHardlinkNamesAFileThatIsTheSame()
    {
        QFETCH(std::vector<TarBuilder>, layers);
        QFETCH(QString, links);
        ImageBuilder image;
        for (const auto& layer : layers) {
            image.layer(layer);
        }
        const auto file =
            m_workshop.archive(u"same.tar"_s, ArchiveBuilder(ArchiveForm::Oci).image(image));
        QStringList found;
        for (const auto& line : runStrata({u"tree"_s, u"--json"_s, file}).lines()) {
            if (line.contains(u"hardlink"_s)) {
                found << line[u"path"_s].toString() + u'=' + line[u"hardlink"_s].toString();
            }
        }
        QCOMPARE(found.join(u' '), links);
        const auto text = runStrata({u"tree"_s, file}).out;
        QCOMPARE(text.count(" link to /"), found.size());
    }

    void pathsAreTakenAsBytes()
    {
        const auto ran = shell(uR"x("$0" cat "$1" "$(printf '/bad\377name')")x"_s, {m_image});
        QCOMPARE(ran.status, 0);
        QCOMPARE(ran.out, QByteArray("raw"));
    }

    void historyKeepsItsContract()
    {
        for (const auto& path : {u"/etc/hostname"_s, u"/old/b/c"_s, u"/usr/bin/new"_s, u"/opt"_s}) {
            const auto ran = runStrata({u"history"_s, u"--json"_s, m_image, path});
            QCOMPARE(ran.status, 0);
            QVERIFY(!ran.lines().empty());
            for (const auto& line : ran.lines()) {
                QCOMPARE(breaches(line, historyContract), QString());
            }
        }
    }

    void historyTellsEveryLayersDeed_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("expected");
        QTest::newRow("same size, other content")
            << u"/etc/hostname"_s << u"0 added entry\n1 modified entry visible\n"_s;
        QTest::newRow("mode only")
            << u"/etc/shadow"_s << u"0 added entry\n1 metadata entry visible\n"_s;
        QTest::newRow("listed again")
            << u"/etc"_s << u"0 added entry\n2 unchanged entry visible\n"_s;
        QTest::newRow("whiteout") << u"/old"_s << u"0 added entry\n1 removed whiteout\n"_s;
        QTest::newRow("below a whiteout")
            << u"/old/b/c"_s << u"0 added entry\n1 removed whiteout\n"_s;
        QTest::newRow("opaque") << u"/var/implied/x"_s << u"0 added entry\n2 removed opaque\n"_s;
        QTest::newRow("replaced parent")
            << u"/etc/data/deep"_s << u"0 added entry\n1 removed replaced-parent\n"_s;
        QTest::newRow("replaced") << u"/etc/data"_s
                                  << u"0 added entry\n1 modified entry visible\n"_s;
        QTest::newRow("never listed") << u"/opt"_s << u"2 added entry visible\n"_s;
    }
    void historyTellsEveryLayersDeed()
    {
        QFETCH(QString, path);
        QFETCH(QString, expected);
        const auto ran = runStrata({u"history"_s, u"--json"_s, m_image, path});
        QCOMPARE(deeds(ran), expected.toStdString());
    }

    void aRemovalShowsWhatItTookAway()
    {
        const auto ran = runStrata({u"history"_s, u"--json"_s, m_image, u"/old/b/c"_s});
        QCOMPARE(ran.lines().back()[u"size"_s].toInt(), 3);
        QCOMPARE(ran.lines().back()[u"type"_s].toString(), u"file"_s);
    }

    void diffKeepsItsContract()
    {
        for (const auto& layer : {u"0"_s, u"1"_s, u"2"_s}) {
            for (const auto& option : {u"--json"_s, u"--all"_s}) {
                const auto ran = runStrata({u"diff"_s, u"--json"_s, option, m_image, layer});
                QCOMPARE(ran.status, 0);
                for (const auto& line : ran.lines()) {
                    QCOMPARE(breaches(line, diffContract), QString());
                    if (line[u"previous"_s].isObject()) {
                        QCOMPARE(breaches(line[u"previous"_s].toObject(), previousContract),
                                 QString());
                    }
                }
            }
        }
    }

    void diffIsInTreeOrderAndShort()
    {
        const auto ran = runStrata({u"diff"_s, u"--json"_s, m_image, u"1"_s});
        QCOMPARE(changes(ran), std::string("modified /etc/data\n"
                                           "modified /etc/hostname\n"
                                           "metadata /etc/shadow\n"
                                           "removed /old\n"
                                           "added /usr/bin/new\n"));
        const auto last = runStrata({u"diff"_s, u"--json"_s, m_image, u"2"_s});
        QCOMPARE(changes(last), std::string("added /opt\n"
                                            "added /opt/copy\n"
                                            "removed /usr/bin/new\n"
                                            "removed /var/implied/x\n"));
    }

    void diffAllListsEverything()
    {
        const auto ran = runStrata({u"diff"_s, u"--json"_s, u"--all"_s, m_image, u"1"_s});
        QCOMPARE(changes(ran), std::string("modified /etc/data\n"
                                           "removed /etc/data/deep\n"
                                           "modified /etc/hostname\n"
                                           "metadata /etc/shadow\n"
                                           "removed /old\n"
                                           "removed /old/a\n"
                                           "removed /old/b\n"
                                           "removed /old/b/c\n"
                                           "added /usr/bin/new\n"));
        const auto last = runStrata({u"diff"_s, u"--json"_s, u"--all"_s, m_image, u"2"_s});
        QVERIFY(changes(last).starts_with("unchanged /etc\n"));
    }

    void diffShowsWhatWasThereBefore()
    {
        const auto ran = runStrata({u"diff"_s, u"--json"_s, m_image, u"1"_s});
        const auto data = lineWith(ran.lines(), u"path"_s, u"/etc/data"_s);
        QCOMPARE(data[u"type"_s].toString(), u"file"_s);
        QCOMPARE(data[u"previous"_s][u"type"_s].toString(), u"dir"_s);
        QCOMPARE(data[u"previous"_s][u"layer"_s].toInt(), 0);
        QVERIFY(lineWith(ran.lines(), u"path"_s, u"/usr/bin/new"_s)[u"previous"_s].isNull());
        const auto removed = lineWith(ran.lines(), u"path"_s, u"/old"_s);
        QCOMPARE(removed[u"type"_s].toString(), u"dir"_s);
        QCOMPARE(removed[u"mode"_s].toString(), u"0755"_s);
    }

    void theBaseAddsEverything()
    {
        const auto ran = runStrata({u"diff"_s, u"--json"_s, m_image, u"0"_s});
        const auto tree = runStrata({u"tree"_s, u"--json"_s, u"--as-of"_s, u"0"_s, m_image});
        QCOMPARE(column(ran.lines(), u"path"_s), column(tree.lines(), u"path"_s));
        for (const auto& line : ran.lines()) {
            QCOMPARE(line[u"change"_s].toString(), u"added"_s);
            QVERIFY(line[u"previous"_s].isNull());
        }
    }

private:
    Workshop m_workshop;
    QString m_image;
};

QTEST_GUILESS_MAIN(TestCliPaths)
#include "tst_cli_paths.moc"
