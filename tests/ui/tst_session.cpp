// SPDX-License-Identifier: Apache-2.0
// The shared state of the window: what it remembers over a reload, and what it tells of failures.
#include "models/problem_model.h"
#include "models/stack_model.h"
#include "session_fixture.h"

#include <QDir>

#include <atomic>

using namespace strata;
using namespace strata::test;
using namespace strata::ui;
using namespace Qt::StringLiterals;

namespace {

/// A medium that can be pulled out.
class PulledSource : public ByteSource
{
public:
    explicit PulledSource(Bytes bytes)
        : m_bytes(memorySource(std::move(bytes)))
    {
    }

    void pull() const { m_pulled = true; }
    std::uint64_t size() const override { return m_bytes->size(); }
    Result<std::size_t> readAt(std::uint64_t offset, std::span<std::byte> into) const override
    {
        if (m_pulled) {
            return fail(ErrorCode::Io, "the medium is gone");
        }
        return m_bytes->readAt(offset, into);
    }

private:
    SharedSource m_bytes;
    mutable std::atomic<bool> m_pulled = false;
};

/// Images that no name tells apart, with one file each: "first", "second", "third".
ArchiveBuilder namelessImages()
{
    ArchiveBuilder archive(ArchiveForm::Oci);
    for (const auto* name : {"first", "second", "third"}) {
        archive.image(ImageBuilder()
                          .layer(TarBuilder().file("base", "b"))
                          .layer(TarBuilder().file(name, name)));
    }
    return archive;
}

} // namespace

class SessionTest : public QObject
{
    Q_OBJECT

    static bool ready(const ImageSession& session)
    {
        return QTest::qWaitFor([&] { return session.state() == ImageSession::State::Ready; });
    }

private Q_SLOTS:
    void verificationThatFailsIsTold()
    {
        ImageSession session;
        StackModel stack(session);
        const auto source =
            std::make_shared<PulledSource>(archiveOf(ArchiveForm::Oci, articleImage()));
        connect(&session, &ImageSession::imageReady, this, [&] { source->pull(); });
        QSignalSpy checked(&session, &ImageSession::checksChanged);
        session.openSource(source, u"stick"_s);
        QTRY_VERIFY(!checked.isEmpty() && checked.last().front().toBool());
        QVERIFY(!session.checking());
        QVERIFY(session.checkError().has_value());
        QCOMPARE(session.checkError()->code, ErrorCode::Io);
        QCOMPARE(stack.digest(0), StackModel::DigestState::BrokenOff);
        const auto help = stack.indexOfLayer(0).data(Qt::ToolTipRole).toString();
        QVERIFY2(help.contains(u"could not be checked"_s), qPrintable(help));
        QVERIFY(!help.contains(u"not been checked yet"_s));
        ProblemModel problems;
        problems.setSession(session);
        QCOMPARE(problems.rowCount(), 1);
        QVERIFY(problems.index(0).data().toString().contains(u"the medium is gone"_s));
        session.openSource(memorySource(archiveOf(ArchiveForm::Oci, articleImage())), u"sound"_s);
        QVERIFY(!session.checkError()); // it was of the image before
    }

    void reloadFindsTheImageWithoutAName()
    {
        SessionFixture f;
        QVERIFY(f.open(f.write(namelessImages())));
        QCOMPARE(f.session.archive()->images().size(), 3U);
        f.session.chooseImage(2);
        QVERIFY(ready(f.session));
        QVERIFY(f.session.tree()->find("/third").has_value());
        f.session.reload();
        QVERIFY(ready(f.session));
        QCOMPARE(f.session.imageIndex(), 2);
        QVERIFY(f.session.tree()->find("/third").has_value());
        // In another order the bytes tell.
        ArchiveBuilder other(ArchiveForm::Oci);
        for (const auto* name : {"third", "first"}) {
            other.image(ImageBuilder()
                            .layer(TarBuilder().file("base", "b"))
                            .layer(TarBuilder().file(name, name)));
        }
        f.write(other);
        f.session.reload();
        QVERIFY(ready(f.session));
        QCOMPARE(f.session.imageIndex(), 0);
        QVERIFY(f.session.tree()->find("/third").has_value());
    }

    void reloadFollowsTheNameOfARebuiltImage()
    {
        SessionFixture f;
        const auto named = [](const char* name, const char* file) {
            return ImageBuilder().name(name).layer(TarBuilder().file(file, file));
        };
        QVERIFY(f.open(f.write(
            ArchiveBuilder(ArchiveForm::Oci).image(named("a:1", "a")).image(named("b:1", "b")))));
        f.session.chooseImage(1);
        QVERIFY(ready(f.session));
        f.write(ArchiveBuilder(ArchiveForm::Oci)
                    .image(named("b:1", "rebuilt"))
                    .image(named("a:1", "a")));
        f.session.reload();
        QVERIFY(ready(f.session));
        QVERIFY(f.session.tree()->find("/rebuilt").has_value());
    }

    void interruptedReloadKeepsThePlace_data()
    {
        QTest::addColumn<bool>("cancelled");
        QTest::newRow("reloaded again") << false;
        QTest::newRow("cancelled, tried again") << true;
    }

    void interruptedReloadKeepsThePlace()
    {
        QFETCH(const bool, cancelled);
        SessionFixture f;
        QVERIFY(f.open(articleImage()));
        f.session.setCurrentLayer(1);
        f.session.setCurrentNode(*f.session.tree()->find("/usr/bin/emacs"));
        bool interrupted = false;
        connect(
            &f.session, &ImageSession::archiveReady, this,
            [&] {
                if (!interrupted) {
                    interrupted = true;
                    QCOMPARE(f.session.state(), ImageSession::State::Loading);
                    if (cancelled) {
                        f.session.cancel();
                    }
                    f.session.reload();
                }
            },
            Qt::QueuedConnection);
        f.session.reload();
        QTRY_VERIFY(interrupted);
        QVERIFY(ready(f.session));
        QCOMPARE(f.session.currentLayer(), std::optional<LayerNo>(1));
        QCOMPARE(f.session.scope(), Scope::UpToLayer);
        QCOMPARE(f.session.currentNode(), *f.session.tree()->find("/usr/bin/emacs"));
    }

    void foldersHaveOneNameHoweverTheyAreSpelt()
    {
        SessionFixture f;
        const QString folder = f.directory.filePath(u"layout"_s);
        QVERIFY(QDir().mkpath(folder));
        ArchiveBuilder(ArchiveForm::Oci).image(articleImage()).writeTo(folder.toStdString());
        for (const auto& spelt : {folder, QString(folder + u'/'), QString(folder + u"/."_s)}) {
            QVERIFY(f.open(spelt));
            QCOMPARE(f.session.fileName(), folder);
            QCOMPARE(f.session.title(), u"layout"_s);
        }
    }
};

QTEST_MAIN(SessionTest)
#include "tst_session.moc"
