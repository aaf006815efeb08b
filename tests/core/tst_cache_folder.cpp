// SPDX-License-Identifier: Apache-2.0
// The folder of the cache: ours alone, files whole or not at all, never larger than it may be.
#include "bytes.h"
#include "check.h"

#include "cache/cache_folder.h"
#include "cache/index_cache.h"

#include <QTemporaryDir>

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <thread>

#include <sys/stat.h>

using namespace strata;
using namespace strata::test;
using namespace std::string_literals;
namespace fs = std::filesystem;

namespace {

struct Fixture
{
    QTemporaryDir temporary;
    fs::path outer = temporary.path().toStdString();
    fs::path path = outer / "cache" / "stratascope" / "index";
    std::unique_ptr<CacheFolder> folder = CacheFolder::open(path).value_or(nullptr);

    static std::string name(char digit) { return CacheFolder::entryName(std::string(64, digit)); }
    bool write(char digit, std::string_view text) const
    {
        const std::array parts = {std::as_bytes(std::span(text))};
        return folder->write(name(digit), parts);
    }
    std::string read(char digit, std::uint64_t most = 1 << 20) const
    {
        const auto bytes = folder->read(name(digit), most);
        return bytes ? toText(bytes->all()) : "none";
    }
    void age(const std::string& file, int seconds) const
    {
        fs::last_write_time(path / file,
                            fs::file_time_type::clock::now() - std::chrono::seconds(seconds));
    }
    static unsigned mode(const fs::path& file)
    {
        struct stat info = {};
        return ::lstat(file.c_str(), &info) == 0 ? info.st_mode & 07777U : 0U;
    }
};

} // namespace

class TestCacheFolder : public QObject
{
    Q_OBJECT

private slots:
    void nobodyElseReadsIt()
    {
        const auto mask = ::umask(0);
        const Fixture f;
        QVERIFY(f.folder);
        QVERIFY(f.write('a', "text"));
        ::umask(mask);
        for (const auto& folder : {f.path, f.path.parent_path(), f.outer / "cache"}) {
            QCOMPARE(Fixture::mode(folder), 0700U);
        }
        for (const auto& entry : fs::directory_iterator(f.path)) {
            QCOMPARE(Fixture::mode(entry.path()), 0600U);
        }
    }

    void whatIsWrittenIsRead()
    {
        const Fixture f;
        QCOMPARE(f.read('a'), "none"s);
        QVERIFY(f.write('a', "one"));
        QVERIFY(f.write('a', "another"));
        QCOMPARE(f.read('a'), "another"s);
        QCOMPARE(f.read('a', 6), "none"s);
        f.folder->remove(Fixture::name('a'));
        QCOMPARE(f.read('a'), "none"s);
    }

    void theSecretStays()
    {
        const Fixture f;
        QVERIFY(f.folder->secret() != 0);
        const auto again = CacheFolder::open(f.path);
        VERIFY_OK(again);
        QCOMPARE((*again)->secret(), f.folder->secret());
        const Fixture other;
        QVERIFY(other.folder->secret() != f.folder->secret());
    }

