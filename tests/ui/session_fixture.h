// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "archive_builder.h"
#include "session/image_session.h"

#include <QSignalSpy>
#include <QTemporaryDir>

#include <QtTest>

namespace strata::test {

/// How long to wait for what must come: also under a sanitizer on a busy machine.
inline constexpr int patienceMs = 60'000;

/// A session and a folder for the archives that it opens.
struct SessionFixture
{
    QTemporaryDir directory;
    ui::ImageSession session;

    /// Writes the archive without opening it; gives its name.
    QString write(const ArchiveBuilder& archive)
    {
        const QString name = directory.filePath(QStringLiteral("image.tar"));
        archive.writeFile(name.toStdString());
        return name;
    }
    QString write(const ImageBuilder& image, ArchiveForm form = ArchiveForm::Oci)
    {
        return write(ArchiveBuilder(form).image(image));
    }
    /// Opens it and waits until the tree is there. False if that fails.
    bool open(const QString& name)
    {
        session.openFile(name);
        return QTest::qWaitFor(
                   [this] {
                       return session.state() == ui::ImageSession::State::Ready ||
                              session.state() == ui::ImageSession::State::Failed;
                   },
                   patienceMs) &&
               session.state() == ui::ImageSession::State::Ready;
    }
    bool open(const ImageBuilder& image, ArchiveForm form = ArchiveForm::Oci)
    {
        return open(write(image, form));
    }
    bool waitForChecks()
    {
        return QTest::qWaitFor([this] { return !session.checking() && !session.checks().empty(); },
                               patienceMs);
    }
};

/// The design's example in small: a base of one layer, two steps upon it, four without a layer.
inline ImageBuilder articleImage()
{
    ImageBuilder image;
    image.name("localhost/article:latest")
        .layer(TarBuilder().dir("etc").file("etc/passwd", "root\n").file("etc/motd", "hello\n"),
               "/bin/sh -c #(nop) ADD file:" + std::string(64, 'a') + " in / ")
        .step("/bin/sh -c #(nop)  CMD [\"bash\"]")
        .step("/bin/sh -c #(nop)  ENV LANG=C.UTF-8")
        .comment("FROM debian:13")
        .layer(TarBuilder().file("usr/bin/emacs", std::string(40'000, 'e')),
               "RUN /bin/sh -c apt-get update && apt-get install -y emacs-nox # buildkit",
               Compression::Gzip)
        .layer(TarBuilder()
                   .file("usr/sbin/apache2", std::string(10'000, 'a'))
                   .file("etc/passwd", "root\nwww-data\n")
                   .whiteout("etc/motd"),
               "RUN /bin/sh -c apt-get install -y apache2 # buildkit")
        .step("EXPOSE [80/tcp]")
        .step("CMD [\"/bin/bash\"]");
    return image;
}

} // namespace strata::test
