// SPDX-License-Identifier: Apache-2.0
// Renders the window in its main states to PNG files, for people to look at. No test: it fails only
// when a state cannot be reached.
#include "archive_builder.h"
#include "containers/mode_dialog.h"
#include "containers/path_dialog.h"
#include "containers/text_dialog.h"
#include "containers/trace_player.h"
#include "inspector/inspector.h"
#include "theme/theme.h"
#include "tree/filter_bar.h"
#include "tree/filter_menu.h"
#include "tree/tree_page.h"
#include "tree/tree_view.h"
#include "window/application_setup.h"
#include "window/drop_hint.h"
#include "window/main_window.h"
#include "window/workspace.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QDir>
#include <QPainter>
#include <QSettings>
#include <QStandardPaths>
#include <QStyle>
#include <QTemporaryDir>

#include <QtTest>

#include <algorithm>
#include <cstdio>

using namespace strata;
using namespace strata::test;
using namespace strata::ui;

namespace {

QPalette darkPalette()
{
    QPalette dark;
    const QColor window(0x24, 0x27, 0x2c);
    const QColor base(0x1b, 0x1e, 0x22);
    const QColor text(0xe6, 0xe8, 0xea);
    dark.setColor(QPalette::Window, window);
    dark.setColor(QPalette::Base, base);
    dark.setColor(QPalette::AlternateBase, window);
    dark.setColor(QPalette::Button, QColor(0x30, 0x34, 0x3a));
    dark.setColor(QPalette::ToolTipBase, window);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText,
                            QPalette::ToolTipText, QPalette::BrightText}) {
        dark.setColor(role, text);
        dark.setColor(QPalette::Disabled, role, QColor(0x80, 0x84, 0x8a));
    }
    dark.setColor(QPalette::PlaceholderText, QColor(0x93, 0x98, 0x9f));
    dark.setColor(QPalette::Highlight, QColor(0x3d, 0x8b, 0xd9));
    dark.setColor(QPalette::Accent, QColor(0x3d, 0x8b, 0xd9));
    dark.setColor(QPalette::HighlightedText, Qt::white);
    dark.setColor(QPalette::Link, QColor(0x6c, 0xb0, 0xf0));
    dark.setColor(QPalette::Light, QColor(0x3a, 0x3f, 0x46));
    dark.setColor(QPalette::Midlight, QColor(0x33, 0x37, 0x3d));
    dark.setColor(QPalette::Dark, QColor(0x14, 0x16, 0x19));
    dark.setColor(QPalette::Mid, QColor(0x1c, 0x1f, 0x23));
    dark.setColor(QPalette::Shadow, Qt::black);
    return dark;
}

/// An image with much wrong in it.
ArchiveBuilder troubledImage()
{
    ImageBuilder image;
    image.name("registry.example.org/team/a-product-with-a-rather-long-name/service:2026.11-rc3")
        .layer(TarBuilder().dir("etc").file("etc/passwd", "root\n").symlink("lib", "usr/lib"),
               "/bin/sh -c #(nop) ADD file:" + std::string(64, 'a') + " in / ")
        .layer(TarBuilder()
                   .file("etc/twice", "one")
                   .file("etc/twice", "two")
                   .file("../../escape", "no")
                   .hardlink("etc/linked", "etc/nowhere")
                   .file("etc/.wh.", ""),
               "RUN /bin/sh -c make install # buildkit")
        .layer(TarBuilder().file("lib/below-a-link", "x").charDevice("etc/passwd", 0, 0),
               "COPY . /srv # buildkit");
    ArchiveBuilder archive(ArchiveForm::Oci);
    archive.image(image);
    archive.corrupt(archive.layerFile(image, 1));
    return archive;
}

