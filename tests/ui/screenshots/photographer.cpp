// SPDX-License-Identifier: Apache-2.0
#include "screenshots/photographer.h"

#include "tree/filter_bar.h"

#include <QtTest>

#include <cstdio>

namespace strata::test {

using namespace ui;

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

Photographer::Photographer(QString folder, QString suffix)
    : m_folder(std::move(folder))
    , m_suffix(std::move(suffix))
{
}

void Photographer::newWindow(QSize size)
{
    m_window.reset();
    m_window = std::make_unique<MainWindow>();
    m_window->resize(size);
    m_window->show();
    settle();
}

void Photographer::open(const QString& fileName, ImageSession::State expected)
{
    m_window->openFile(fileName);
    settle();
    require(session().state() == expected, fileName.toLocal8Bit());
}

void Photographer::openSample()
{
    m_window->openSample();
    settle();
    require(session().state() == ImageSession::State::Ready, "the sample");
}

void Photographer::settle()
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

void Photographer::select(const char* path)
{
    const auto node = session().tree() ? session().tree()->find(path) : std::nullopt;
    require(node.has_value(), path);
    session().setCurrentNode(node.value_or(NodeId{}));
    settle();
}

void Photographer::require(bool reached, const QByteArray& what)
{
    if (!reached) {
        std::fprintf(stderr, "not reached: %s\n", what.constData());
        failed = true;
    }
}

void Photographer::filter(const QString& text)
{
    page().filterBar()->setText(text);
    QTest::qWait(120);
    settle();
}

void Photographer::inspect(Inspector::Tab tab)
{
    m_window->findChild<Inspector*>()->showTab(tab);
    settle();
}

void Photographer::shot(const char* name, QWidget* widget)
{
    const auto file =
        QStringLiteral("%1/%2%3.png").arg(m_folder, QString::fromLatin1(name), m_suffix);
    if (!(widget ? widget : m_window.get())->grab().save(file)) {
        std::fprintf(stderr, "cannot write %s\n", qPrintable(file));
        failed = true;
    }
}

} // namespace strata::test
