// SPDX-License-Identifier: Apache-2.0
// The filter as one types it: parsed on every pause, errors in place, facets that write words.
#include "models/tree_model.h"
#include "tree/filter_bar.h"
#include "tree/filter_menu.h"
#include "tree/filter_words.h"

#include <QDragEnterEvent>
#include <QLineEdit>
#include <QMimeData>
#include <QSignalSpy>
#include <QToolButton>
#include <QVBoxLayout>

#include <QtTest>

using namespace strata::ui;

class TestFilterBar : public QObject
{
    Q_OBJECT

    QWidget m_window;
    FilterBar* m_bar = nullptr;
    QLineEdit* m_field = nullptr;

    QAction* facet(const QString& word)
    {
        for (auto* action : m_bar->findChild<FilterMenu*>()->findChildren<QAction*>()) {
            if (action->data().toString() == word) {
                return action;
            }
        }
        return nullptr;
    }

private Q_SLOTS:
    void init()
    {
        m_bar = new FilterBar(&m_window);
        if (!m_window.layout()) {
            new QVBoxLayout(&m_window);
        }
        m_window.layout()->addWidget(m_bar);
        m_window.resize(600, 200);
        m_window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&m_window));
        m_field = m_bar->findChild<QLineEdit*>(QStringLiteral("filterField"));
        m_bar->setLayers(
            {{QStringLiteral("FROM debian"), {}}, {QStringLiteral("RUN … emacs"), {}}});
    }
    void cleanup()
    {
        delete m_bar;
        QVERIFY(!m_window.findChild<QWidget*>(QStringLiteral("filterError")));
    }

    void parsesWhatIsTyped()
    {
        QSignalSpy changed(m_bar, &FilterBar::filterChanged);
        QTest::keyClicks(m_field, QStringLiteral("*.conf size>4k"));
        QTRY_COMPARE(m_bar->filter().text(), std::string("*.conf size>4k"));
        QVERIFY(changed.count() >= 1);
        QVERIFY(m_bar->errorText().isEmpty());
    }

    void answersAfterAShortPause()
    {
        static_assert(FilterBar::typingPauseMs <= 60);
        QSignalSpy changed(m_bar, &FilterBar::filterChanged);
        QTest::keyClicks(m_field, QStringLiteral("a"));
        QTRY_COMPARE(changed.count(), 1);
        QVERIFY(!m_bar->filter().empty());
    }

    void filesAreNotDroppedIntoTheField()
    {
        QMimeData file;
        file.setUrls({QUrl::fromLocalFile(QStringLiteral("/tmp/image.tar"))});
        QDragEnterEvent enter(QPoint(5, 5), Qt::CopyAction, &file, Qt::LeftButton, {});
        QApplication::sendEvent(m_field, &enter);
        QVERIFY(!enter.isAccepted()); // it goes on to the window
        QMimeData word;
        word.setText(QStringLiteral("*.conf"));
        QDragEnterEvent text(QPoint(5, 5), Qt::CopyAction, &word, Qt::LeftButton, {});
        QApplication::sendEvent(m_field, &text);
        QVERIFY(text.isAccepted());
    }

    void saysWhatIsWrongBelowTheField()
    {
        QTest::keyClicks(m_field, QStringLiteral("conf"));
        QTRY_COMPARE(m_bar->filter().text(), std::string("conf"));
        QTest::keyClicks(m_field, QStringLiteral(" size>lots"));
        QTRY_VERIFY(m_bar->errorText().contains(QStringLiteral("size>lots")));
        QCOMPARE(m_bar->filter().text(), std::string("conf")); // the last good one stays
        auto* error = m_window.findChild<QWidget*>(QStringLiteral("filterError"));
        QVERIFY(error && error->isVisible());
        QVERIFY(error->y() >= m_field->mapTo(&m_window, QPoint(0, m_field->height())).y());
        QTest::keyClick(m_field, Qt::Key_Escape);
        QTRY_VERIFY(m_bar->filter().empty());
        QVERIFY(m_bar->errorText().isEmpty());
    }

    void theErrorGoesAndComesWithTheBar()
    {
        QSignalSpy changed(m_bar, &FilterBar::errorChanged);
        QTest::keyClicks(m_field, QStringLiteral("size>lots"));
        auto* error = m_window.findChild<QWidget*>(QStringLiteral("filterError"));
        QTRY_VERIFY(!m_bar->errorText().isEmpty());
        error = m_window.findChild<QWidget*>(QStringLiteral("filterError"));
        QVERIFY(error && error->isVisible());
        QVERIFY(!changed.isEmpty());
        m_bar->hide();
        QVERIFY(!error->isVisible());
        QVERIFY(!m_bar->errorText().isEmpty());
        m_bar->show();
        QTRY_VERIFY(error->isVisible());
    }

    void theErrorStaysOverTheList()
    {
        QWidget list(&m_window);
        list.setGeometry(0, 60, 350, 100);
        list.show();
        m_bar->keepErrorOver(&list);
        QTest::keyClicks(m_field, QStringLiteral("size>lots"));
        QTRY_VERIFY(!m_bar->errorText().isEmpty());
        auto* error = m_window.findChild<QWidget*>(QStringLiteral("filterError"));
        QVERIFY2(error->geometry().right() <= 350 || error->x() == 0,
                 qPrintable(QString::number(error->geometry().right())));
    }

    void escapeClearsThenLeaves()
    {
        QSignalSpy left(m_bar, &FilterBar::leaveWanted);
        QTest::keyClicks(m_field, QStringLiteral("x"));
        QTest::keyClick(m_field, Qt::Key_Escape);
        QVERIFY(m_field->text().isEmpty());
        QCOMPARE(left.count(), 0);
        QTest::keyClick(m_field, Qt::Key_Escape);
        QCOMPARE(left.count(), 1);
    }

    void facetsWriteWords()
    {
        facet(QStringLiteral("layer:1"))->trigger();
        QCOMPARE(m_field->text(), QStringLiteral("layer:1"));
        facet(QStringLiteral("change:added"))->trigger();
        QCOMPARE(m_field->text(), QStringLiteral("layer:1 change:added"));
        facet(QStringLiteral("layer:0"))->trigger(); // one layer instead of the other
        QCOMPARE(m_field->text(), QStringLiteral("change:added layer:0"));
        QVERIFY(facet(QStringLiteral("layer:0"))->isChecked());
        QVERIFY(!facet(QStringLiteral("layer:1"))->isChecked());
        facet(QStringLiteral("change:added"))->trigger(); // off again
        QCOMPARE(m_field->text(), QStringLiteral("layer:0"));
    }

    void everyFacetIsAGoodFilter()
    {
        int seen = 0;
        for (auto* action : m_bar->findChild<FilterMenu*>()->findChildren<QAction*>()) {
            const auto word = action->data().toString();
            if (!word.isEmpty()) {
                ++seen;
                QVERIFY2(strata::Filter::parse(word.toStdString()).has_value(), qPrintable(word));
            }
        }
        QVERIFY(seen > 10);
    }

    void wordsKeepQuotesTogether()
    {
        QCOMPARE(filterWords::split(QStringLiteral("a \"b c\"  d")).size(), 3);
        QCOMPARE(filterWords::toggled(QStringLiteral("\"b c\" size>4k"), QStringLiteral("size>1M"),
                                      {QStringLiteral("size>")}),
                 QStringLiteral("\"b c\" size>1M"));
    }

    void facetsReplaceWhatContradictsThem_data()
    {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QString>("facetWord");
        QTest::addColumn<QString>("result");
        QTest::newRow("size:") << "size:0" << "size>4k" << "size>4k";
        QTest::newRow("the opposite") << "-layer:1 a" << "layer:1" << "a layer:1";
        QTest::newRow("the opposite of none") << "-setuid" << "setuid" << "setuid";
        QTest::newRow("open quote") << "foo \"bar" << "layer:1" << "foo \"bar\" layer:1";
    }

    void facetsReplaceWhatContradictsThem()
    {
        QFETCH(const QString, typed);
        QFETCH(const QString, facetWord);
        QFETCH(const QString, result);
        m_bar->setText(typed);
        facet(facetWord)->trigger();
        QCOMPARE(m_field->text(), result);
        QVERIFY(strata::Filter::parse(result.toStdString()).has_value());
        QVERIFY(facet(facetWord)->isChecked());
        facet(facetWord)->trigger();
        QVERIFY(!filterWords::has(m_field->text(), facetWord));
    }

    void showRemovedIsASwitch()
    {
        QSignalSpy changed(m_bar, &FilterBar::showRemovedChanged);
        auto* button = m_bar->findChild<QToolButton*>(QStringLiteral("showRemoved"));
        QTest::mouseClick(button, Qt::LeftButton);
        QVERIFY(m_bar->showRemoved());
        QCOMPARE(changed.count(), 1);
    }
};

QTEST_MAIN(TestFilterBar)
#include "tst_filter_bar.moc"
