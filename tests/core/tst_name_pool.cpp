// SPDX-License-Identifier: Apache-2.0
#include "base/name_pool.h"

#include "check.h"

using namespace strata;
using namespace std::string_literals;

class TestNamePool : public QObject
{
    Q_OBJECT

private slots:
    void equalNamesHaveOneId();
    void namesAreBytes();
    void manyNamesKeepTheirIds();
    void frozenNamesStayReadable();
    void copiesAreIndependent();
    void findingMakesNothing();
    void namesThatWouldCollideCostNoMore();
};

void TestNamePool::equalNamesHaveOneId()
{
    NamePool pool;
    const auto a = pool.intern("usr");
    const auto b = pool.intern("bin");
    QVERIFY(a.valid());
    QVERIFY(a != b);
    QCOMPARE(pool.intern("usr"), a);
    QCOMPARE(pool.size(), std::size_t{2});
    QCOMPARE(std::string(pool.at(b)), "bin"s);
}

void TestNamePool::namesAreBytes()
{
    NamePool pool;
    const auto withNul = "a\0b"s;
    const auto a = pool.intern(withNul);
    const auto b = pool.intern("a");
    const auto empty = pool.intern("");
    const auto invalid = pool.intern("\xff\xfe");
    QCOMPARE(std::string(pool.at(a)), withNul);
    QCOMPARE(std::string(pool.at(b)), "a"s);
    QCOMPARE(std::string(pool.at(empty)), ""s);
    QCOMPARE(std::string(pool.at(invalid)), "\xff\xfe"s);
    QCOMPARE(pool.size(), std::size_t{4});
}

void TestNamePool::manyNamesKeepTheirIds()
{
    constexpr std::uint32_t count = 20'000;
    NamePool pool;
    for (std::uint32_t i = 0; i < count; ++i) {
        QCOMPARE(pool.intern("name" + std::to_string(i)).value, i);
    }
    for (std::uint32_t i = 0; i < count; ++i) {
        QCOMPARE(pool.intern("name" + std::to_string(i)).value, i);
        QCOMPARE(std::string(pool.at({i})), "name" + std::to_string(i));
    }
    QCOMPARE(pool.size(), std::size_t{count});
}

void TestNamePool::frozenNamesStayReadable()
{
    NamePool pool;
    const auto a = pool.intern("a");
    const auto before = pool.bytes();
    pool.freeze();
    QCOMPARE(std::string(pool.at(a)), "a"s);
    QVERIFY(pool.bytes() < before);
}

void TestNamePool::copiesAreIndependent()
{
    NamePool pool;
    const auto a = pool.intern("a");
    NamePool copy = pool;
    copy.intern("b");
    QCOMPARE(pool.size(), std::size_t{1});
    QCOMPARE(copy.size(), std::size_t{2});
    QCOMPARE(std::string(copy.at(a)), "a"s);
}

void TestNamePool::findingMakesNothing()
{
    NamePool pool;
    QVERIFY(!pool.find("a").valid());
    const auto a = pool.intern("a");
    QCOMPARE(pool.find("a"), a);
    QVERIFY(!pool.find("b").valid());
    QCOMPARE(pool.size(), std::size_t{1});
    QCOMPARE(pool.textBytes(), std::size_t{1});
}

// The first eight bytes cancel out a part of XXH3's own key, so that without a seed the next eight
// do not matter, and each name would be compared with all before it.
void TestNamePool::namesThatWouldCollideCostNoMore()
{
    constexpr std::uint32_t count = 400'000;
    NamePool pool;
    for (std::uint32_t i = 0; i < count; ++i) {
        const auto number = std::to_string(10'000'000 + i);
        pool.intern("\xb8\xfe\x6c\x39\x23\xa4\x4b\xbe"s + number + "0123456789abcdef");
    }
    QCOMPARE(pool.size(), std::size_t{count});
}

QTEST_GUILESS_MAIN(TestNamePool)
#include "tst_name_pool.moc"
