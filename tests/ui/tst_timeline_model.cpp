// SPDX-License-Identifier: Apache-2.0
#include "check.h"
#include "models/timeline_model.h"
#include "session_fixture.h"

#include <QAbstractItemModelTester>

using namespace strata;
using namespace strata::test;
using ui::TimelineModel;

namespace {

/// One line a row: "2 | RUN x | modified · 5 B | visible".
QStringList lines(const TimelineModel& model)
{
    QStringList out;
    for (int row = 0; row < model.rowCount(); ++row) {
        const auto index = model.index(row);
        const auto first = index.data(TimelineModel::FirstLayerRole).toUInt();
        const auto last = index.data(TimelineModel::LastLayerRole).toUInt();
        out << (first == last ? QString::number(first)
                              : QStringLiteral("%1-%2").arg(first).arg(last)) +
                   QStringLiteral(" | ") + index.data(TimelineModel::ActionRole).toString() +
                   QStringLiteral(" | ") + index.data(TimelineModel::StatusRole).toString();
    }
    return out;
}

} // namespace

class TimelineModelTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void everyLayerIsARowTopFirst();
    void metadataChangesAreNamed();
    void removalsSayWhy();
    void aDeletedPathMayComeBack();
    void layersAboveTheScopeAreNotStacked();
    void longRunsOfUntouchedLayersAreOneRow();
    void hostileNamesAndImpliedFolders();
    void hardlinksNameTheirFile();
    void absentLayersSaySo();
    void rowsOfTouchedLayersAloneCanBeChosen();

private:
    QStringList timeline(const char* path, LayerNo top = 0xffff)
    {
        const auto node = m_fixture->session.tree()->find(path);
        if (!node) {
            return {QStringLiteral("no such path")};
        }
        const auto last = static_cast<LayerNo>(m_fixture->session.tree()->layerCount() - 1);
        m_model->setPath(m_fixture->session.opened(), *node, std::min(top, last));
        return lines(*m_model);
    }
    void use(const ImageBuilder& image)
    {
        m_model = std::make_unique<TimelineModel>();
        m_tester = std::make_unique<QAbstractItemModelTester>(m_model.get());
        m_fixture = std::make_unique<SessionFixture>();
        QVERIFY(m_fixture->open(image));
        QTRY_VERIFY(m_fixture->session.tree()->undecidedCount() == 0);
    }

    std::unique_ptr<SessionFixture> m_fixture;
    std::unique_ptr<TimelineModel> m_model;
    std::unique_ptr<QAbstractItemModelTester> m_tester;
};

void TimelineModelTest::everyLayerIsARowTopFirst()
{
    use(articleImage());
    QCOMPARE(timeline("/etc/passwd"),
             QStringList({QStringLiteral("2 | modified · 14 B | visible"),
                          QStringLiteral("1 | not in this layer | –"),
                          QStringLiteral("0 | added · 5 B | covered by 2")}));
    const auto index = m_model->indexOfLayer(0);
    QCOMPARE(index.row(), 2);
    QCOMPARE(index.data(TimelineModel::SizeRole).toULongLong(), 5U);
    QVERIFY(index.data(Qt::ToolTipRole).toString().contains(QStringLiteral("still stored")));
    QVERIFY(index.data(Qt::AccessibleTextRole).toString().contains(QStringLiteral("covered by 2")));
    m_model->clear();
    QCOMPARE(m_model->rowCount(), 0);
}

void TimelineModelTest::metadataChangesAreNamed()
{
    use(ImageBuilder()
            .layer(TarBuilder().file("run.sh", "x\n", {.mode = 0644}))
            .layer(TarBuilder().file("run.sh", "x\n", {.mode = 0755, .uid = 33}))
            .layer(TarBuilder().file("run.sh", "x\n", {.mode = 0755, .uid = 33})));
    QCOMPARE(timeline("/run.sh"),
             QStringList(
                 {QStringLiteral("2 | listed again, identical · 2 B | visible"),
                  QStringLiteral("1 | metadata: mode 0644 → 0755, owner 0:0 → 33:0 | covered by 2"),
                  QStringLiteral("0 | added · 2 B | covered by 1")}));
}

void TimelineModelTest::removalsSayWhy()
{
    use(ImageBuilder()
            .layer(TarBuilder()
                       .dir("a")
                       .file("a/f", "1")
                       .dir("b")
                       .file("b/f", "1")
                       .dir("c")
                       .file("c/f", "1"))
            .layer(TarBuilder().whiteout("a").dir("b").opaque("b").file("c", "now a file")));
    QCOMPARE(timeline("/a").first(), QStringLiteral("1 | deleted by a whiteout | deleted here"));
    QCOMPARE(timeline("/a/f"),
             QStringList({QStringLiteral("1 | deleted with the folder a | deleted here"),
                          QStringLiteral("0 | added · 1 B | deleted by 1")}));
    QCOMPARE(timeline("/b/f").first(),
             QStringLiteral("1 | hidden: folder replaced | deleted here"));
    QCOMPARE(timeline("/c/f").first(),
             QStringLiteral("1 | hidden: the folder above became something else | deleted here"));
    QCOMPARE(timeline("/c").first(), QStringLiteral("1 | replaced: folder → file | visible"));
}

