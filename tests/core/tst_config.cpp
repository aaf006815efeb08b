// SPDX-License-Identifier: Apache-2.0
#include "bytes.h"
#include "check.h"
#include "image_builder.h"
#include "tree_text.h"

#include "base/limits.h"
#include "image/config.h"

using namespace strata;
using namespace strata::test;
using namespace std::string_literals;

namespace {

const std::string diffA = "sha256:" + std::string(64, 'a');
const std::string diffB = "sha256:" + std::string(64, 'b');

std::string withRootfs(const std::string& more)
{
    return R"({"architecture":"amd64","os":"linux",)" + more +
           R"("rootfs":{"type":"layers","diff_ids":[")" + diffA + R"(",")" + diffB + R"("]}})";
}

std::string pairsText(const std::vector<std::pair<std::string, std::string>>& pairs)
{
    std::string out;
    for (const auto& [key, value] : pairs) {
        out += key + "=" + value + "\n";
    }
    return out;
}

std::string joined(const std::vector<std::string>& items)
{
    std::string out;
    for (const auto& item : items) {
        out += (out.empty() ? "" : " | ") + item;
    }
    return out;
}

} // namespace

class TestConfig : public QObject
{
    Q_OBJECT

private slots:
    void readsWhatTheBuilderWrites();
    void readsEveryField();
    void everyOptionalFieldMayBeNull();
    void everyOptionalFieldMayBeAbsent();
    void unknownFieldsAreNoError();
    void historyMayHoldNulls();
    void aMissingRootfsHasNoLayers();
    void brokenDocuments_data();
    void brokenDocuments();
    void wrongShapesDoNotCrash_data();
    void wrongShapesDoNotCrash();
    void badDiffIdsAreNeverTaken();
    void deepNestingIsRefused();
    void hugeDocumentsAreRefused();
    void historiesWithoutEndAreCut();
    void duplicateKeysDoNotCrash();
    void textThatIsNotUtf8DoesNotCrash();
    void chainIdsFollowTheSpec();
};

void TestConfig::readsWhatTheBuilderWrites()
{
    ImageBuilder image;
    image.layer(TarBuilder().file("a"), "COPY a /")
        .step("CMD [\"sh\"]")
        .platform("linux", "arm", "v7")
        .runtime(R"({"Env":["A=b"],"Cmd":["sh"]})");
    const auto config = parseConfig(image.config());
    VERIFY_OK(config);
    QCOMPARE(config->platform.text(), "linux/arm/v7"s);
    QCOMPARE(config->diffIds.size(), std::size_t{1});
    QCOMPARE(config->diffIds[0].text(), image.diffId(0));
    QCOMPARE(config->history.size(), std::size_t{2});
    QCOMPARE(config->history[0].createdBy, "COPY a /"s);
    QVERIFY(!config->history[0].emptyLayer);
    QVERIFY(config->history[1].emptyLayer);
    QCOMPARE(joined(config->runtime.env), "A=b"s);
    QVERIFY(config->warnings.empty());
}

