// SPDX-License-Identifier: Apache-2.0
#include "screenshots/takes.h"

#include "tree/filter_bar.h"
#include "tree/filter_menu.h"
#include "tree/tree_view.h"

#include <QtTest>

namespace strata::test {

using namespace ui;

void takeTree(Photographer& p)
{
    p.openSample();
    p.shot("sample");
    p.select("/etc/group");
    p.shot("path-selected");
    p.session().setCurrentLayer(1);
    p.settle();
    p.shot("up-to-layer-1");
    p.session().setCurrentLayer(2);
    p.session().setScope(Scope::OnlyLayer);
    p.settle();
    p.shot("only-layer-2");
    p.session().setScope(Scope::WholeImage);
    p.session().setCurrentLayer({});
    auto* facets = p.window().findChild<FilterMenu*>();
    facets->setQuery(QStringLiteral("layer:2"));
    facets->popup(p.window().mapToGlobal(QPoint(600, 60)));
    QTest::keyClick(facets, Qt::Key_Down);
    QTest::keyClick(facets, Qt::Key_Right);
    QTest::qWait(300);
    p.shot("facets", facets->actions().front()->menu());
    facets->hide();
    facets->setQuery({});
    p.page().filterBar()->setShowRemoved(true);
    p.settle();
    p.filter(QStringLiteral("change:removed"));
    p.page().goToMatch(true);
    p.settle();
    p.filter({});
    p.page().view()->expandEverything();
    p.settle();
    p.shot("removed-shown");
    p.page().filterBar()->setShowRemoved(false);
    p.filter(QStringLiteral("*.conf"));
    p.shot("filter");
    p.filter(QStringLiteral("size>lots"));
    p.shot("filter-wrong");
    p.filter(QStringLiteral("nosuchthing"));
    p.shot("filter-nothing");
    p.filter({});
}

void takeInspector(Photographer& p)
{
    p.openSample();
    p.select("/etc/group");
    p.inspect(Inspector::Tab::Preview);
    p.shot("inspector-preview");
    p.inspect(Inspector::Tab::Diff);
    p.shot("inspector-diff");
    p.inspect(Inspector::Tab::Details);
    p.shot("inspector-details");
    p.inspect(Inspector::Tab::Timeline);
    p.shot("inspector-timeline");
    p.select("/etc");
    p.inspect(Inspector::Tab::Preview);
    p.shot("inspector-folder");
    p.window().workspace()->treePage()->extractTo(p.folder());
    p.settle();
    p.shot("extracted");
    p.window().workspace()->showPage(Workspace::Instructions);
    p.settle();
    p.shot("instructions");
    p.window().workspace()->showPage(Workspace::Documents);
    p.settle();
    p.shot("documents");
    p.window().workspace()->showPage(Workspace::Problems);
    p.settle();
    p.shot("problems-none");
    p.window().workspace()->showPage(Workspace::Files);
}

} // namespace strata::test