void TimelineModelTest::aDeletedPathMayComeBack()
{
    use(ImageBuilder()
            .layer(TarBuilder().file("f", "1"))
            .layer(TarBuilder().whiteout("f"))
            .layer(TarBuilder().file("f", "22")));
    QCOMPARE(timeline("/f"), QStringList({QStringLiteral("2 | added · 2 B | visible"),
                                          QStringLiteral("1 | deleted by a whiteout | undone by 2"),
                                          QStringLiteral("0 | added · 1 B | deleted by 1")}));
}

void TimelineModelTest::layersAboveTheScopeAreNotStacked()
{
    use(articleImage());
    QCOMPARE(timeline("/etc/passwd", 1),
             QStringList({QStringLiteral("2 | modified · 14 B | not stacked yet"),
                          QStringLiteral("1 | not in this layer | –"),
                          QStringLiteral("0 | added · 5 B | visible")}));
    QVERIFY(!m_model->index(0).data(TimelineModel::StackedRole).toBool());
    QVERIFY(m_model->index(1).data(TimelineModel::StackedRole).toBool());
}

void TimelineModelTest::longRunsOfUntouchedLayersAreOneRow()
{
    ImageBuilder image;
    for (int i = 0; i < 12; ++i) {
        TarBuilder tar;
        tar.file("other" + std::to_string(i), "x");
        if (i == 2 || i == 5) {
            tar.file("f", std::string(static_cast<std::size_t>(i), 'x'));
        }
        image.layer(tar);
    }
    use(image);
    QCOMPARE(timeline("/f"), QStringList({QStringLiteral("6-11 | layers 6–11: not touched | –"),
                                          QStringLiteral("5 | modified · 5 B | visible"),
                                          QStringLiteral("4 | not in this layer | –"),
                                          QStringLiteral("3 | not in this layer | –"),
                                          QStringLiteral("2 | added · 2 B | covered by 5"),
                                          QStringLiteral("1 | not in this layer | –"),
                                          QStringLiteral("0 | not in this layer | –")}));
    QCOMPARE(m_model->indexOfLayer(8).row(), 0);
    QCOMPARE(m_model->indexOfLayer(5).row(), 1);
    QCOMPARE(m_model->indexOfLayer(0).row(), 6);
    QVERIFY(!m_model->indexOfLayer(12).isValid());
}

void TimelineModelTest::hostileNamesAndImpliedFolders()
{
    const std::string hostile = "a\n<b>bold</b>\xe2\x80\xae"
                                "fdp.exe\xff";
    use(ImageBuilder()
            .layer(TarBuilder().file("implied/" + hostile, "x"))
            .layer(TarBuilder().whiteout("implied/" + hostile),
                   "RUN echo '<img src=x>'\n\xe2\x80\xae"));
    QCOMPARE(timeline("/implied").last(),
             QStringLiteral("0 | not listed, implied by what lies inside | visible"));
    QCOMPARE(timeline(("/implied/" + hostile).c_str()).size(), 2);
    const auto toolTip = m_model->index(0).data(Qt::ToolTipRole).toString();
    QVERIFY(!toolTip.contains(QStringLiteral("<img")));
    QVERIFY(!toolTip.contains(QChar(0x202e)));
    QVERIFY(
        !m_model->index(0).data(TimelineModel::InstructionRole).toString().contains(QChar(0x202e)));
}

void TimelineModelTest::hardlinksNameTheirFile()
{
    use(ImageBuilder()
            .layer(TarBuilder().file("bin/perl", "perl").hardlink("bin/perl5", "bin/perl"))
            .layer(TarBuilder().hardlink("bin/lower", "bin/perl")));
    QCOMPARE(timeline("/bin/perl5").last(),
             QStringLiteral("0 | added · hard link to /bin/perl | visible"));
    QCOMPARE(timeline("/bin/lower").first(),
             QStringLiteral("1 | added · hard link to /bin/perl | visible"));
}

void TimelineModelTest::absentLayersSaySo()
{
    use(ImageBuilder()
            .foreignLayer(TarBuilder().file("f", "1").bytes())
            .layer(TarBuilder().file("f", "22")));
    QCOMPARE(timeline("/f"),
             QStringList({QStringLiteral("1 | added · 2 B | visible"),
                          QStringLiteral("0 | this layer is not in the archive | –")}));
    // A run of them is no run of layers that did nothing, and ends where such begin.
    ImageBuilder image;
    image.layer(TarBuilder().file("f", "1"));
    for (int i = 1; i <= 4; ++i) {
        image.foreignLayer(TarBuilder().file("f", "foreign" + std::to_string(i)).bytes());
    }
    for (int i = 5; i <= 8; ++i) {
        image.layer(TarBuilder().file("g", std::to_string(i)));
    }
    use(image);
    QCOMPARE(timeline("/f"),
             QStringList({QStringLiteral("5-8 | layers 5–8: not touched | –"),
                          QStringLiteral("1-4 | layers 1–4: not in the archive | –"),
                          QStringLiteral("0 | added · 1 B | visible")}));
    QVERIFY(
        m_model->index(1).data(Qt::ToolTipRole).toString().contains(QStringLiteral("not known")));
    QCOMPARE(m_model->indexOfLayer(3), m_model->index(1));
}

void TimelineModelTest::rowsOfTouchedLayersAloneCanBeChosen()
{
    use(articleImage());
    timeline("/etc/passwd");
    QVERIFY(m_model->index(0).flags().testFlag(Qt::ItemIsSelectable));
    QVERIFY(!m_model->index(1).flags().testFlag(Qt::ItemIsSelectable));
}

QTEST_MAIN(TimelineModelTest)
#include "tst_timeline_model.moc"
