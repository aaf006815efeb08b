// SPDX-License-Identifier: Apache-2.0
#include "screenshots/images.h"
#include "screenshots/takes.h"

#include "tree/tree_view.h"
#include "window/drop_hint.h"

#include <QFile>

namespace strata::test {

using namespace ui;

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

} // namespace strata::test