void TestConfig::readsEveryField()
{
    const auto config = parseConfig(withRootfs(R"(
        "created":"2024-01-02T03:04:05.678Z","author":"somebody","variant":"v8","os.version":"10.0",
        "config":{"User":"1000:1000","ExposedPorts":{"80/tcp":{},"443/tcp":{}},
          "Env":["PATH=/bin","EMPTY="],"Entrypoint":["/init","--"],"Cmd":["sh","-c","true"],
          "Volumes":{"/data":{}},"WorkingDir":"/work","Labels":{"k":"v","e":""},
          "StopSignal":"SIGQUIT","Shell":["/bin/bash","-c"]},
        "history":[{"created":"2024-01-01T00:00:00Z","created_by":"ADD x","author":"me",
          "comment":"words","empty_layer":false},{"created_by":"RUN y"}],)"));
    VERIFY_OK(config);
    QCOMPARE(config->platform.text(), "linux/amd64/v8"s);
    QCOMPARE(config->platform.osVersion, "10.0"s);
    QCOMPARE(config->created.value_or("none"), "2024-01-02T03:04:05.678Z"s);
    QCOMPARE(config->author, "somebody"s);
    QCOMPARE(config->diffIds.size(), std::size_t{2});
    QCOMPARE(config->history[0].created, "2024-01-01T00:00:00Z"s);
    QCOMPARE(config->history[0].author, "me"s);
    QCOMPARE(config->history[0].comment, "words"s);
    const auto& runtime = config->runtime;
    QCOMPARE(runtime.user, "1000:1000"s);
    QCOMPARE(runtime.workingDir, "/work"s);
    QCOMPARE(runtime.stopSignal, "SIGQUIT"s);
    QCOMPARE(joined(runtime.env), "PATH=/bin | EMPTY="s);
    QCOMPARE(joined(runtime.entrypoint), "/init | --"s);
    QCOMPARE(joined(runtime.cmd), "sh | -c | true"s);
    QCOMPARE(joined(runtime.shell), "/bin/bash | -c"s);
    QCOMPARE(joined(runtime.volumes), "/data"s);
    QCOMPARE(runtime.exposedPorts.size(), std::size_t{2});
    auto labels = runtime.labels;
    std::ranges::sort(labels);
    QCOMPARE(pairsText(labels), "e=\nk=v\n"s);
}

void TestConfig::everyOptionalFieldMayBeNull()
{
    const auto config = parseConfig(withRootfs(R"(
        "created":null,"author":null,"variant":null,"os.version":null,"os.features":null,
        "config":{"User":null,"ExposedPorts":null,"Env":null,"Entrypoint":null,"Cmd":null,
          "Volumes":null,"WorkingDir":null,"Labels":null,"StopSignal":null,"Shell":null,
          "OnBuild":null,"Healthcheck":null},
        "container_config":null,"history":null,)"));
    VERIFY_OK(config);
    QCOMPARE(config->diffIds.size(), std::size_t{2});
    QVERIFY(config->history.empty());
    QVERIFY(!config->created);
    QVERIFY(config->runtime.env.empty());
    VERIFY_OK(parseConfig(withRootfs(R"("config":null,)")));
}

void TestConfig::everyOptionalFieldMayBeAbsent()
{
    const auto config = parseConfig(withRootfs(""));
    VERIFY_OK(config);
    QCOMPARE(config->diffIds.size(), std::size_t{2});
    QVERIFY(config->history.empty());
}

void TestConfig::unknownFieldsAreNoError()
{
    const auto config = parseConfig(
        withRootfs(R"("moby.buildkit.cache.v0":[1,2],"x":{"y":[null]},"docker_version":"1",)"));
    VERIFY_OK(config);
    QVERIFY(config->warnings.empty());
}

void TestConfig::historyMayHoldNulls()
{
    const auto config = parseConfig(withRootfs(
        R"("history":[{"created":null,"created_by":null,"comment":null,"author":null,
           "empty_layer":null},{},{"created_by":"x","empty_layer":true}],)"));
    VERIFY_OK(config);
    QCOMPARE(config->history.size(), std::size_t{3});
    QVERIFY(!config->history[0].emptyLayer);
    QVERIFY(!config->history[1].emptyLayer);
    QVERIFY(config->history[2].emptyLayer);
}

void TestConfig::aMissingRootfsHasNoLayers()
{
    for (const auto* text : {"{}", R"({"rootfs":null})", R"({"rootfs":{"type":"layers"}})",
                             R"({"rootfs":{"type":"layers","diff_ids":null}})"}) {
        const auto config = parseConfig(text);
        VERIFY_OK(config);
        QVERIFY(config->diffIds.empty());
    }
}

void TestConfig::brokenDocuments_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("nothing") << QByteArray("");
    QTest::newRow("text") << QByteArray("hello");
    QTest::newRow("cut") << QByteArray(R"({"os":"linux")");
    QTest::newRow("array") << QByteArray("[]");
    QTest::newRow("null") << QByteArray("null");
    QTest::newRow("number") << QByteArray("42");
    QTest::newRow("two documents") << QByteArray("{}{}");
    QTest::newRow("NULs") << QByteArray(100, '\0');
}

void TestConfig::brokenDocuments()
{
    QFETCH(QByteArray, text);
    const auto config = parseConfig(text.toStdString());
    QCOMPARE(outcome(config), "Malformed"s);
    QVERIFY(!config.error().what.empty());
}

