// SPDX-License-Identifier: Apache-2.0
#include "bytes.h"
#include "check.h"

#include "io/byte_source.h"

#include <atomic>
#include <chrono>
#include <fstream>
#include <thread>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace strata;
using namespace strata::test;
using namespace std::string_literals;

namespace {

std::string readText(const ByteSource& source, std::uint64_t offset, std::size_t count)
{
    Bytes buffer(count);
    const auto got = source.readAt(offset, buffer);
    return got ? toText(std::span(buffer).first(*got)) : "error: " + outcome(got);
}

} // namespace

class TestByteSource : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void fileIsReadAnywhere();
    void absentFileIsNotFound();
    void directoryIsUnsupported();
    void namedPipeIsUnsupportedAndDoesNotBlock();
    void unreadableFileIsDenied();
    void fileCutWhileOpenIsChanged();
    void fileWrittenToWhileOpenIsChanged();
    void deletedFileStaysReadable();
    void descriptorIsOwned();
    void memoryIsReadAnywhere();
    void viewReadsWhatItRefersTo();
    void rangeReadsItsPart();
    void rangeBehindTheEndIsTruncated();
    void readAllKeepsTheLimit();
    void readersDoNotDisturbEachOther();

private:
    std::filesystem::path m_dir;
    std::unique_ptr<QTemporaryDir> m_temporary;
};

void TestByteSource::init()
{
    m_temporary = std::make_unique<QTemporaryDir>();
    m_dir = m_temporary->path().toStdString();
}

void TestByteSource::fileIsReadAnywhere()
{
    writeFile(m_dir / "f", toBytes("0123456789"));
    const auto source = openFile(m_dir / "f");
    VERIFY_OK(source);
    QCOMPARE((*source)->size(), std::uint64_t{10});
    QCOMPARE(readText(**source, 0, 10), "0123456789"s);
    QCOMPARE(readText(**source, 7, 10), "789"s);
    QCOMPARE(readText(**source, 10, 10), ""s);
    QCOMPARE(readText(**source, 1ULL << 62U, 10), ""s);
    QCOMPARE(readText(**source, 3, 0), ""s);
}

void TestByteSource::absentFileIsNotFound()
{
    const auto source = openFile(m_dir / "absent");
    QCOMPARE(outcome(source), "NotFound"s);
    QVERIFY(source.error().where.ends_with("absent"));
}

void TestByteSource::directoryIsUnsupported()
{
    QCOMPARE(outcome(openFile(m_dir)), "Unsupported"s);
}

void TestByteSource::namedPipeIsUnsupportedAndDoesNotBlock()
{
    const auto path = m_dir / "pipe";
    QCOMPARE(::mkfifo(path.c_str(), 0600), 0);
    QCOMPARE(outcome(openFile(path)), "Unsupported"s);
}

void TestByteSource::unreadableFileIsDenied()
{
    if (::geteuid() == 0) {
        QSKIP("root may read everything");
    }
    writeFile(m_dir / "f", toBytes("x"));
    std::filesystem::permissions(m_dir / "f", std::filesystem::perms::none);
    QCOMPARE(outcome(openFile(m_dir / "f")), "Denied"s);
}

void TestByteSource::fileCutWhileOpenIsChanged()
{
    writeFile(m_dir / "f", toBytes("0123456789"));
    const auto source = openFile(m_dir / "f");
    VERIFY_OK(source);
    std::filesystem::resize_file(m_dir / "f", 4);
    QCOMPARE((*source)->size(), std::uint64_t{10});
    QCOMPARE(readText(**source, 0, 4), "error: Changed"s);
    QCOMPARE(readText(**source, 0, 10), "error: Changed"s);
    QCOMPARE(readText(**source, 8, 1), "error: Changed"s);
    QCOMPARE(outcome(readAll(**source, 100)), "Changed"s);
}

void TestByteSource::fileWrittenToWhileOpenIsChanged()
{
    writeFile(m_dir / "f", toBytes("0123456789"));
    // Older than a tick of the file system's clock.
    std::filesystem::last_write_time(m_dir / "f", std::filesystem::file_time_type::clock::now() -
                                                      std::chrono::hours(1));
    const auto source = openFile(m_dir / "f");
    VERIFY_OK(source);
    QCOMPARE(readText(**source, 0, 10), "0123456789"s);
    std::fstream(m_dir / "f", std::ios::in | std::ios::out | std::ios::binary) << "9876543210";
    QCOMPARE(std::filesystem::file_size(m_dir / "f"), std::uintmax_t{10});
    QCOMPARE(readText(**source, 0, 10), "error: Changed"s);
    QCOMPARE(readText(**source, 8, 1), "error: Changed"s);
}