/// Forty layers, and names that are long, or hold what should not be in a name.
ImageBuilder tallImage()
{
    ImageBuilder image;
    image.name("localhost/forty:latest");
    for (int i = 0; i < 40; ++i) {
        TarBuilder tar;
        tar.dir("srv").file("srv/step-" + std::to_string(i),
                            std::string(std::size_t(1 + i * 700), 'x'));
        if (i % 5 == 4) {
            tar.file("srv/step-" + std::to_string(i - 3), "again")
                .whiteout("srv/step-" + std::to_string(i - 1));
        }
        if (i == 3) {
            tar.file("srv/" + std::string(180, 'n') + ".conf", "long", {.mode = 04755});
            tar.file("srv/<b>bold</b>\n\x1b[31mred", "odd");
            tar.symlink("srv/current",
                        "../../usr/lib/x86_64-linux-gnu/some/where/far/away/from/here.so.6");
        }
        image.layer(tar, "RUN /bin/sh -c step " + std::to_string(i) +
                             " --with a --long list --of arguments # buildkit");
    }
    return image;
}

/// Large enough to be seen while it is being read.
ImageBuilder artifactImage()
{
    ImageBuilder out;
    out.name("example.org/app:1.sbom")
        .layer(toBytes(
            R"({"bomFormat":"CycloneDX","specVersion":"1.6","version":1,"components":[)"
            R"({"type":"library","name":"zlib","version":"1.3.1","licenses":[{"license":{"id":)"
            R"("Zlib"}}]},{"type":"library","name":"openssl","version":"3.5.1"}]})"))
        .mediaTypeOfLastLayer("application/vnd.cyclonedx+json")
        .artifactType("application/vnd.cyclonedx+json");
    return out;
}

ImageBuilder slowImage()
{
    ImageBuilder image;
    image.name("localhost/slow:latest");
    for (int i = 0; i < 3; ++i) {
        std::string noise(std::size_t(24) << 20, '\0');
        std::uint32_t state = 12345U + static_cast<std::uint32_t>(i);
        for (auto& c : noise) {
            state = state * 1664525U + 1013904223U;
            c = static_cast<char>(state >> 24);
        }
        image.layer(TarBuilder().file("data" + std::to_string(i), noise), "COPY data /",
                    Compression::Gzip);
    }
    return image;
}

class Photographer
{
public:
    Photographer(QString folder, QString suffix)
        : m_folder(std::move(folder))
        , m_suffix(std::move(suffix))
    {
    }

    MainWindow& window() { return *m_window; }
    ImageSession& session() { return m_window->session(); }
    TreePage& page() { return *m_window->workspace()->treePage(); }

