// SPDX-License-Identifier: Apache-2.0
// The dialog about the index cache: what it holds, and the way to empty it.
#include "text/format.h"
#include "window/cache_dialog.h"
#include "window_fixture.h"

#include "cache/index_cache.h"

#include <QApplication>
#include <QLabel>
#include <QMenu>
#include <QMenuBar>
#include <QPushButton>
#include <QTimer>

using namespace strata;
using namespace strata::test;
using namespace strata::ui;

namespace {

std::shared_ptr<IndexCache> cacheIn(const QTemporaryDir& folder)
{
    IndexCache::Settings settings;
    settings.folder = folder.filePath(QStringLiteral("stratascope/index")).toStdString();
    settings.leastStored = 0;
    settings.settleTime = {};
    return IndexCache::open(settings).value_or(nullptr);
}

QString stateOf(const CacheDialog& dialog)
{
    return dialog.findChild<QLabel*>(QStringLiteral("cacheState"))->text();
}

QPushButton* clearOf(const CacheDialog& dialog)
{
    return dialog.findChild<QPushButton*>(QStringLiteral("clearCache"));
}

} // namespace

class TestCacheDialog : public QObject
{
    Q_OBJECT
public:
    using Application = QApplication;

private Q_SLOTS:
    void saysWhatThereIsAndEmptiesIt()
    {
        const QTemporaryDir folder;
        const auto cache = cacheIn(folder);
        QVERIFY(cache);
        WindowFixture f;
        f.session().setIndexCache(cache);
        f.window.openFile(f.article());
        QVERIFY(f.ready());
        const auto layers = cache->usage().entries;
        QVERIFY(layers > 1);

        CacheDialog dialog(cache);
        dialog.show();
        QTRY_VERIFY(stateOf(dialog).contains(QStringLiteral("%1 layers").arg(layers)));
        QVERIFY(stateOf(dialog).contains(sizeText(cache->settings().maxBytes)));
        QVERIFY(stateOf(dialog).contains(folder.path()));
        QVERIFY(clearOf(dialog)->isEnabled());
        clearOf(dialog)->setFocus();
        QTest::keyClick(clearOf(dialog), Qt::Key_Space);
        QTRY_VERIFY(stateOf(dialog).startsWith(QStringLiteral("It is empty")));
        QVERIFY(!clearOf(dialog)->isEnabled());
        QCOMPARE(cache->usage().entries, std::uint64_t{0});
        // What is shown already does not need it.
        QVERIFY(f.session().tree());
    }

    void theSecondOpeningIsFromIt()
    {
        const QTemporaryDir folder;
        const auto cache = cacheIn(folder);
        WindowFixture f;
        f.session().setIndexCache(cache);
        const auto file = f.article();
        f.window.openFile(file);
        QVERIFY(f.ready());
        QTRY_VERIFY(!f.session().checking());
        const auto layers = cache->usage().entries;
        const auto paths = f.session().tree()->nodeCount();
        f.session().reload();
        QVERIFY(f.ready());
        QTRY_VERIFY(!f.session().checking());
        QCOMPARE(f.session().tree()->nodeCount(), paths);
        QCOMPARE(cache->usage().entries, layers);
    }

    void saysThatThereIsNone()
    {
        CacheDialog dialog(nullptr);
        dialog.show();
        QVERIFY(stateOf(dialog).contains(QStringLiteral("no index cache")));
        QVERIFY(!clearOf(dialog)->isEnabled());
    }

    void theMenuOpensIt()
    {
        WindowFixture f;
        QAction* entry = nullptr;
        for (auto* action : f.window.findChildren<QAction*>()) {
            if (action->text() == QStringLiteral("&Index cache…")) {
                entry = action;
            }
        }
        QVERIFY(entry);
        bool seen = false;
        QTimer::singleShot(0, &f.window, [&] {
            auto* dialog = qobject_cast<CacheDialog*>(QApplication::activeModalWidget());
            seen = dialog != nullptr;
            if (dialog) {
                dialog->reject();
            }
        });
        entry->trigger();
        QVERIFY(seen);
    }
};

int main(int argc, char* argv[])
{
    return runWindowTest<TestCacheDialog>(argc, argv);
}

#include "tst_cache_dialog.moc"
