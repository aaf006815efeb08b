// SPDX-License-Identifier: Apache-2.0
#include "window/problems_page.h"

#include "models/problem_model.h"
#include "theme/layer_chip.h"
#include "theme/theme.h"
#include "tree/empty_state.h"

#include <QListView>
#include <QPainter>
#include <QStackedLayout>
#include <QStyledItemDelegate>

#include <algorithm>

namespace strata::ui {

namespace {

constexpr int sideMargin = 16;
constexpr int lineGap = 3;
constexpr int rowMargin = 9;
constexpr int chipColumn = 40;

/// Chip, source and sentence, then what it means; as many lines as it takes.
class ProblemDelegate : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override
    {
        painter->save();
        const auto base = option.palette.color(QPalette::Base);
        if ((option.state & QStyle::State_Selected) != 0) {
            painter->fillRect(option.rect,
                              theme::mix(option.palette.color(QPalette::Highlight), base, 0.18));
        }
        painter->fillRect(QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1),
                          theme::hairline(option.palette));
        QRect rect = option.rect.adjusted(sideMargin, rowMargin, -sideMargin, -rowMargin);
        painter->setFont(option.font);
        const int layer = index.data(ProblemModel::LayerRole).toInt();
        if (index.data(ProblemModel::ContainerRole).toBool()) {
            paintContainerChip(*painter, rect.left(),
                               rect.top() + option.fontMetrics.height() / 2.0, 18);
        } else if (layer >= 0) {
            paintLayerChip(*painter, rect.left(), rect.top() + option.fontMetrics.height() / 2.0,
                           18, static_cast<unsigned>(layer));
        }
        rect.setLeft(rect.left() + chipColumn);
        const QString text = index.data().toString();
        painter->setPen(index.data(ProblemModel::GraveRole).toBool()
                            ? theme::changeColor(Change::Removed, option.palette)
                            : option.palette.color(QPalette::Text));
        QRect used;
        painter->drawText(rect, flags, text, &used);
        rect.setTop(used.bottom() + lineGap);
        painter->setPen(theme::mutedText(option.palette));
        painter->drawText(rect, flags, secondLine(index));
        painter->restore();
    }

    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        const auto* list = qobject_cast<const QListView*>(option.widget);
        const int width = (list ? list->viewport()->width() : 400) - 2 * sideMargin - chipColumn;
        const QRect room(0, 0, std::max(width, 100), 10'000);
        const int text =
            option.fontMetrics.boundingRect(room, flags, index.data().toString()).height();
        const int more = option.fontMetrics.boundingRect(room, flags, secondLine(index)).height();
        return {width, text + more + lineGap + 2 * rowMargin};
    }

private:
    static constexpr int flags =
        Qt::AlignLeft | Qt::AlignTop | Qt::TextWrapAnywhere | Qt::TextWordWrap;

    static QString secondLine(const QModelIndex& index)
    {
        const QString source = index.data(ProblemModel::SourceRole).toString();
        const QString help = index.data(ProblemModel::HelpRole).toString();
        return help.isEmpty() ? source : QStringLiteral("%1 · %2").arg(source, help);
    }
};

} // namespace

ProblemsPage::ProblemsPage(ImageSession& session, QWidget* parent)
    : QWidget(parent)
    , m_session(session)
    , m_model(new ProblemModel(this))
    , m_view(new QListView(this))
    , m_empty(new EmptyState(this))
    , m_stack(new QStackedLayout(this))
{
    m_view->setObjectName(QStringLiteral("problemList"));
    m_view->setAccessibleName(tr("Problems found in the image"));
    m_view->setModel(m_model);
    m_view->setItemDelegate(new ProblemDelegate(m_view));
    m_view->setFrameShape(QFrame::NoFrame);
    m_view->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_view->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_view->setResizeMode(QListView::Adjust);
    m_view->setWordWrap(true);
    m_stack->addWidget(m_view);
    m_stack->addWidget(m_empty);
    const auto choose = [this](const QModelIndex& index) {
        if (const int layer = index.data(ProblemModel::LayerRole).toInt(); layer >= 0) {
            m_session.setCurrentLayer(static_cast<LayerNo>(layer));
        }
    };
    connect(m_view, &QListView::clicked, this, choose);
    connect(m_view, &QListView::activated, this, choose);
    for (const auto signal :
         {&ImageSession::openingStarted, &ImageSession::archiveReady, &ImageSession::imageReady,
          &ImageSession::closed, &ImageSession::failed}) {
        connect(&m_session, signal, this, &ProblemsPage::refresh);
    }
    connect(&m_session, &ImageSession::viewChanged, this, &ProblemsPage::refresh);
    // Many layers may be checked within a moment; a large one may take minutes.
    m_later.setSingleShot(true);
    m_later.setInterval(100);
    connect(&m_later, &QTimer::timeout, this, &ProblemsPage::refresh);
    connect(&m_session, &ImageSession::checksChanged, this, [this](bool finished) {
        if (finished) {
            refresh();
        } else if (!m_later.isActive()) {
            m_later.start();
        }
    });
    refresh();
}

int ProblemsPage::count() const
{
    return m_model->rowCount({});
}

void ProblemsPage::refresh()
{
    m_later.stop();
    m_model->setSession(m_session);
    if (m_session.state() == ImageSession::State::Ready) {
        m_empty->setMessage(tr("No problems found"),
                            m_session.checking()
                                ? tr("Archive, documents and layers are in order. Digests are "
                                     "still being checked.")
                                : tr("Archive, documents and layers are in order."));
    } else {
        m_empty->setMessage(tr("No problems found so far"), {});
    }
    m_stack->setCurrentWidget(count() > 0 ? static_cast<QWidget*>(m_view) : m_empty);
    Q_EMIT countChanged(count());
}

} // namespace strata::ui
