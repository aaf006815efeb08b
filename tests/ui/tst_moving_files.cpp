// SPDX-License-Identifier: Apache-2.0
// An archive that is cut, written to, deleted or replaced while the window shows it.
#include "inspector/inspector.h"
#include "inspector/message_view.h"
#include "inspector/preview_page.h"
#include "inspector/text_view.h"
#include "window_fixture.h"

#include <QFile>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <optional>

using namespace strata;
using namespace strata::test;
using namespace strata::ui;

namespace {

ArchiveBuilder image(const char* text)
{
    ImageBuilder image;
    image.layer(TarBuilder()
                    .file("first", "the first file")
                    .file("padding", std::string(300'000, 'x'))
                    .file("second", text));
    return ArchiveBuilder(ArchiveForm::Oci).image(image);
}

} // namespace

class MovingFilesTest : public QObject
{
    Q_OBJECT
public:
    using Application = QApplication;

private Q_SLOTS:
    void aFileCutIsToldInTheInspector()
    {
        std::filesystem::resize_file(open(), 20'000);
        expectChanged();
    }

    void aFileWrittenToIsToldInTheInspector()
    {
        const auto path = open();
        const auto size = std::filesystem::file_size(path);
        std::fstream(path, std::ios::in | std::ios::out | std::ios::binary)
            << std::string(size, 'n');
        QCOMPARE(std::filesystem::file_size(path), size);
        expectChanged();
        // Nothing of the image is there any more; that is said, and the window goes on.
        QTest::keyClick(&m_fixture->window, Qt::Key_F5);
        QTRY_COMPARE(m_fixture->session().state(), ImageSession::State::Failed);
    }

    void aDeletedFileIsStillTheOneThatWasOpened()
    {
        std::filesystem::remove(open());
        expectSecond();
    }

    void aReplacedFileIsStillTheOneThatWasOpened()
    {
        const auto path = open();
        const auto other = m_fixture->write("other.tar", image("something else"));
        std::filesystem::rename(other.toStdString(), path);
        expectSecond();
        QTest::keyClick(&m_fixture->window, Qt::Key_F5);
        QVERIFY(m_fixture->ready());
        m_fixture->select("/second");
        QTRY_COMPARE(text(), QStringLiteral("something else"));
    }

    void cleanup() { m_fixture.reset(); }

private:
    /// Shows the image's first file; nothing of the second has been read but its header.
    std::filesystem::path open()
    {
        m_fixture.emplace();
        const auto name = m_fixture->write("image.tar", image("the second file"));
        const std::filesystem::path path = name.toStdString();
        // Older than a tick of the file system's clock.
        std::filesystem::last_write_time(path, std::filesystem::file_time_type::clock::now() -
                                                   std::chrono::hours(1));
        m_fixture->window.openFile(name);
        [&] {
            QVERIFY(m_fixture->ready());
            m_fixture->window.findChild<Inspector*>()->showTab(Inspector::Tab::Preview);
            m_fixture->select("/first");
            QTRY_COMPARE(text(), QStringLiteral("the first file"));
        }();
        return path;
    }
    void expectChanged()
    {
        m_fixture->select("/second");
        const auto* said = preview()->findChild<MessageView*>();
        QVERIFY(said);
        QTRY_VERIFY(said->isVisible());
        QTRY_VERIFY2(said->body().contains(QStringLiteral("changed on disk while it was open")),
                     qPrintable(said->body()));
        QVERIFY(!preview()->findChild<TextView*>()->isVisible());
    }
    void expectSecond()
    {
        m_fixture->select("/second");
        QTRY_COMPARE(text(), QStringLiteral("the second file"));
    }
    PreviewPage* preview() { return m_fixture->window.findChild<PreviewPage*>(); }
    QString text() { return preview()->findChild<TextView*>()->toPlainText(); }

    std::optional<WindowFixture> m_fixture;
};

int main(int argc, char* argv[])
{
    return runWindowTest<MovingFilesTest>(argc, argv);
}
#include "tst_moving_files.moc"
