// SPDX-License-Identifier: Apache-2.0
// How the stack looks: in its font, palette and direction, with and without the focus.
#include "panel_fixture.h"
#include "stack_images.h"
#include "theme/theme.h"

using namespace strata;
using namespace strata::test;
using namespace strata::ui;
using namespace Qt::StringLiterals;

class TestStackLook : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void darkPalette();
    void growsWithTheFont_data();
    void growsWithTheFont();
    void focusIsSeen();
    void mirroredFromRightToLeft();
    void quietPlatesCanBeRead();
    void paintsEveryState();
    void absentLayersLookOtherwise();
};

void TestStackLook::darkPalette()
{
    PanelFixture f;
    QVERIFY(f.open(articleImage()));
    QVERIFY(f.show());
    QPalette dark = f.panel.palette();
    dark.setColor(QPalette::Base, QColor(20, 22, 26));
    dark.setColor(QPalette::Text, Qt::white);
    f.panel.setPalette(dark);
    const auto image = f.panel.grab().toImage();
    QVERIFY(image.pixelColor(2, image.height() / 2).lightness() < 60);
}

void TestStackLook::growsWithTheFont_data()
{
    QTest::addColumn<int>("layers");
    QTest::addColumn<double>("factor");
    QTest::newRow("high plates, 3/2") << 3 << 1.5;
    QTest::newRow("high plates, 2") << 3 << 2.0;
    QTest::newRow("low plates, 3/2") << 40 << 1.5;
    QTest::newRow("low plates, 2") << 40 << 2.0;
}

void TestStackLook::growsWithTheFont()
{
    QFETCH(const int, layers);
    QFETCH(const double, factor);
    PanelFixture f;
    QVERIFY(f.open(imageOfLayers(layers)));
    QVERIFY(f.show());
    const int before = f.row(0).height();
    const int wide = f.view().minimumWidth();
    f.panel.setFont(theme::resized(f.panel.font(), f.panel.font(), factor));
    // A pixel of rounding for each line of text.
    const double lines = layers < 10 ? 3 : 2;
    QTRY_VERIFY2(f.row(0).height() >= before * factor - lines,
                 qPrintable(u"%1 from %2"_s.arg(f.row(0).height()).arg(before)));
    QVERIFY(f.view().minimumWidth() >= wide * factor - wide / 20.0);
}

void TestStackLook::focusIsSeen()
{
    PanelFixture f;
    QVERIFY(f.open(articleImage()));
    f.session.setCurrentLayer(1);
    QVERIFY(f.show());
    const QColor ring(1, 2, 250);
    QPalette palette = f.panel.palette();
    palette.setColor(QPalette::Highlight, ring);
    f.panel.setPalette(palette);
    const auto ringed = [&] {
        const auto image = f.picture();
        for (int y = f.row(1).top(); y < f.row(1).bottom(); ++y) {
            for (int x = 0; x < image.width(); ++x) {
                if (image.pixelColor(x, y) == ring) {
                    return true;
                }
            }
        }
        return false;
    };
    QTRY_VERIFY(f.view().hasFocus());
    QVERIFY(ringed());
    f.view().clearFocus();
    QVERIFY(!ringed());
}

void TestStackLook::mirroredFromRightToLeft()
{
    PanelFixture f;
    QVERIFY(f.open(imageOfLayers(2)));
    QVERIFY(f.show());
    const auto bounds = [&](const QColor& color) { // of this colour in the base layer's row
        const auto image = f.picture();
        const QRect row = f.row(0);
        QRect found;
        for (int x = 0; x < image.width(); ++x) {
            if (image.pixelColor(x, row.center().y()) == color) {
                found |= QRect(x, 0, 1, 1);
            }
        }
        return found;
    };
    const QColor strong = theme::layerColor(0);
    const int width = f.view().viewport()->width();
    const QRect plain = bounds(strong);
    QVERIFY(plain.left() < width / 10); // the edge strip
    f.panel.setLayoutDirection(Qt::RightToLeft);
    QTRY_VERIFY(bounds(strong).right() > width - width / 10);
    QVERIFY(bounds(strong).left() > width / 10);
    // Captions begin at the right.
    const auto image = f.picture();
    const QColor base = f.view().palette().color(QPalette::Base);
    const QRect caption = f.view().visualRect(f.panel.model()->index(0));
    int first = width;
    for (int x = width - 1; x >= 0; --x) {
        for (int y = caption.top(); y <= caption.bottom(); ++y) {
            first = image.pixelColor(x, y) != base ? x : first;
        }
    }
    QVERIFY2(first > width / 2, qPrintable(QString::number(first)));
}

void TestStackLook::quietPlatesCanBeRead()
{
    PanelFixture f;
    QVERIFY(f.open(articleImage()));
    QVERIFY(f.show());
    f.session.setCurrentLayer(0);
    // Layer 2 is out of the scope now: faint, but some pixels of its text still stand out.
    const auto image = f.picture();
    const QRect row = f.row(2);
    const QColor base = f.view().palette().color(QPalette::Base);
    double most = 1;
    for (int y = row.top() + 20; y < row.center().y(); ++y) {
        for (int x = row.left() + 60; x < row.right() - 60; ++x) {
            most = std::max(most, theme::contrast(image.pixelColor(x, y), base));
        }
    }
    QVERIFY2(most >= 4.0, qPrintable(QString::number(most)));
}

void TestStackLook::paintsEveryState()
{
    PanelFixture f;
    const auto name = f.write(incompleteArchive());
    QVERIFY(f.show());
    bool early = false; // painted before the layers are read
    connect(&f.session, &ImageSession::archiveReady, &f.panel,
            [&] { early = !f.panel.grab().isNull(); });
    QVERIFY(f.open(name));
    QVERIFY(early);
    for (const auto scope : {Scope::UpToLayer, Scope::OnlyLayer, Scope::WholeImage}) {
        f.session.setCurrentLayer(1);
        f.session.setScope(scope);
        QVERIFY(!f.panel.grab().isNull());
    }
}

void TestStackLook::absentLayersLookOtherwise()
{
    QList<QImage> plates;
    for (const int state : {0, 1, 2}) {
        const TarBuilder tar = TarBuilder().file("b", "2");
        ImageBuilder image;
        image.layer(TarBuilder().file("a", "1"), "RUN first");
        if (state == 0) {
            image.foreignLayer(tar.bytes(), "RUN it");
        } else {
            image.layer(tar, "RUN it");
        }
        ArchiveBuilder archive(ArchiveForm::Oci);
        archive.image(image);
        if (state == 1) {
            archive.drop(archive.layerFile(image, 1));
        }
        PanelFixture f;
        QVERIFY(f.open(f.write(archive)));
        QVERIFY(f.show());
        plates += f.picture().copy(f.row(1));
    }
    QVERIFY(plates[0] != plates[1]); // kept elsewhere, not in the archive
    QVERIFY(plates[1] != plates[2]); // there
    QVERIFY(plates[0] != plates[2]);
}

QTEST_MAIN(TestStackLook)
#include "tst_stack_look.moc"