    void aSecretThatIsNoneIsMadeAnew_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<int>("mode");
        QTest::newRow("empty") << QByteArray() << 0600;
        QTest::newRow("foreign") << QByteArray("some text of 16 ") << 0600;
        QTest::newRow("zero") << QByteArray("StratSd1\0\0\0\0\0\0\0\0", 16) << 0600;
        QTest::newRow("seen by others") << QByteArray("StratSd1abcdefgh", 16) << 0644;
    }
    void aSecretThatIsNoneIsMadeAnew()
    {
        QFETCH(const QByteArray, text);
        QFETCH(const int, mode);
        const Fixture f;
        const auto file = f.path / "seed";
        writeFile(file,
                  std::as_bytes(std::span(text.data(), static_cast<std::size_t>(text.size()))));
        ::chmod(file.c_str(), static_cast<mode_t>(mode));
        const auto again = CacheFolder::open(f.path);
        VERIFY_OK(again);
        QVERIFY((*again)->secret() != 0);
        QCOMPARE(Fixture::mode(file), 0600U);
        QCOMPARE(fs::file_size(file), std::uintmax_t{16});
        QVERIFY(toText(readFile(file)) != text.toStdString());
    }

    void processesAgreeOnOneSecret()
    {
        const QTemporaryDir temporary;
        const fs::path path = fs::path(temporary.path().toStdString()) / "a" / "b" / "c";
        std::array<std::uint64_t, 16> secrets{};
        {
            std::vector<std::jthread> threads;
            for (auto& secret : secrets) {
                threads.emplace_back([&secret, &path] {
                    const auto folder = CacheFolder::open(path);
                    secret = folder ? (*folder)->secret() : 0;
                });
            }
        }
        QVERIFY(secrets.front() != 0);
        QVERIFY(std::ranges::all_of(secrets, [&](auto s) { return s == secrets.front(); }));
    }

    void aFolderThatOthersWriteToIsRefused()
    {
        for (const auto level : {0, 1}) {
            const Fixture f;
            const auto wide = level == 0 ? f.path : f.path.parent_path();
            ::chmod(wide.c_str(), 0770);
            QCOMPARE(outcome(CacheFolder::open(f.path)), "Denied"s);
            ::chmod(wide.c_str(), 0700);
            QCOMPARE(outcome(CacheFolder::open(f.path)), "ok"s);
        }
    }

    void linksAreNotFollowed()
    {
        const Fixture f;
        const auto other = f.outer / "cache" / "stratascope" / "other";
        fs::create_directory_symlink(f.path, other);
        QVERIFY(!CacheFolder::open(other));
        QVERIFY(f.write('a', "text"));
        fs::create_symlink(f.path / Fixture::name('a'), f.path / Fixture::name('b'));
        QCOMPARE(f.read('b'), "none"s);
        QVERIFY(!f.folder->contains(Fixture::name('b')));
        writeFile(f.outer / "outside", toBytes("outside"));
        fs::create_symlink(f.outer / "outside", f.path / Fixture::name('c'));
        QVERIFY(f.write('c', "mine"));
        QCOMPARE(toText(readFile(f.outer / "outside")), "outside"s);
        QCOMPARE(f.read('c'), "mine"s);
    }

    void whatIsNoFileIsNotRead()
    {
        const Fixture f;
        QCOMPARE(::mkfifo((f.path / Fixture::name('a')).c_str(), 0600), 0);
        fs::create_directory(f.path / Fixture::name('b'));
        QCOMPARE(f.read('a'), "none"s);
        QCOMPARE(f.read('b'), "none"s);
        QVERIFY(!f.write('b', "text"));
        QVERIFY(f.write('a', "text"));
        QCOMPARE(f.read('a'), "text"s);
    }

    void twoNamesCountOnce()
    {
        const Fixture f;
        QVERIFY(f.write('a', "four"));
        QVERIFY(f.folder->share(Fixture::name('a'), Fixture::name('b')));
        QVERIFY(f.folder->share(Fixture::name('a'), Fixture::name('b')));
        QVERIFY(!f.folder->share(Fixture::name('x'), Fixture::name('y')));
        QCOMPARE(f.read('b'), "four"s);
        QCOMPARE(f.folder->usage().entries, std::uint64_t{1});
        QCOMPARE(f.folder->usage().bytes, std::uint64_t{4});
        QCOMPARE(std::distance(fs::directory_iterator(f.path), {}), 3); // and the secret
        f.folder->remove(Fixture::name('a'));
        QCOMPARE(f.read('b'), "four"s);
    }

    void thoseUsedLongestAgoGoFirst()
    {
        const Fixture f;
        for (const char digit : {'a', 'b', 'c', 'd'}) {
            QVERIFY(f.write(digit, "0123456789"));
            f.age(Fixture::name(digit), 1000 - 100 * (digit - 'a'));
        }
        QVERIFY(f.folder->share(Fixture::name('b'), Fixture::name('e')));
        QCOMPARE(f.read('a'), "0123456789"s); // now it was used last
        QCOMPARE(f.folder->trim(40).entries, std::uint64_t{4});
        const auto left = f.folder->trim(25);
        QCOMPARE(left.bytes, std::uint64_t{20});
        QCOMPARE(f.read('a'), "0123456789"s);
        QCOMPARE(f.read('d'), "0123456789"s);
        for (const char digit : {'b', 'c', 'e'}) {
            QCOMPARE(f.read(digit), "none"s);
        }
    }

    void whatADeadProcessLeftGoes()
    {
        const Fixture f;
        writeFile(f.path / ".new-1", toBytes("old"));
        writeFile(f.path / ".new-2", toBytes("young"));
        f.age(".new-1", 2 * 3600);
        f.folder->trim(1000);
        QVERIFY(!fs::exists(f.path / ".new-1"));
        QVERIFY(fs::exists(f.path / ".new-2"));
    }

    void clearingLeavesWhatIsNotOurs()
    {
        const Fixture f;
        QVERIFY(f.write('a', "four"));
        writeFile(f.path / "notes.txt", toBytes("mine"));
        writeFile(f.path / ".new-2", toBytes("young"));
        const auto removed = f.folder->clear();
        QCOMPARE(removed.entries, std::uint64_t{1});
        QCOMPARE(removed.bytes, std::uint64_t{4});
        QCOMPARE(f.folder->usage().entries, std::uint64_t{0});
        QVERIFY(fs::exists(f.path / "notes.txt"));
        QVERIFY(fs::exists(f.path / "seed"));
        QVERIFY(!fs::exists(f.path / ".new-2"));
    }

    void aFolderThatWentIsNoCache()
    {
        const Fixture f;
        fs::remove_all(f.path);
        QVERIFY(!f.write('a', "text"));
        QCOMPARE(f.read('a'), "none"s);
        QCOMPARE(f.folder->usage().entries, std::uint64_t{0});
        QVERIFY(!fs::exists(f.path));
    }

    void theEnvironmentSaysWhereAndHowMuch_data()
    {
        QTest::addColumn<QByteArray>("wish");
        QTest::addColumn<quint64>("limit"); // 0 = off
        QTest::newRow("unset") << QByteArray() << (quint64{1} << 30U);
        QTest::newRow("bytes") << QByteArray("12345") << quint64{12345};
        QTest::newRow("K") << QByteArray("2K") << quint64{2048};
        QTest::newRow("M") << QByteArray("5M") << (quint64{5} << 20U);
        QTest::newRow("G") << QByteArray("3G") << (quint64{3} << 30U);
        QTest::newRow("off") << QByteArray("off") << quint64{0};
        QTest::newRow("none") << QByteArray("0") << quint64{0};
        QTest::newRow("too much") << QByteArray("99999999999G") << quint64{0};
        QTest::newRow("nonsense") << QByteArray("5 M") << quint64{0};
        QTest::newRow("negative") << QByteArray("-5") << quint64{0};
    }
    void theEnvironmentSaysWhereAndHowMuch()
    {
        QFETCH(const QByteArray, wish);
        QFETCH(const quint64, limit);
        const auto old = qgetenv("STRATASCOPE_CACHE");
        qputenv("STRATASCOPE_CACHE", wish);
        qputenv("XDG_CACHE_HOME", "/somewhere");
        const auto settings = IndexCache::settingsFromEnvironment();
        qputenv("XDG_CACHE_HOME", "relative");
        qputenv("HOME", "/home/me");
        const auto fallback = IndexCache::settingsFromEnvironment();
        qputenv("STRATASCOPE_CACHE", old);
        QVERIFY(settings && fallback);
        QCOMPARE(settings->folder.native(), "/somewhere/stratascope/index"s);
        QCOMPARE(fallback->folder.native(), "/home/me/.cache/stratascope/index"s);
        QCOMPARE(settings->enabled, limit != 0);
        if (limit != 0) {
            QCOMPARE(quint64{settings->maxBytes}, limit);
        }
    }
};

QTEST_GUILESS_MAIN(TestCacheFolder)
#include "tst_cache_folder.moc"
