// SPDX-License-Identifier: Apache-2.0
#include "archive_text.h"
#include "check.h"

#include "base/limits.h"
#include "tree/opened_image.h"

using namespace strata;
using namespace strata::test;

/// What comparing contents costs; what it decides is told by tst_merged_tree.
class TestContentResolver : public QObject
{
    Q_OBJECT

private slots:
    void reachesTheTotalThoughContentsDifferEarly();
    void leavesVastHolesAlone();
    void boundsHolesInAll();
};

void TestContentResolver::reachesTheTotalThoughContentsDifferEarly()
{
    auto other = toText(noise(3'000'000));
    other[0] = static_cast<char>(other[0] ^ 1);
    const auto image = loadTars({TarBuilder().file("a", toText(noise(3'000'000))).file("b", "x"),
                                 TarBuilder().file("a", other).file("b", "y")},
                                {Compression::None});
    QVERIFY(image);
    Progress last;
    VERIFY_OK(resolveContents(*image, {{}, [&](const Progress& p) { last = p; }}));
    QCOMPARE(last.total, std::uint64_t{3'000'001});
    QCOMPARE(last.done, last.total);
}

void TestContentResolver::leavesVastHolesAlone()
{
    // A few bytes that claim to be two exabytes, twice: comparing them would never end.
    const auto tar = TarBuilder().sparse(SparseForm::Pax10, "a", {{0, "x"}}, 1ULL << 61U);
    const auto image =
        loadTars({tar, TarBuilder().dir("d"), tar, TarBuilder(tar).file("b")}, {Compression::None});
    QVERIFY(image);
    const auto resolved = resolveContents(*image, {});
    VERIFY_OK(resolved);
    QVERIFY((*resolved)->tree->undecidedCount() > 0);
}

void TestContentResolver::boundsHolesInAll()
{
    // Each is small enough by itself, and different from the first byte on.
    constexpr std::uint64_t size = limits::comparedHoles / 3;
    const auto layer = [](const std::string& first) {
        TarBuilder tar;
        for (const std::string_view name : {"a", "b", "c", "d", "e"}) {
            tar.sparse(SparseForm::Pax10, name, {{0, first}}, size);
        }
        return tar;
    };
    for (const auto compression : {Compression::None, Compression::Gzip}) {
        const auto image = loadTars({layer("x"), layer("y")}, {compression});
        QVERIFY(image);
        QCOMPARE(image->tree->undecidedCount(), std::uint64_t{5});
        const auto resolved = resolveContents(*image, {});
        VERIFY_OK(resolved);
        QCOMPARE((*resolved)->tree->undecidedCount(), std::uint64_t{2});
    }
}

QTEST_GUILESS_MAIN(TestContentResolver)
#include "tst_content_resolver.moc"
