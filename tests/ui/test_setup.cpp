// SPDX-License-Identifier: Apache-2.0
// Linked into every test of the user interface.
#include <QCoreApplication>
#include <QLocale>

#include <QtTest>

namespace {

void setUp()
{
    // What is expected is written in the C locale, with groups in large numbers.
    QLocale plain(QLocale::C);
    plain.setNumberOptions(QLocale::DefaultNumberOptions);
    QLocale::setDefault(plain);
    // A QVERIFY that fails in a helper ends the test, not the helper alone.
    QTest::setThrowOnFail(true);
}

} // namespace

Q_COREAPP_STARTUP_FUNCTION(setUp)
