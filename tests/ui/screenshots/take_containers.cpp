// SPDX-License-Identifier: Apache-2.0
#include "screenshots/takes.h"

#include "containers/commit_dialog.h"
#include "containers/mode_dialog.h"
#include "containers/path_dialog.h"
#include "containers/text_dialog.h"
#include "containers/trace_player.h"

#include <QApplication>
#include <QMessageBox>
#include <QPushButton>
#include <QTimer>
#include <QtTest>

#include <algorithm>

namespace strata::test {

using namespace ui;

namespace {

/// Plays on to the middle of a step of the present trace.
void playTo(Photographer& p, std::size_t step)
{
    auto& player = p.window().workspace()->tracePlayer();
    p.require(QTest::qWaitFor(
                  [&] {
                      return player.step() > step ||
                             (player.step() == step && player.progress() > 0.55);
                  },
                  20'000),
              "a step of a trace");
}

} // namespace

void takeContainers(Photographer& p)
{
    qputenv("STRATASCOPE_MOTION", "full");
    auto& deck = p.window().containers();
    const auto quiet = [&] {
        p.require(QTest::qWaitFor([&] { return !deck.busy(); }, 20'000), "a quiet container");
        p.settle();
    };
    const auto does = [&](const std::string& line) {
        deck.perform({line});
        quiet();
    };
    p.openSample();
    deck.start();
    quiet();
    p.shot("container-started");
    p.select("/etc/group");
    deck.perform({"append /etc/group $'tess:x:1000:\\n'"});
    p.require(QTest::qWaitFor(
                  [&] { return !p.window().workspace()->tracePlayer().steps().empty(); }, 20'000),
              "a trace");
    playTo(p, 1);
    p.shot("container-look");
    const auto& steps = p.window().workspace()->tracePlayer().steps();
    const auto flow = std::ranges::find(steps, TraceStep::Kind::CopyUp, &TraceStep::kind);
    playTo(p, static_cast<std::size_t>(flow - steps.begin()) + 1);
    p.shot("container-copy-up");
    quiet();
    does("rm /etc/hostname");
    does("mkdir /srv/data");
    does("write /srv/data/first $'hello\\n'");
    does("chmod 0600 /etc/passwd");
    does("rename /usr/lib /usr/lib2");
    does("read /etc/profile");
    p.session().setCurrentNode(p.session().tree()->find("/etc/hostname").value_or(NodeId{}));
    p.settle();
    QTest::qWait(2'500);
    p.shot("container");
    p.session().setScope(Scope::OnlyLayer);
    p.settle();
    p.shot("container-only");
    p.session().setCurrentLayer({});
    deck.start();
    quiet();
    does("rm -r /etc");
    QTest::qWait(2'500);
    p.shot("containers-two");
    deck.undo();
    quiet();
    p.shot("container-undone");
    ModeDialog mode(QStringLiteral("/etc/passwd"), FileType::File, 04755, &p.window());
    mode.show();
    p.settle();
    p.shot("container-mode", &mode);
    mode.close();
    TextDialog text(
        QStringLiteral("Edit"), QStringLiteral("/etc/profile, as the container sees it:"),
        QStringLiteral("# A comment\nexport PATH=/bin\nif [ -n \"$PS1\" ]; then\n  echo hi\nfi\n"),
        QStringLiteral("/etc/profile.sh"), QStringLiteral("Write"), &p.window());
    text.show();
    p.settle();
    p.shot("container-edit", &text);
    text.close();
    PathDialog path(QStringLiteral("New file"),
                    QStringLiteral("The new file's path in the container:"), "/etc/", &p.window());
    path.show();
    p.settle();
    p.shot("container-path", &path);
    path.close();
    CommitDialog commit(QStringLiteral("container-1"), QStringLiteral("localhost/article:latest"),
                        p.folder(), &p.window());
    commit.show();
    p.settle();
    p.shot("container-commit", &commit);
    commit.close();
    // The question blocks, so its picture is taken from within.
    QTimer::singleShot(500, &p.window(), [&p] {
        auto* ask = qobject_cast<QMessageBox*>(QApplication::activeModalWidget());
        p.require(ask != nullptr, "the question before closing");
        if (ask) {
            p.shot("container-closing", ask);
            ask->button(QMessageBox::Cancel)->click();
        }
    });
    p.require(!p.window().close(), "a window that stays open");
    p.window().session().setLeaveGuard({});
}

} // namespace strata::test
