// SPDX-License-Identifier: Apache-2.0
#include "overlay_fixture.h"

#include "export/container_layer.h"
#include "layer/layer_indexer.h"
#include "overlay/container_view.h"
#include "tree_text.h"

#include <QtTest>

#include <functional>

using namespace strata;
using namespace strata::test;
using namespace std::string_literals;

namespace {

using Act = std::function<void(Container&)>;

/// The image's layers and the container's tar, read and folded as any others.
Tree foldedAnew(const Container& container)
{
    Bytes tar;
    const auto written = writeContainerLayer(container,
                                             [&](std::span<const std::byte> bytes) {
                                                 tar.insert(tar.end(), bytes.begin(), bytes.end());
                                                 return Status();
                                             },
                                             {});
    if (!written) {
        throw std::runtime_error(written.error().message());
    }
    auto layers = container.image().layers;
    layers.push_back(indexTar(tar));
    auto tree = mergeLayers(std::move(layers), {});
    if (!tree) {
        throw std::runtime_error(tree.error().message());
    }
    return *tree;
}

std::string contentText(const OpenedImage& image, std::string_view path)
{
    const auto node = image.tree->find(path);
    const auto* version = node ? image.tree->visible(*node) : nullptr;
    if (version == nullptr) {
        return "nothing";
    }
    auto stream = image.open(*version);
    return stream ? drain(**stream) : "error: " + stream.error().message();
}

} // namespace

Q_DECLARE_METATYPE(Act)

/// A container looked at as an image with one layer more.
class TestOverlayView : public QObject
{
    Q_OBJECT

private slots:
    void isWhatItsTarWouldMake_data();
    void isWhatItsTarWouldMake();
    void contentsComeFromWhereTheyLie();
    void whatWasOnlyCopiedUpIsNotModified();
    void whatWasWrittenIsCompared();
    void whatTheImageHasDecidedStays();
    void outlivesChangesOfTheContainer();
    void hardLinksBelowAreStillResolved();
    void theRootShowsItsMode();
    void isCancelled();
};

void TestOverlayView::isWhatItsTarWouldMake_data()
{
    QTest::addColumn<Act>("act");
    const auto row = [](const char* name, const Act& act) { QTest::newRow(name) << act; };
    row("nothing", [](Container&) {});
    row("made", [](Container& c) {
        c.create("/etc/fresh");
        c.makeDirectory("/a");
        c.replace("/a/b", bytesOf("text"));
        c.symlink("b", "/a/l");
        c.makeNode("/a/p", FileType::Fifo);
    });
    row("deleted", [](Container& c) {
        c.unlink("/etc/motd");
        c.removeTree("/etc/sub");
        c.unlink("/link");
    });
    row("deleted and made anew", [](Container& c) {
        c.removeTree("/etc");
        c.makeDirectory("/etc", 0700);
        c.replace("/etc/gone", bytesOf("back"));
        c.unlink("/one");
        c.makeDirectory("/one");
    });
    row("metadata", [](Container& c) {
        c.changeMode("/etc/motd", 0600);
        c.changeOwner("/etc/new", 7, 8);
        c.changeMode("/etc/sub", 0711);
        c.setXattr("/etc/motd", "user.a", "\0b"s);
    });
    row("hard links", [](Container& c) {
        c.append("/two", bytesOf("!"));
        c.link("/two", "/etc/three");
        c.link("/etc/motd", "/motd");
    });
    row("moved", [](Container& c) {
        c.move("/etc", "/else");
        c.rename("/one", "/else/one");
    });
    row("back again", [](Container& c) {
        c.unlink("/etc/motd");
        c.replace("/etc/motd", bytesOf("again"));
        c.unlink("/etc/gone");
        c.create("/etc/gone");
        c.unlink("/etc/gone");
    });
}

void TestOverlayView::isWhatItsTarWouldMake()
{
    QFETCH(Act, act);
    auto container = usual();
    act(container);
    const auto view = viewContainer(container, "web");
    VERIFY_OK(view);
    const MergedTree& shown = *(*view)->tree;
    const auto expected = foldedAnew(container);
    QCOMPARE(treeText(shown), treeText(*expected));
    QCOMPARE(shown.layerCount(), expected->layerCount());
    for (LayerNo layer = 0; layer < shown.layerCount(); ++layer) {
        QCOMPARE(treeText(shown, layer), treeText(*expected, layer));
    }
    for (LayerNo layer = 0; layer + 1 < shown.layerCount(); ++layer) {
        QCOMPARE(diffText(shown, layer), diffText(*container.image().tree, layer));
        QCOMPARE(shown.counts(layer).added, container.image().tree->counts(layer).added);
    }
    QCOMPARE((*view)->image().layers.back().instruction, "web"s);
    QVERIFY((*view)->isContainers(2));
    QVERIFY(!(*view)->isContainers(1));
}

