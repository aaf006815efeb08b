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

QTEST_GUILESS_MAIN(TestNamePool)
#include "tst_name_pool.moc"
