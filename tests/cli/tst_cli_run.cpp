// SPDX-License-Identifier: Apache-2.0
#include "check.h"
#include "cli_runner.h"
#include "sample_image.h"

#include "image/image_archive.h"

#include <QtTest>

#include <algorithm>

using namespace strata::test;
using namespace Qt::StringLiterals;
using namespace std::string_literals;

/// `strata run`: scripts of operations in containers. The image is everything(): /etc/hostname is
/// layer 1's, /usr/bin/new was deleted by layer 2.
class TestCliRun : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        qputenv("SOURCE_DATE_EPOCH", "1700000000");
        m_image = m_workshop.everythingOci();
    }

    void tracesAreToldAsText()
    {
        const auto ran = run("append /etc/hostname \"x\"\nrm /etc/hostname # gone\n");
        QCOMPARE(ran.status, 0);
        QCOMPARE(ran.out.toStdString(),
                 "append /etc/hostname\n"
                 "  look for /etc/hostname: container miss, layer 2 miss, layer 1 hit\n"
                 "  copied up /etc, a directory, from layer 2\n"
                 "  copied up /etc/hostname, 5 bytes from layer 1\n"
                 "  wrote 1 byte to /etc/hostname\n"
                 "unlink /etc/hostname\n"
                 "  look for /etc/hostname: container hit\n"
                 "  removed /etc/hostname from the container\n"
                 "  left a whiteout at /etc/hostname\n"s);
    }

    void tracesAreToldAsObjects()
    {
        const auto ran =
            run("mv /etc/hostname /h\nread /usr/bin/new\n", {u"--json"_s, u"--keep-going"_s});
        QCOMPARE(ran.status, 1);
        const auto lines = ran.lines();
        QCOMPARE(lines.size(), std::size_t{2});
        for (const auto& line : lines) {
            QCOMPARE(breaches(line, u"record:string container:string line:number operation:string "
                                    "path:string other:string? result:string reason:string? "
                                    "lookups:array effects:array bytes_copied_up:number"_s),
                     QString());
        }
        QCOMPARE(lines[0][u"bytes_copied_up"_s].toInt(), 5);
        QCOMPARE(lines[0][u"result"_s].toString(), u"done"_s);
        QCOMPARE(lines[1][u"line"_s].toInt(), 2);
        QCOMPARE(lines[1][u"result"_s].toString(), u"ENOENT"_s);
        const auto lookup = lines[1][u"lookups"_s].toArray().last().toObject();
        QCOMPARE(breaches(lookup, u"path:string found:bool layers:array followed:string?"_s),
                 QString());
        const auto look = lookup[u"layers"_s].toArray().last().toObject();
        QCOMPARE(breaches(look, u"layer:number|null sight:string shows:bool"_s), QString());
        QCOMPARE(look[u"layer"_s].toInt(), 2);
        QCOMPARE(look[u"sight"_s].toString(), u"whiteout"_s);
        std::string effects;
        for (const auto& effect : lines[0][u"effects"_s].toArray()) {
            QCOMPARE(breaches(effect.toObject(),
                              u"effect:string path:string other:string? type:string from:number? "
                              "bytes:number? paths:number? parent:bool? data_below:bool? "
                              "over_whiteout:bool?"_s),
                     QString());
            effects += effect.toObject()[u"effect"_s].toString().toStdString() + " ";
        }
        QCOMPARE(effects, "copied-up copied-up renamed whiteout "s);
    }

    void theFirstRefusalEndsIt()
    {
        const auto ran = run("create /a\n\nmkdir /a/b\ncreate /c\n");
        QCOMPARE(ran.status, 1);
        QCOMPARE(ran.err, m_script.toUtf8() + ", line 3: mkdir /a/b: Not a directory (ENOTDIR)\n");
        QVERIFY(ran.err.startsWith("strata: "));
        QVERIFY(!ran.out.contains("/c"));
        const auto on =
            run("create /a\nmkdir /a/b\nrm /none\ncreate /c\n", {u"--keep-going"_s, u"--diff"_s});
        QCOMPARE(on.status, 1);
        QCOMPARE(on.errorLines(), 2);
        QVERIFY(on.out.endsWith("A /a\nA /c\n"));
    }

    void aScriptIsReadWhole()
    {
        for (const auto& [script, message] :
             {std::pair("create /a\nfrobnicate /b\n", "line 2: there is no operation “frobnicate”"),
              std::pair("rm /a*\n", "line 1: nothing is expanded or obeyed here: quote *"),
              std::pair("write /a 'x\n", "line 1: a ' has no end"),
              std::pair("write /a\n", "line 1: write wants PATH TEXT"),
              std::pair("chmod 999 /a\n", "line 1: “999” is no mode such as 755 or u+x,go-w"),
              std::pair("rm -q /a\n", "line 1: rm knows no option “-q”"),
              std::pair("chown 4294967295 /a\n", "line 1: “4294967295” is no owner or group"),
              std::pair("container a b\n", "line 1: a container is selected by")}) {
            const auto ran = run(script, {u"--commit"_s, m_workshop.path(u"never.tar"_s)});
            QCOMPARE(ran.status, 2);
            QCOMPARE(ran.out, QByteArray());
            QVERIFY2(ran.err.contains(message), ran.err.constData());
            QVERIFY(!QFile::exists(m_workshop.path(u"never.tar"_s)));
        }
    }

    void standardInput()
    {
        const auto ran = shell(u"printf 'create /a\\nrm /b\\n' | \"$0\" run \"$1\" -"_s, {m_image});
        QCOMPARE(ran.status, 1);
        QCOMPARE(ran.err, QByteArray("strata: standard input, line 2: rm /b: No such file or "
                                     "directory (ENOENT)\n"));
    }

    void severalContainers()
    {
        const auto ran = run("container a:\ncreate /mine\ncontainer b:\nread /mine\n"
                             "container a:\nread /mine\n",
                             {u"--keep-going"_s, u"--diff"_s});
        QCOMPARE(ran.status, 1);
        QVERIFY2(ran.out.contains("b: read /mine\n"
                                  "  look for /mine: container miss, layer 2 miss, layer 1 miss, "
                                  "layer 0 miss\n  refused: ENOENT"),
                 ran.out.constData());
        QVERIFY2(ran.out.contains("a: read /mine\n  look for /mine: container hit\n"),
                 ran.out.constData());
        QVERIFY2(ran.out.endsWith("container a:\nA /mine\ncontainer b:\n"), ran.out.constData());
    }

    void theUpperDirectoryAndTheTar()
    {
        const auto ran = run("rm /etc/hostname\nrm -r /opt\nmkdir /opt\n", {u"--upper"_s});
        QCOMPARE(ran.status, 0);
        const auto at = ran.out.indexOf("the upper directory");
        QCOMPARE(ran.out.mid(at).toStdString(),
                 "the upper directory, as overlayfs keeps it:\n"
                 "  drwxr-xr-x       0:0         -  /\n"
                 "  drwxr-xr-x       0:0         -  /etc\n"
                 "  c---------       0:0      0, 0  /etc/hostname  (whiteout)\n"
                 "  drwxr-xr-x       0:0         -  /opt  (opaque)\n"
                 "the layer's tar, as it will be:\n"
                 "  etc/\n"
                 "  etc/.wh.hostname\n"
                 "  opt/\n"
                 "  opt/.wh..wh..opq\n"s);
        const auto json =
            run("rm /etc/hostname\n", {u"--upper"_s, u"--diff"_s, u"--json"_s}).lines();
        QCOMPARE(column(json, u"record"_s),
                 "trace\ndiff\ndiff\nupper\nupper\nupper\nmember\nmember\n"s);
        QCOMPARE(json.back()[u"name"_s].toString(), u"etc/.wh.hostname"_s);
    }

    void textMayBeginWithADash()
    {
        const auto ran = run("write /list '- one'\nappend /list -two\nedit /list 0 -\ncat /list\n",
                             {u"--json"_s});
        QVERIFY2(ran.status == 0, ran.err.constData());
        const auto last = run("write -- /a -b\nwrite -x /a b\n");
        QCOMPARE(last.status, 2);
        QVERIFY(last.err.contains("line 2: write knows no option “-x”"));
    }

    void aCommitThatFailsIsToldByItsStatus()
    {
        QDir().mkpath(m_workshop.path(u"folder"_s));
        for (const auto& target : {u"none/such.tar"_s, u"folder"_s}) {
            const auto ran = run("create /a\n", {u"--commit"_s, m_workshop.path(target)});
            QCOMPARE(ran.status, 2);
            QCOMPARE(ran.errorLines(), 1);
        }
        QVERIFY(QFileInfo(m_workshop.path(u"folder"_s)).isDir());
        QCOMPARE(run("create /a\n", {u"--commit"_s, u""_s}).status, 2);
        for (const auto& option : {u"--name"_s, u"--format"_s, u"--container"_s, u"--env"_s}) {
            QCOMPARE(run("create /a\n", {option, u"oci-archive"_s}).status, 2);
        }
    }

    void aCommitDoesNotNeedAReader()
    {
        QByteArray script;
        for (int i = 0; i < 3000; ++i) {
            script += "write /f" + QByteArray::number(i) + " x\n";
        }
        const auto out = m_workshop.path(u"unread.tar"_s);
        const auto ran =
            shell(u"\"$0\" run \"$1\" \"$2\" --commit \"$3\" | head -n 1"_s,
                  {m_image, m_workshop.file(u"many"_s, strata::test::toBytes(script.toStdString())),
                   out});
        QCOMPARE(ran.status, 0);
        QCOMPARE(runStrata({u"cat"_s, out, u"/f2999"_s}).out, QByteArray("x"));
    }

    void theStepStandsBesideItsLayer()
    {
        // The image tells nothing of how its layer was made.
        const auto out = m_workshop.path(u"second.tar"_s);
        const auto rootfs =
            m_workshop.file(u"rootfs.tar"_s, TarBuilder().dir("etc").file("etc/a", "a").bytes());
        const auto ran = shell(
            u"echo create /b | \"$0\" run \"$1\" - --commit \"$2\" --message why"_s, {rootfs, out});
        QVERIFY2(ran.status == 0, ran.err.constData());
        const auto steps =
            runStrata({u"layers"_s, u"--json"_s, out}).object()[u"steps"_s].toArray();
        QCOMPARE(steps.size(), 2);
        QCOMPARE(steps[1].toObject()[u"layer"_s].toInt(), 1);
        QCOMPARE(steps[1].toObject()[u"comment"_s].toString(), u"why"_s);
        QCOMPARE(runStrata({u"info"_s, out}).errorLines(), 0);
    }

    void whatIsThereIsReplacedWithCare()
    {
        const auto out = m_workshop.path(u"private.tar"_s);
        QFile file(out);
        QVERIFY(file.open(QIODevice::WriteOnly));
        QVERIFY(file.setPermissions(QFile::ReadOwner | QFile::WriteOwner));
        file.close();
        const auto link = m_workshop.path(u"link.tar"_s);
        QVERIFY(QFile::link(out, link));
        QCOMPARE(run("create /a\n", {u"--commit"_s, link}).status, 0);
        QVERIFY(QFileInfo(link).isSymLink());
        QCOMPARE(runStrata({u"verify"_s, out}).status, 0);
        QVERIFY(!QFileInfo(out).permission(QFile::ReadOther));
        const auto pipe = m_workshop.path(u"pipe"_s);
        QCOMPARE(shell(u"mkfifo \"$1\""_s, {pipe}).status, 0);
        QCOMPARE(run("create /a\n", {u"--commit"_s, pipe}).status, 2);
        QCOMPARE(shell(u"test -p \"$1\""_s, {pipe}).status, 0);
    }

    void foldersWithoutEnd()
    {
        // rename nests without a long path.
        QByteArray script = "mkdir /x\n";
        for (int i = 0; i < 4000; ++i) {
            script += "mkdir /n\nrename /x /n/x\nrename /n /x\n";
        }
        const auto out = m_workshop.path(u"deep.tar"_s);
        const auto ran = run(script, {u"--diff"_s, u"--upper"_s, u"--json"_s, u"--commit"_s, out});
        QCOMPARE(ran.status, 0);
        QVERIFY2(ran.err.contains("folders deep is left out"), ran.err.constData());
        QCOMPARE(runStrata({u"verify"_s, out}).status, 0);
    }

    void namesThatATarCannotKeepAreLeftOut()
    {
        const auto out = m_workshop.path(u"attributes.tar"_s);
        const auto ran = run("create /a\nsetfattr -n user.plain -v 1 /a\n"
                             "setfattr -n 'user.a=b' -v 2 /a\nsetfattr -n 'user.c%41' -v 3 /a\n",
                             {u"--commit"_s, out});
        QCOMPARE(ran.status, 0);
        QCOMPARE(ran.errorLines(), 2);
        const auto path =
            lineWith(runStrata({u"tree"_s, u"--json"_s, out, u"/a"_s}).lines(), u"path"_s, u"/a"_s);
        QCOMPARE(path[u"xattrs"_s].toObject().keys(), QStringList{u"user.plain"_s});
    }

    void attributesOfAnyName()
    {
        const auto ran = run("create /a\nsetfattr -n $'user.\\xff' -v 1 /a\n"
                             "setfattr -n $'user.\\xfe' -v 2 /a\nsetfattr -n user.b -v 3 /a\n",
                             {u"--upper"_s, u"--json"_s});
        QVERIFY2(ran.status == 0, ran.err.constData());
        QJsonObject named;
        QJsonObject raw;
        for (const auto& line : ran.lines()) {
            if (line[u"record"_s] == u"upper"_s && line[u"path"_s] == u"/a"_s) {
                named = line[u"xattrs"_s].toObject();
                raw = line[u"xattrs_base64"_s].toObject();
            }
        }
        QCOMPARE(named.keys(), QStringList{u"user.b"_s});
        QCOMPARE(raw.size(), 2);
        QCOMPARE(raw[QString::fromLatin1(QByteArray("user.\xff").toBase64())].toString(),
                 QString::fromLatin1(QByteArray("1").toBase64()));
    }

    void oddButRight()
    {
        const auto ran =
            run("chmod -w,+x /etc/hostname\nls /etc/hostname\nln -s nowhere /l\nls /l\n"
                "rm -f /etc/hostname/below\n");
        QVERIFY2(ran.status == 0, ran.err.constData());
        QVERIFY2(ran.out.contains("-r-xr-xr-x"), ran.out.constData());
        QVERIFY2(ran.out.contains("l -> nowhere"), ran.out.constData());
        QVERIFY(run("mkdir -m 2750 /m\nls\n").out.contains("drwxr-s---"));
        const auto device = run("mknod /d c 4096 0\n");
        QCOMPARE(device.status, 1);
        QVERIFY(device.err.contains("EINVAL"));
        const auto undo = run("undo 300000\n", {u"--keep-going"_s});
        QCOMPARE(undo.errorLines(), 1);
        QCOMPARE(run("create /a\n",
                     {u"--commit"_s, m_workshop.path(u"env.tar"_s), u"--env"_s, u"NOTHING"_s})
                     .status,
                 2);
    }

    void aLayerThatIsAbsentIsNoMiss()
    {
        ImageBuilder image;
        image.layer(TarBuilder().file("a", "a")).layer(TarBuilder().file("b", "b"));
        ArchiveBuilder archive(ArchiveForm::Oci);
        archive.image(image);
        archive.drop(archive.layerFile(image, 1));
        const auto partial = m_workshop.path(u"partial.tar"_s);
        archive.writeFile(partial.toStdString());
        const auto ran = shell(u"echo read /a | \"$0\" run \"$1\" -"_s, {partial});
        QVERIFY2(ran.out.contains("container miss, layer 1 absent, layer 0 hit"),
                 ran.out.constData());
        const auto json = shell(u"echo read /b | \"$0\" run --json \"$1\" -"_s, {partial});
        QCOMPARE(json.status, 1);
        QVERIFY2(json.out.contains("\"sight\":\"absent\""), json.out.constData());
    }

    void undoAndRedo()
    {
        const auto ran = run("create /a\ncreate /b\nundo 2\nredo\n", {u"--diff"_s});
        QCOMPARE(ran.status, 0);
        QVERIFY2(ran.out.endsWith("undo\nundo\nredo\nA /a\n"), ran.out.constData());
        const auto none = run("undo\n");
        QCOMPARE(none.status, 1);
        QVERIFY(none.err.contains("there is nothing to undo"));
    }

    void everyOperationIsTaken()
    {
        const auto file = m_workshop.file(u"from here"_s, toBytes("from here"));
        const auto script = "mkdir -p /deep/er -m 0700\n"
                            "touch /deep/er/t /etc/hostname\n"
                            "write /deep/w 'two words'\n"
                            "append /deep/w $'\\x21\\n'\n"
                            "edit /deep/w 0 T\n"
                            "truncate -s 3 /deep/w\n"
                            "put '" +
                            file.toUtf8() +
                            "' /deep/put\n"
                            "mknod /deep/null c 1 3\nmkfifo /deep/pipe\n"
                            "ln -s w /deep/link\nln /deep/w /deep/hard\n"
                            "chmod 4700 /deep/w\nchmod +X,u=rwxs /deep/w\n"
                            "chmod -r /deep/hard\nchmod u+r /deep/hard\nchown 5:6 /deep/put\nchown "
                            "-h :7 /deep/link\n"
                            "setfattr -n user.a -v 1 /deep/w\nsetfattr -x user.a /deep/w\n"
                            "rename /deep/put /deep/moved\nmv /deep/moved /deep/er\n"
                            "read /deep/link\ncat /deep/w\nls /deep\n"
                            "unlink /deep/pipe\nrm -f /none\nrm /deep/null\n"
                            "rm -rf /deep/er/t\nmkdir /d\nrmdir /d\n";
        const auto ran = run(script, {u"--upper"_s});
        QVERIFY2(ran.status == 0, ran.err.constData());
        const auto at = ran.out.indexOf("the upper directory");
        const auto upper = ran.out.mid(at).toStdString();
        QVERIFY2(upper.contains("  drwx------       0:0         -  /deep/er\n"
                                "  -rw-r--r--       5:6       9 B  /deep/er/moved\n"
                                "  -rws--x--x       0:0       3 B  /deep/hard\n"
                                "  lrwxrwxrwx       0:7         -  /deep/link -> w\n"
                                "  -rws--x--x       0:0       3 B  /deep/w\n"),
                 upper.c_str());
        QVERIFY2(upper.contains("  deep/hard\n"), upper.c_str());
        QVERIFY2(upper.contains("  deep/w = deep/hard\n"), upper.c_str());
        QVERIFY2(ran.out.contains("ls /deep\n  container drwx------"), ran.out.constData());
    }

    void committing_data()
    {
        QTest::addColumn<QStringList>("options");
        QTest::addColumn<QString>("format");
        QTest::newRow("nothing said") << QStringList() << u"oci-archive"_s;
        QTest::newRow("layout") << QStringList{u"--format"_s, u"oci-layout"_s} << u"oci-layout"_s;
        QTest::newRow("docker") << QStringList{u"--format"_s, u"docker-archive"_s}
                                << u"docker-archive"_s;
        QTest::newRow("zstd") << QStringList{u"--compression"_s, u"zstd"_s} << u"oci-archive"_s;
    }
    void committing()
    {
        QFETCH(QStringList, options);
        QFETCH(QString, format);
        const auto out = m_workshop.path(QString::fromLatin1(QTest::currentDataTag()));
        const auto ran =
            run("write /etc/motd hi\nrm /etc/shadow\n",
                options + QStringList{u"--commit"_s, out, u"--name"_s, u"a/b:1"_s, u"--message"_s,
                                      u"why"_s, u"--author"_s, u"me"_s, u"--env"_s, u"A=1"_s,
                                      u"--env"_s, u"B=2"_s, u"--cmd"_s, u"[\"bash\",\"-l\"]"_s});
        QVERIFY2(ran.status == 0, ran.err.constData());
        const auto info = runStrata({u"info"_s, u"--json"_s, out}).object();
        QCOMPARE(info[u"format"_s].toString(), format);
        QCOMPARE(runStrata({u"verify"_s, out}).status, 0);
        QCOMPARE(runStrata({u"cat"_s, out, u"/etc/motd"_s}).out, QByteArray("hi"));
        QCOMPARE(runStrata({u"cat"_s, out, u"/etc/shadow"_s}).status, 1);
        const auto layers = runStrata({u"layers"_s, u"--json"_s, out}).object();
        QCOMPARE(layers[u"layers"_s].toArray().size(), 4);
        const auto steps = layers[u"steps"_s].toArray();
        QCOMPARE(steps.last().toObject()[u"comment"_s].toString(), u"why"_s);
        const auto archive = strata::ImageArchive::open(out.toStdString(), {});
        VERIFY_OK(archive);
        const auto& runtime = (*archive)->images()[0].config.runtime;
        QCOMPARE(runtime.cmd, (std::vector{"bash"s, "-l"s}));
        QVERIFY(std::ranges::find(runtime.env, "A=1"s) != runtime.env.end());
        QVERIFY(std::ranges::find(runtime.env, "B=2"s) != runtime.env.end());
        // The same script at the same time is the same image.
        const auto again = out + u"-again"_s;
        run("write /etc/motd hi\nrm /etc/shadow\n",
            options + QStringList{u"--commit"_s, again, u"--name"_s, u"a/b:1"_s, u"--message"_s,
                                  u"why"_s, u"--author"_s, u"me"_s, u"--env"_s, u"A=1"_s,
                                  u"--env"_s, u"B=2"_s, u"--cmd"_s, u"[\"bash\",\"-l\"]"_s});
        const auto ids = [](const QString& path) {
            const auto images =
                runStrata({u"info"_s, u"--json"_s, path}).object()[u"images"_s].toArray();
            return images.first().toObject()[u"id"_s].toString();
        };
        QCOMPARE(ids(again), ids(out));
    }

    void nothingIsCommittedAfterARefusal()
    {
        const auto out = m_workshop.path(u"refused.tar"_s);
        QCOMPARE(run("rm /none\n", {u"--commit"_s, out}).status, 1);
        QVERIFY(!QFile::exists(out));
        const auto several =
            run("container a:\ncreate /x\ncontainer b:\ncreate /y\n", {u"--commit"_s, out});
        QCOMPARE(several.status, 2);
        QVERIFY(several.err.contains("say with --container which to commit"));
        QCOMPARE(run("container a:\ncreate /x\ncontainer b:\ncreate /y\n",
                     {u"--commit"_s, out, u"--container"_s, u"b"_s})
                     .status,
                 0);
        QCOMPARE(runStrata({u"cat"_s, out, u"/y"_s}).status, 0);
        QCOMPARE(runStrata({u"cat"_s, out, u"/x"_s}).status, 1);
    }

    void badUsage()
    {
        for (const auto& options :
             {QStringList{u"--format"_s, u"zip"_s}, QStringList{u"--compression"_s, u"xz"_s},
              QStringList{u"--commit"_s, m_workshop.path(u"c.tar"_s), u"--cmd"_s, u"[1]"_s}}) {
            const auto ran = run("create /a\n", options);
            QCOMPARE(ran.status, 2);
            QCOMPARE(ran.errorLines(), 1);
        }
        const auto none = runStrata({u"run"_s, m_image, u"/no/such/script"_s});
        QCOMPARE(none.status, 2);
        QVERIFY(none.err.startsWith("strata: /no/such/script: "));
    }

    void metacopy()
    {
        const auto ran = run("chmod 600 /etc/hostname\n", {u"--metacopy"_s, u"--upper"_s});
        QVERIFY(ran.out.contains("copied up /etc/hostname, its metadata alone, from layer 1\n"));
        QVERIFY(ran.out.contains("(metacopy: the content is the image's)\n"));
    }

private:
    Ran run(const QByteArray& script, const QStringList& options = {})
    {
        const auto file =
            m_workshop.file(u"script"_s, toBytes({script.constData(), std::size_t(script.size())}));
        m_script = u"strata: "_s + file;
        return runStrata(QStringList{u"run"_s} + options + QStringList{m_image, file});
    }

    Workshop m_workshop;
    QString m_image;
    QString m_script;
};

QTEST_GUILESS_MAIN(TestCliRun)
#include "tst_cli_run.moc"