void TestOverlayView::contentsComeFromWhereTheyLie()
{
    auto container = usual();
    container.append("/etc/motd", bytesOf(", world"));
    container.changeMode("/etc/new", 0644);
    container.replace("/fresh", bytesOf("mine"));
    const auto view = viewContainer(container, "web");
    VERIFY_OK(view);
    QCOMPARE(contentText(**view, "/etc/motd"), "hello, world"s);
    QCOMPARE(contentText(**view, "/etc/new"), "new"s);
    QCOMPARE(contentText(**view, "/fresh"), "mine"s);
    QCOMPARE(contentText(**view, "/etc/sub/deep"), "deep"s);
    const auto& tree = *(*view)->tree;
    const auto below = (*view)->open(*tree.visibleAt(*tree.find("/etc/motd"), 1));
    VERIFY_OK(below);
    QCOMPARE(drain(**below), "hello"s);
}

void TestOverlayView::whatWasOnlyCopiedUpIsNotModified()
{
    auto container = usual();
    container.changeMode("/etc/motd", 0600);
    container.append("/etc/new", {}); // opened for writing, and nothing written
    const auto view = viewContainer(container, "web");
    VERIFY_OK(view);
    QCOMPARE(diffText(*(*view)->tree, 2), "unchanged dir /etc\n"
                                          "metadata file /etc/motd\n"
                                          "unchanged file /etc/new\n"s);
    QCOMPARE((*view)->tree->counts(2).undecided, 0U);
}

void TestOverlayView::whatWasWrittenIsCompared()
{
    auto container = usual();
    container.edit("/etc/motd", 0, bytesOf("hallo"));
    container.edit("/etc/sub/deep", 0, bytesOf("deep"));
    const auto view = viewContainer(container, "web");
    VERIFY_OK(view);
    QCOMPARE(diffText(*(*view)->tree, 2), "unchanged dir /etc\n"
                                          "modified file /etc/motd\n"
                                          "unchanged dir /etc/sub\n"
                                          "metadata file /etc/sub/deep\n"s);
    QCOMPARE((*view)->tree->counts(2).undecided, 0U);
}

void TestOverlayView::whatTheImageHasDecidedStays()
{
    TarBuilder base;
    base.file("a", "11").file("b", "22");
    TarBuilder top;
    top.file("a", "11", {.mode = 0600}).file("b", "23");
    const auto image = opened(ImageBuilder().layer(base).layer(top));
    QCOMPARE(image->tree->counts(1).undecided, 2U);
    auto undecided = containerOn(image);
    undecided.create("/c");
    const auto before = viewContainer(undecided, "web");
    VERIFY_OK(before);
    QCOMPARE((*before)->tree->counts(1).undecided, 2U);

    const auto resolved = resolveContents(*image, {});
    VERIFY_OK(resolved);
    auto container = containerOn(*resolved);
    container.create("/c");
    const auto view = viewContainer(container, "web");
    VERIFY_OK(view);
    QCOMPARE(diffText(*(*view)->tree, 1), "metadata file /a\nmodified file /b\n"s);
    QCOMPARE((*view)->tree->counts(1).undecided, 0U);
}

void TestOverlayView::outlivesChangesOfTheContainer()
{
    auto container = std::make_unique<Container>(usual());
    container->replace("/etc/motd", bytesOf("first"));
    const auto view = viewContainer(*container, "web");
    VERIFY_OK(view);
    container->replace("/etc/motd", bytesOf("second"));
    container->unlink("/etc/new");
    container.reset();
    QCOMPARE(contentText(**view, "/etc/motd"), "first"s);
    QCOMPARE(contentText(**view, "/etc/new"), "new"s);
}

void TestOverlayView::hardLinksBelowAreStillResolved()
{
    TarBuilder base;
    base.file("a", "one");
    TarBuilder top;
    top.hardlink("b", "a");
    auto container = containerOn(opened(ImageBuilder().layer(base).layer(top)));
    container.unlink("/a");
    const auto view = viewContainer(container, "web");
    VERIFY_OK(view);
    QCOMPARE(treeText(*(*view)->tree), "file /b 3 L1 = /a\n"s);
    QCOMPARE(contentText(**view, "/b"), "one"s);
    QCOMPARE(warningKinds(*(*view)->tree, 1), "LinkToLowerLayer"s);
}

void TestOverlayView::theRootShowsItsMode()
{
    auto container = usual();
    container.changeMode("/", 0700);
    const auto view = viewContainer(container, "web");
    VERIFY_OK(view);
    const auto* root = (*view)->tree->visible(MergedTree::root());
    QVERIFY(root);
    QCOMPARE((*view)->tree->entry(*root).mode, 0700);
}

void TestOverlayView::isCancelled()
{
    std::stop_source stop;
    stop.request_stop();
    auto container = usual();
    const auto view = viewContainer(container, "web", {.stop = stop.get_token(), .progress = {}});
    QVERIFY(!view);
    QCOMPARE(view.error().code, ErrorCode::Cancelled);
}

QTEST_GUILESS_MAIN(TestOverlayView)
#include "tst_overlay_view.moc"
