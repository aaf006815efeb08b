// SPDX-License-Identifier: Apache-2.0
// Archives that end early, as a broken download leaves them: what is left is shown, and it is said
// that something is missing, whether or not the archive is itself compressed.
#include "archive_text.h"
#include "check.h"
#include "compressions.h"
#include "tree_text.h"

using namespace strata;
using namespace strata::test;
using namespace std::string_literals;

class TestCutArchive : public QObject
{
    Q_OBJECT

private slots:
    void aCutRootfsShowsWhatIsLeft_data() { addCompressionRows(); }
    void aCutRootfsShowsWhatIsLeft();
    void aRootfsCutBetweenMembersSaysSo_data();
    void aRootfsCutBetweenMembersSaysSo();
    void aTarCutBeforeAnythingIsKnownOfItIsTruncated_data() { addCompressionRows(); }
    void aTarCutBeforeAnythingIsKnownOfItIsTruncated();
    void aCutImageShowsWhatIsLeft_data() { addCompressionRows(); }
    void aCutImageShowsWhatIsLeft();
};

namespace {

/// `tar` up to `size`. Compressed, the rest is lost in the first bytes of a second frame, so that
/// exactly these come out before the damage; of xz libarchive holds back up to 64 KiB.
Bytes cut(const Bytes& tar, std::size_t size, Compression compression)
{
    const auto bytes = std::span(tar);
    auto left = compress(bytes.first(size), compression);
    if (compression != Compression::None) {
        const auto rest = compress(bytes.subspan(size), compression);
        left.insert(left.end(), rest.begin(), rest.begin() + 12);
    }
    return left;
}

} // namespace

void TestCutArchive::aCutRootfsShowsWhatIsLeft()
{
    QFETCH(Compression, compression);
    TarBuilder tar;
    tar.dir("etc").file("etc/hostname", "h").file("usr/lib", std::string(100'000, 'x'));
    const auto archive = openArchive(cut(tar.bytes(), tar.size() - 20'000, compression));
    VERIFY_OK(archive);
    QCOMPARE(warningKinds((*archive)->warnings()), "LayerDamaged"s);
    QVERIFY(treeOf(*archive).starts_with("dir /etc 0755 L0\n"));
    QVERIFY(treeOf(*archive).contains("file /etc/hostname 1 L0\n"));
}

void TestCutArchive::aRootfsCutBetweenMembersSaysSo_data()
{
    addCompressionRows({Compression::Gzip, Compression::Zstd});
}

void TestCutArchive::aRootfsCutBetweenMembersSaysSo()
{
    // A tar may end here (RULES.md, 34); what it was compressed with may not.
    QFETCH(Compression, compression);
    TarBuilder tar;
    tar.dir("etc").file("etc/hostname", "h");
    const auto archive = openArchive(cut(tar.bytes(), tar.size(), compression));
    VERIFY_OK(archive);
    QCOMPARE(warningKinds((*archive)->warnings()), "LayerDamaged"s);
    QVERIFY(treeOf(*archive).contains("file /etc/hostname 1 L0\n"));
}

void TestCutArchive::aTarCutBeforeAnythingIsKnownOfItIsTruncated()
{
    QFETCH(Compression, compression);
    TarBuilder tar;
    tar.file("0123.tar", std::string(100'000, 'x'));
    const auto archive = openArchive(cut(tar.bytes(), tar.size() - 20'000, compression));
    QCOMPARE(outcome(archive), "Truncated"s);
    QVERIFY(archive.error().what.contains("cut off"));
}

void TestCutArchive::aCutImageShowsWhatIsLeft()
{
    QFETCH(Compression, compression);
    ImageBuilder image;
    image.layer(TarBuilder().file("base", "b")).layer(TarBuilder().file("top", "t"));
    const ArchiveBuilder builder =
        ArchiveBuilder(ArchiveForm::Docker25)
            .image(image)
            .add({ArchiveMember::Kind::File, "last", Bytes(100'000), {}});
    const auto whole = builder.bytes();
    const auto archive = openArchive(cut(whole, whole.size() - 1024 - 20'000, compression));
    VERIFY_OK(archive);
    QCOMPARE(warningKinds((*archive)->warnings()), "LayerDamaged"s);
    QCOMPARE(treeOf(*archive), "file /base 1 L0\nfile /top 1 L1\n"s);
}

QTEST_GUILESS_MAIN(TestCutArchive)
#include "tst_cut_archive.moc"
