// SPDX-License-Identifier: Apache-2.0
#include "bytes.h"
#include "check.h"

#include "base/hash_seed.h"
#include "io/hasher.h"

using namespace strata;
using namespace strata::test;
using namespace std::string_literals;

class TestHasher : public QObject
{
    Q_OBJECT

private slots:
    void knowsThePublishedAnswers();
    void partsGiveTheSameAsTheWhole();
    void theEmptyLayerHasItsWellKnownDigest();
    void contentHashIsOfTheBytesAlone();
    void contentHashStartsOver();
    void contentHashesCannotBeForetold();
};

void TestHasher::knowsThePublishedAnswers()
{
    QCOMPARE(sha256(""s).text(),
             "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"s);
    QCOMPARE(sha256("abc"s).text(),
             "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"s);
    Hasher hasher("sha512");
    hasher.add("abc"s);
    QCOMPARE(hasher.finish().text(),
             "sha512:ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
             "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"s);
}

void TestHasher::partsGiveTheSameAsTheWhole()
{
    const auto bytes = noise(100'000);
    Hasher hasher;
    for (std::size_t at = 0; at < bytes.size(); at += 777) {
        hasher.add(std::span(bytes).subspan(at, std::min<std::size_t>(777, bytes.size() - at)));
    }
    QCOMPARE(hasher.finish(), sha256(std::span<const std::byte>(bytes)));
}

void TestHasher::theEmptyLayerHasItsWellKnownDigest()
{
    const Bytes zeros(1024);
    QCOMPARE(sha256(std::span<const std::byte>(zeros)).text(),
             "sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"s);
}

void TestHasher::contentHashIsOfTheBytesAlone()
{
    const auto bytes = noise(5000);
    ContentHasher whole;
    whole.add(bytes);
    ContentHasher parts;
    parts.add(std::span(bytes).first(1234));
    parts.add(std::span(bytes).subspan(1234));
    QCOMPARE(parts.value(), whole.value());
    parts.add(toBytes("x"));
    QVERIFY(parts.value() != whole.value());
}

void TestHasher::contentHashStartsOver()
{
    ContentHasher hasher;
    hasher.add(toBytes("something"));
    hasher.reset();
    QCOMPARE(hasher.value(), ContentHasher().value());
}

// Whoever knows the hash of some bytes beforehand can choose others of the same hash.
void TestHasher::contentHashesCannotBeForetold()
{
    constexpr std::uint64_t unseeded = 0x2d06800538d394c2ULL; // XXH3 of nothing
    QVERIFY(ContentHasher().value() != unseeded);
    QVERIFY(hashSeed() != 0);
    QCOMPARE(hashSeed(), hashSeed());
}

QTEST_GUILESS_MAIN(TestHasher)
#include "tst_hasher.moc"