void TestByteSource::deletedFileStaysReadable()
{
    writeFile(m_dir / "f", toBytes("still here"));
    const auto source = openFile(m_dir / "f");
    VERIFY_OK(source);
    std::filesystem::remove(m_dir / "f");
    QCOMPARE(readText(**source, 0, 99), "still here"s);
}

void TestByteSource::descriptorIsOwned()
{
    writeFile(m_dir / "f", toBytes("abc"));
    const int fd = ::open((m_dir / "f").c_str(), O_RDONLY | O_CLOEXEC);
    QVERIFY(fd >= 0);
    {
        const auto source = sourceFromDescriptor(fd, "f");
        VERIFY_OK(source);
        QCOMPARE(readText(**source, 1, 9), "bc"s);
    }
    QCOMPARE(::fcntl(fd, F_GETFD), -1);
}

void TestByteSource::memoryIsReadAnywhere()
{
    const auto source = memorySource(toBytes("0123456789"));
    QCOMPARE(source->size(), std::uint64_t{10});
    QCOMPARE(readText(*source, 8, 10), "89"s);
    QCOMPARE(readText(*source, 11, 10), ""s);
    QCOMPARE(memorySource({})->size(), std::uint64_t{0});
    QCOMPARE(readText(*memorySource({}), 0, 10), ""s);
}

void TestByteSource::viewReadsWhatItRefersTo()
{
    const auto bytes = toBytes("resource");
    const auto source = viewSource(bytes);
    QCOMPARE(source->size(), std::uint64_t{8});
    QCOMPARE(readText(*source, 2, 3), "sou"s);
}

void TestByteSource::rangeReadsItsPart()
{
    const auto part = rangeSource(memorySource(toBytes("0123456789")), 3, 4);
    QCOMPARE(part->size(), std::uint64_t{4});
    QCOMPARE(readText(*part, 0, 99), "3456"s);
    QCOMPARE(readText(*part, 2, 1), "5"s);
    QCOMPARE(readText(*part, 4, 1), ""s);
    const auto inner = rangeSource(part, 1, 2);
    QCOMPARE(readText(*inner, 0, 99), "45"s);
}

void TestByteSource::rangeBehindTheEndIsTruncated()
{
    const auto whole = memorySource(toBytes("0123456789"));
    const auto part = rangeSource(whole, 8, 4);
    QCOMPARE(part->size(), std::uint64_t{4});
    QCOMPARE(outcome(readAll(*part, 100)), "Truncated"s);
    QCOMPARE(readText(*part, 3, 1), "error: Truncated"s);
    QCOMPARE(outcome(readAll(*rangeSource(whole, ~0ULL - 1, 1), 100)), "Truncated"s);
}

void TestByteSource::readAllKeepsTheLimit()
{
    const auto source = memorySource(toBytes("0123456789"));
    const auto all = readAll(*source, 10);
    VERIFY_OK(all);
    QCOMPARE(toText(*all), "0123456789"s);
    QCOMPARE(outcome(readAll(*source, 9)), "LimitExceeded"s);
}

void TestByteSource::readersDoNotDisturbEachOther()
{
    const auto bytes = noise(1U << 20U);
    writeFile(m_dir / "f", bytes);
    const auto source = openFile(m_dir / "f");
    VERIFY_OK(source);
    std::atomic<int> wrong = 0;
    {
        std::vector<std::jthread> threads;
        for (std::size_t t = 0; t < 4; ++t) {
            threads.emplace_back([&, t] {
                Bytes buffer(4096);
                for (std::size_t at = t * 4096; at + 4096 <= bytes.size();
                     at += std::size_t{4} * 4096) {
                    const auto got = (*source)->readAt(at, buffer);
                    if (!got || *got != 4096 ||
                        !std::equal(buffer.begin(), buffer.end(),
                                    bytes.begin() + static_cast<std::ptrdiff_t>(at))) {
                        ++wrong;
                    }
                }
            });
        }
    }
    QCOMPARE(wrong.load(), 0);
}

QTEST_GUILESS_MAIN(TestByteSource)
#include "tst_byte_source.moc"