    void newWindow(QSize size)
    {
        m_window.reset();
        m_window = std::make_unique<MainWindow>();
        m_window->resize(size);
        m_window->show();
        settle();
    }
    void open(const QString& fileName, ImageSession::State expected = ImageSession::State::Ready)
    {
        m_window->openFile(fileName);
        settle();
        require(session().state() == expected, fileName.toLocal8Bit());
    }
    void openSample()
    {
        m_window->openSample();
        settle();
        require(session().state() == ImageSession::State::Ready, "the sample");
    }
    /// Waits until nothing is being read, made or checked.
    void settle()
    {
        require(QTest::qWaitFor(
                    [this] {
                        const auto state = session().state();
                        return state != ImageSession::State::Opening &&
                               state != ImageSession::State::Loading && !page().busy() &&
                               !session().checking();
                    },
                    60'000),
                "rest");
        QTest::qWait(350);
    }
    void select(const char* path)
    {
        const auto node = session().tree() ? session().tree()->find(path) : std::nullopt;
        require(node.has_value(), path);
        session().setCurrentNode(node.value_or(NodeId{}));
        settle();
    }
    void require(bool reached, const QByteArray& what)
    {
        if (!reached) {
            std::fprintf(stderr, "not reached: %s\n", what.constData());
            failed = true;
        }
    }
    void filter(const QString& text)
    {
        page().filterBar()->setText(text);
        QTest::qWait(120);
        settle();
    }
    void inspect(Inspector::Tab tab)
    {
        m_window->findChild<Inspector*>()->showTab(tab);
        settle();
    }
    void shot(const char* name, QWidget* widget = nullptr)
    {
        const auto file =
            QStringLiteral("%1/%2%3.png").arg(m_folder, QString::fromLatin1(name), m_suffix);
        if (!(widget ? widget : m_window.get())->grab().save(file)) {
            std::fprintf(stderr, "cannot write %s\n", qPrintable(file));
            failed = true;
        }
    }

    /// A folder to write things to that are no pictures.
    QString folder() const { return m_scratch.path(); }

    bool failed = false;

private:
    QTemporaryDir m_scratch;
    QString m_folder;
    QString m_suffix;
    std::unique_ptr<MainWindow> m_window;
};

void takeTree(Photographer& p)
{
    p.openSample();
    p.shot("sample");
    p.select("/etc/group");
    p.shot("path-selected");
    p.session().setCurrentLayer(1);
    p.settle();
    p.shot("up-to-layer-1");
    p.session().setCurrentLayer(2);
    p.session().setScope(Scope::OnlyLayer);
    p.settle();
    p.shot("only-layer-2");
    p.session().setScope(Scope::WholeImage);
    p.session().setCurrentLayer({});
    auto* facets = p.window().findChild<FilterMenu*>();
    facets->setQuery(QStringLiteral("layer:2"));
    facets->popup(p.window().mapToGlobal(QPoint(600, 60)));
    QTest::keyClick(facets, Qt::Key_Down);
    QTest::keyClick(facets, Qt::Key_Right);
    QTest::qWait(300);
    p.shot("facets", facets->actions().front()->menu());
    facets->hide();
    facets->setQuery({});
    p.page().filterBar()->setShowRemoved(true);
    p.settle();
    p.filter(QStringLiteral("change:removed"));
    p.page().goToMatch(true);
    p.settle();
    p.filter({});
    p.page().view()->expandEverything();
    p.settle();
    p.shot("removed-shown");
    p.page().filterBar()->setShowRemoved(false);
    p.filter(QStringLiteral("*.conf"));
    p.shot("filter");
    p.filter(QStringLiteral("size>lots"));
    p.shot("filter-wrong");
    p.filter(QStringLiteral("nosuchthing"));
    p.shot("filter-nothing");
    p.filter({});
}

void takeInspector(Photographer& p)
{
    p.openSample();
    p.select("/etc/group");
    p.inspect(Inspector::Tab::Preview);
    p.shot("inspector-preview");
    p.inspect(Inspector::Tab::Diff);
    p.shot("inspector-diff");
    p.inspect(Inspector::Tab::Details);
    p.shot("inspector-details");
    p.inspect(Inspector::Tab::Timeline);
    p.shot("inspector-timeline");
    p.select("/etc");
    p.inspect(Inspector::Tab::Preview);
    p.shot("inspector-folder");
    p.window().workspace()->treePage()->extractTo(p.folder());
    p.settle();
    p.shot("extracted");
    p.window().workspace()->showPage(Workspace::Instructions);
    p.settle();
    p.shot("instructions");
    p.window().workspace()->showPage(Workspace::Documents);
    p.settle();
    p.shot("documents");
    p.window().workspace()->showPage(Workspace::Problems);
    p.settle();
    p.shot("problems-none");
    p.window().workspace()->showPage(Workspace::Files);
}

void takeTroubles(Photographer& p, const QString& folder)
{
    const QString troubled = folder + QStringLiteral("/troubled.tar");
    troubledImage().writeFile(troubled.toStdString());
    p.open(troubled);
    p.window().workspace()->showPage(Workspace::Problems);
    p.shot("problems");
    p.window().workspace()->showPage(Workspace::Files);
    const QString artifact = folder + QStringLiteral("/statement.tar");
    ArchiveBuilder(ArchiveForm::Oci).image(artifactImage()).writeFile(artifact.toStdString());
    p.open(artifact, ImageSession::State::Failed);
    p.settle();
    p.shot("artifact");
    p.window().workspace()->showPage(Workspace::Files);
    const QString tall = folder + QStringLiteral("/forty-layers.tar");
    ArchiveBuilder(ArchiveForm::Docker25).image(tallImage()).writeFile(tall.toStdString());
    p.open(tall);
    p.page().view()->expandEverything();
    p.session().setCurrentLayer(20);
    p.settle();
    p.shot("forty-layers");
    const QString none = folder + QStringLiteral("/holiday photo.tar");
    QFile file(none);
    if (file.open(QIODevice::WriteOnly)) {
        file.write(QByteArray(4096, 'x'));
        file.close();
    }
    p.open(none, ImageSession::State::Failed);
    p.shot("error");
    p.session().close();
    p.window().findChild<DropHint*>()->showFor(troubled);
    p.settle();
    p.shot("drop-hint");
    p.window().findChild<DropHint*>()->hide();
    p.settle();
    p.shot("welcome-recent");
    const QString slow = folder + QStringLiteral("/slow-image.tar");
    ArchiveBuilder(ArchiveForm::Oci).image(slowImage()).writeFile(slow.toStdString());
    bool taken = false;
    const auto connection =
        QObject::connect(&p.session(), &ImageSession::progressed, &p.window(), [&] {
            if (!taken && p.session().state() == ImageSession::State::Loading) {
                taken = true;
                p.shot("loading");
            }
        });
    p.open(slow);
    QObject::disconnect(connection);
    p.require(taken, "loading");
}

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
    p.window().session().setLeaveGuard({});
}

} // namespace

