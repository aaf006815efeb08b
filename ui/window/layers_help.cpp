// SPDX-License-Identifier: Apache-2.0
#include "window/layers_help.h"

#include <QDialogButtonBox>
#include <QTextBrowser>
#include <QVBoxLayout>

namespace strata::ui {

LayersHelp::LayersHelp(QWidget* parent)
    : QDialog(parent)
{
    setWindowTitle(tr("What are layers?"));
    auto* text = new QTextBrowser(this);
    text->setAccessibleName(tr("What are layers?"));
    text->setFrameShape(QFrame::NoFrame);
    text->setHtml(tr(
        "<h2>An image is a stack</h2>"
        "<p>Each build step that changes files (<tt>RUN</tt>, <tt>COPY</tt>, <tt>ADD</tt>) adds "
        "one <b>layer</b>: an archive of just the files it changed. <tt>CMD</tt> or <tt>ENV</tt> "
        "only change settings and make none.</p>"
        "<h3>The topmost copy wins</h3>"
        "<p>A container sees all layers stacked. Where several hold the same path, the topmost "
        "is visible; that layer is the path's <b>origin</b>. The copies it covers are still "
        "stored.</p>"
        "<h3>Deleting hides, it does not shrink</h3>"
        "<p>A layer cannot take bytes out of the layers below. A deleted file leaves a "
        "<b>whiteout</b>, a mark that hides it. The image keeps its size, and anyone can still "
        "read the file in the lower layer.</p>"
        "<h3>Changing a little copies the whole</h3>"
        "<p>Append one byte, or change only the mode or owner, and the layer holds a full copy "
        "of the file.</p>"
        "<h3>Layers are shared</h3>"
        "<p>A layer is known by the digest of its bytes. Images built on the same base share its "
        "layers, on disk and in transfer.</p>"
        "<h3>Try it</h3>"
        "<p>Open the sample image, click the plates of the stack from the bottom up, and watch "
        "the tree grow. Then switch to “Only layer 2”.</p>"));
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(text, 1);
    layout->addWidget(buttons);
    resize(560, 560);
}

} // namespace strata::ui
