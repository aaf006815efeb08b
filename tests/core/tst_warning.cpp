// SPDX-License-Identifier: Apache-2.0
#include "base/limits.h"
#include "base/warning.h"

#include "check.h"

using namespace strata;
using namespace std::string_literals;

class TestWarning : public QObject
{
    Q_OBJECT

private slots:
    void keepsTheOrder();
    void boundsEachKind();
    void appendKeepsTheBounds();
};

void TestWarning::keepsTheOrder()
{
    WarningList list;
    QVERIFY(list.empty());
    list.add(WarningCode::BadWhiteout, "one");
    list.add(WarningCode::DuplicateEntry, "two");
    QCOMPARE(list.items().size(), std::size_t{2});
    QCOMPARE(list.items()[0].text, "one"s);
    QVERIFY(list.has(WarningCode::DuplicateEntry));
    QVERIFY(!list.has(WarningCode::Other));
    QCOMPARE(list.texts().size(), std::size_t{2});
}

void TestWarning::boundsEachKind()
{
    WarningList list;
    for (int i = 0; i < 100'000; ++i) {
        list.add(WarningCode::PathEscapes, "escape " + std::to_string(i));
    }
    list.add(WarningCode::BadWhiteout, "another kind");
    QCOMPARE(list.items().size(), limits::warningsOfOneKind + 1);
    const auto texts = list.texts();
    QCOMPARE(texts.size(), limits::warningsOfOneKind + 2);
    QVERIFY(texts.back().find(std::to_string(100'000 - limits::warningsOfOneKind)) !=
            std::string::npos);
}

void TestWarning::appendKeepsTheBounds()
{
    WarningList one;
    WarningList two;
    for (int i = 0; i < 15; ++i) {
        one.add(WarningCode::Other, "one");
        two.add(WarningCode::Other, "two");
    }
    one.append(two);
    QCOMPARE(one.items().size(), limits::warningsOfOneKind);
    QCOMPARE(one.items().back().text, "two"s);
    QVERIFY(one.texts().back().find("10 more") != std::string::npos);
    one.append(two);
    QVERIFY(one.texts().back().find("25 more") != std::string::npos);
}

QTEST_GUILESS_MAIN(TestWarning)
#include "tst_warning.moc"