int main(int argc, char* argv[])
{
    QStandardPaths::setTestModeEnabled(true);
    QApplication application(argc, argv);
    setUpApplication(application, STRATA_VERSION);
    QTemporaryDir folder;
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, folder.path());
    QCommandLineParser parser;
    parser.addHelpOption();
    parser.addPositionalArgument(QStringLiteral("folder"), QStringLiteral("Where to write to."));
    parser.addPositionalArgument(QStringLiteral("scale2"),
                                 QStringLiteral("Only what is worth seeing at twice the size, or "
                                                "only the containers."),
                                 QStringLiteral("[scale2|containers]"));
    parser.process(application);
    const auto arguments = parser.positionalArguments();
    const QString out = arguments.value(0, QStringLiteral("screenshots"));
    const QString only = arguments.value(1);
    QDir().mkpath(out);
    const QPalette light = QApplication::palette();

    if (only == QLatin1String("containers")) {
        bool good = true;
        for (const bool dark : {false, true}) {
            QApplication::setPalette(dark ? darkPalette() : light);
            Photographer p(out, dark ? QStringLiteral("-dark") : QString());
            p.newWindow({1440, 900});
            takeContainers(p);
            good = good && !p.failed;
        }
        return good ? 0 : 1;
    }
    if (only == QLatin1String("scale2")) {
        Photographer p(out, QStringLiteral("-scale2"));
        p.newWindow({1280, 800});
        p.shot("welcome");
        p.openSample();
        p.select("/etc/group");
        p.shot("path-selected");
        return p.failed ? 1 : 0;
    }
    bool failed = false;
    for (const bool dark : {false, true}) {
        QApplication::setPalette(dark ? darkPalette() : light);
        for (const QSize size : {QSize(1440, 900), QSize(1280, 800)}) {
            const bool large = size.width() > 1300;
            QSettings().clear();
            Photographer p(out, (large ? QString() : QStringLiteral("-1280")) +
                                    (dark ? QStringLiteral("-dark") : QString()));
            p.newWindow(size);
            p.shot("welcome");
            takeTree(p);
            takeInspector(p);
            takeContainers(p);
            if (large) {
                takeTroubles(p, folder.path());
            }
            if (const auto image = qEnvironmentVariable("STRATA_SCREENSHOT_IMAGE");
                large && !image.isEmpty()) {
                p.open(image);
                p.shot("real-image");
            }
            failed = failed || p.failed;
        }
    }
    return failed ? 1 : 0;
}
