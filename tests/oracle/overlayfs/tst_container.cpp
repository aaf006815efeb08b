// SPDX-License-Identifier: Apache-2.0
// The kernel as referee: operations in a container, done through a real overlayfs mount and in the
// core, and compared after each of them. Options: --seed, --count, --user-namespace; what follows
// "--" is Qt Test's.
#include "check.h"
#include "container_check.h"

#include <QCommandLineParser>
#include <QtTest>

#include <cstdio>
#include <string>

#include <sys/stat.h>

using namespace strata;
using namespace strata::test;
using namespace std::string_literals;

namespace {

/// CTest's word for a test that could not be run (SKIP_RETURN_CODE).
constexpr int skipped = 77;
constexpr std::uint64_t defaultSeed = 1;
constexpr std::uint64_t defaultCount = 200;
constexpr std::size_t scriptLength = 40;

struct Options
{
    std::uint64_t seed = defaultSeed;
    std::uint64_t count = defaultCount;
};

} // namespace

class TestContainer : public QObject
{
    Q_OBJECT

public:
    TestContainer(const OverlayStage& stage, const Options& options)
        : m_stage(stage)
        , m_options(options)
    {
    }

private Q_SLOTS:
    void randomScripts();

private:
    const OverlayStage& m_stage;
    Options m_options;
};

void TestContainer::randomScripts()
{
    std::uint64_t compared = 0;
    std::uint64_t notDefined = 0;
    for (auto seed = m_options.seed; compared < m_options.count; ++seed) {
        const auto script = randomContainerScript(seed, scriptLength);
        const auto verdict = checkContainer(m_stage, script);
        if (verdict.outcome == Outcome::NotDefined) {
            ++notDefined;
            QVERIFY2(notDefined < 50 + compared, verdict.text.c_str());
            continue;
        }
        if (verdict.outcome == Outcome::Different) {
            const auto least = shrunk(script, [this](const ContainerScript& s) {
                return checkContainer(m_stage, s).outcome == Outcome::Different;
            });
            std::fprintf(stderr, "%s%s\nas generated:\n%s", scriptText(least).c_str(),
                         checkContainer(m_stage, least).text.c_str(), verdict.text.c_str());
            QFAIL(("overlayfs and the container differ; again: tst_container --count 1 --seed " +
                   std::to_string(seed))
                      .c_str());
        }
        ++compared;
    }
    qInfo("%llu scripts of %zu operations compared from seed %llu on; %llu stacks without a "
          "meaning were passed over",
          static_cast<unsigned long long>(compared), scriptLength,
          static_cast<unsigned long long>(m_options.seed),
          static_cast<unsigned long long>(notDefined));
}

int main(int argc, char** argv)
{
    QStringList arguments;
    for (int i = 0; i < argc; ++i) {
        arguments << QString::fromLocal8Bit(argv[i]);
    }
    QCommandLineParser parser;
    const QCommandLineOption seed(QStringLiteral("seed"), QStringLiteral("Of the first script."),
                                  QStringLiteral("n"), QString::number(defaultSeed));
    const QCommandLineOption count(QStringLiteral("count"), QStringLiteral("How many scripts."),
                                   QStringLiteral("n"), QString::number(defaultCount));
    const QCommandLineOption userNamespace(QStringLiteral("user-namespace"),
                                           QStringLiteral("As a plain user would, even as root."));
    parser.addOptions({seed, count, userNamespace});
    if (!parser.parse(arguments)) {
        std::fprintf(stderr, "%s\n", qPrintable(parser.errorText()));
        return 2;
    }
    const auto stage = OverlayStage::enter(
        parser.isSet(userNamespace) ? OverlayStage::As::UserNamespace : OverlayStage::As::Anyone);
    if (!stage) {
        std::fprintf(stderr, "SKIP: %s\n", stage.error().c_str());
        if (qEnvironmentVariable("CI") == QStringLiteral("true")) {
            std::fprintf(stderr, "With CI=true this test must not be skipped.\n");
            return 1;
        }
        return skipped;
    }
    ::umask(0); // modes are what the operations say
    TestContainer test(**stage, {.seed = parser.value(seed).toULongLong(),
                                 .count = parser.value(count).toULongLong()});
    return QTest::qExec(&test, QStringList{arguments.first()} + parser.positionalArguments());
}

#include "tst_container.moc"