void TestConfig::wrongShapesDoNotCrash_data()
{
    QTest::addColumn<QByteArray>("field");
    QTest::newRow("history is an object") << QByteArray(R"("history":{"a":1},)");
    QTest::newRow("history holds numbers") << QByteArray(R"("history":[1,"x",null,[]],)");
    QTest::newRow("created_by is a list") << QByteArray(R"("history":[{"created_by":["x"]}],)");
    QTest::newRow("empty_layer is a word") << QByteArray(R"("history":[{"empty_layer":"yes"}],)");
    QTest::newRow("config is a list") << QByteArray(R"("config":[],)");
    QTest::newRow("Env is a word") << QByteArray(R"("config":{"Env":"A=b"},)");
    QTest::newRow("Env holds numbers") << QByteArray(R"("config":{"Env":[1,null,{}]},)");
    QTest::newRow("Cmd is a word") << QByteArray(R"("config":{"Cmd":"sh -c x"},)");
    QTest::newRow("Labels is a list") << QByteArray(R"("config":{"Labels":["a"]},)");
    QTest::newRow("Labels holds numbers") << QByteArray(R"("config":{"Labels":{"a":1}},)");
    QTest::newRow("Volumes is a list") << QByteArray(R"("config":{"Volumes":["/a"]},)");
    QTest::newRow("created is a number") << QByteArray(R"("created":12,)");
    QTest::newRow("author is an object") << QByteArray(R"("author":{},)");
    QTest::newRow("variant is a number") << QByteArray(R"("variant":7,)");
    QTest::newRow("User is a number") << QByteArray(R"("config":{"User":0},)");
}

void TestConfig::wrongShapesDoNotCrash()
{
    QFETCH(QByteArray, field);
    const auto config = parseConfig(withRootfs(field.toStdString()));
    if (config) {
        QCOMPARE(config->diffIds.size(), std::size_t{2});
    } else {
        QCOMPARE(outcome(config), "Malformed"s);
    }
}

void TestConfig::badDiffIdsAreNeverTaken()
{
    for (const auto* ids : {R"(["sha256:../../../etc/passwd"])", R"([""])", R"([7])", R"("x")",
                            R"({"a":1})", R"(["md5:00"])"}) {
        const auto config = parseConfig(R"({"rootfs":{"diff_ids":)" + std::string(ids) + "}}");
        QVERIFY(!config || config->diffIds.empty());
        if (!config) {
            QCOMPARE(outcome(config), "Malformed"s);
        }
    }
}

void TestConfig::deepNestingIsRefused()
{
    for (const std::size_t depth : {1'000U, 1'000'000U}) {
        const auto arrays = std::string(depth, '[') + std::string(depth, ']');
        QCOMPARE(outcome(parseConfig(withRootfs(R"("x":)" + arrays + ","))), "LimitExceeded"s);
        std::string objects;
        for (std::size_t i = 0; i < depth; ++i) {
            objects += R"({"a":)";
        }
        QVERIFY(!parseConfig(objects));
    }
}

void TestConfig::hugeDocumentsAreRefused()
{
    const auto text = withRootfs(R"("x":")" + std::string(200'000'000, 'x') + R"(",)");
    QCOMPARE(outcome(parseConfig(text)), "LimitExceeded"s);
}

void TestConfig::historiesWithoutEndAreCut()
{
    std::string items;
    for (std::size_t i = 0; i <= limits::historyItems; ++i) {
        items += i == 0 ? "{}" : ",{}";
    }
    const auto config = parseConfig(withRootfs(R"("history":[)" + items + "],"));
    VERIFY_OK(config);
    QCOMPARE(config->history.size(), limits::historyItems);
    QVERIFY(config->warnings.has(WarningCode::LimitReached));
}

void TestConfig::duplicateKeysDoNotCrash()
{
    VERIFY_OK(parseConfig(withRootfs(R"("os":"windows","os":"linux",)")));
}

void TestConfig::textThatIsNotUtf8DoesNotCrash()
{
    const auto config = parseConfig(withRootfs("\"author\":\"\xff\xfe\","));
    if (!config) {
        QCOMPARE(outcome(config), "Malformed"s);
    }
}

void TestConfig::chainIdsFollowTheSpec()
{
    const auto a = Digest::parse(diffA);
    const auto b = Digest::parse(diffB);
    VERIFY_OK(a);
    VERIFY_OK(b);
    const auto chain = chainIds({*a, *b, *b});
    QCOMPARE(chain.size(), std::size_t{3});
    QCOMPARE(chain[0].text(), diffA);
    const auto second = sha256Text(toBytes(diffA + " " + diffB));
    QCOMPARE(chain[1].text(), second);
    QCOMPARE(chain[2].text(), sha256Text(toBytes(second + " " + diffB)));
    QVERIFY(chainIds({}).empty());
}

QTEST_GUILESS_MAIN(TestConfig)
#include "tst_config.moc"
