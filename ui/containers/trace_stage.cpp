// SPDX-License-Identifier: Apache-2.0
#include "containers/trace_stage.h"

#include "containers/container_list.h"
#include "stack/plate_painter.h"
#include "stack/stack_metrics.h"
#include "stack/stack_panel.h"
#include "stack/stack_view.h"
#include "theme/theme.h"

#include <QEvent>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace strata::ui {

namespace {

/// How long what was played stays to be seen; the log has it for good.
constexpr int lingerMilliseconds = 6'000;

/// How far something has come that begins and ends gently.
double eased(double progress)
{
    return progress * progress * (3 - 2 * progress);
}

/// A tombstone: the sign of what was deleted and is still there below.
QPainterPath tombstone(const QRectF& box)
{
    QPainterPath path;
    const qreal round = box.width() / 2;
    path.moveTo(box.bottomLeft());
    path.lineTo(box.left(), box.top() + round);
    path.arcTo(QRectF(box.left(), box.top(), box.width(), box.width()), 180, -180);
    path.lineTo(box.bottomRight());
    path.closeSubpath();
    return path;
}

} // namespace

TraceStage::TraceStage(TracePlayer& player, ContainerList& containers, StackPanel& panel)
    : QWidget(&panel)
    , m_player(player)
    , m_containers(containers)
    , m_panel(panel)
{
    setObjectName(QStringLiteral("traceStage"));
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setFocusPolicy(Qt::NoFocus);
    setGeometry(panel.rect());
    panel.installEventFilter(this);
    connect(&player, &TracePlayer::moved, this, qOverload<>(&QWidget::update));
    connect(&player, &TracePlayer::stepChanged, this, &TraceStage::follow);
    m_fade.setSingleShot(true);
    m_fade.setInterval(lingerMilliseconds);
    connect(&player, &TracePlayer::ended, &m_fade, [this] {
        if (!m_player.still()) { // where nothing moves, nothing vanishes either
            m_fade.start();
        }
    });
    connect(&m_fade, &QTimer::timeout, this, [this] {
        m_faded = true;
        update();
    });
    raise();
}

bool TraceStage::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::Resize) {
        setGeometry(m_panel.rect());
    }
    return QWidget::eventFilter(watched, event);
}

void TraceStage::follow()
{
    raise();
    m_fade.stop();
    m_faded = false;
    if (m_player.steps().empty()) {
        return;
    }
    if (const auto& layer = m_player.steps()[m_player.step()].layer) {
        m_panel.view()->showLayer(*layer);
    }
}

QRectF TraceStage::plate(const std::optional<LayerNo>& layer) const
{
    const QWidget* from = layer ? static_cast<const QWidget*>(m_panel.view())
                                : static_cast<const QWidget*>(&m_containers);
    const QRectF rect = layer ? m_panel.view()->plate(*layer) : m_containers.plate(m_container);
    return rect.isEmpty() ? QRectF() : rect.translated(from->mapTo(&m_panel, QPointF(0, 0)));
}

qreal TraceStage::beamX(const QRectF& plate) const
{
    // On the plates' edge, where no text stands.
    const qreal out = StackMetrics(font()).of(1.5);
    return layoutDirection() == Qt::RightToLeft ? plate.left() - out : plate.right() + out;
}

void TraceStage::paintEvent(QPaintEvent*)
{
    const QRectF top = plate({});
    if (m_player.steps().empty() || top.isEmpty() || m_faded) {
        return;
    }
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(StackMetrics::bold(StackMetrics::minorFont(font())));
    paintLooks(painter, top);
    const auto& step = m_player.steps()[m_player.step()];
    switch (step.kind) {
    case TraceStep::Kind::Look:
        break;
    case TraceStep::Kind::CopyUp:
        paintFlow(painter, top, step);
        break;
    default:
        paintLanding(painter, top, step);
        break;
    }
}

/// The beam as far as it has come, and what each layer on its way has said.
void TraceStage::paintLooks(QPainter& painter, const QRectF& top) const
{
    const auto& steps = m_player.steps();
    const QColor color = theme::containerColor(palette());
    qreal end = top.center().y();
    std::vector<std::pair<QRectF, double>> said; // drawn over the beam
    for (std::size_t i = 0; i <= m_player.step() && steps[i].kind == TraceStep::Kind::Look; ++i) {
        const QRectF at = plate(steps[i].layer);
        if (at.isEmpty()) {
            said.emplace_back(at, 0.0);
            continue;
        }
        const bool now = i == m_player.step();
        const double progress = now ? m_player.progress() : 1.0;
        const qreal before = end;
        end = now ? before + (at.center().y() - before) * eased(std::min(1.0, progress * 2))
                  : at.center().y();
        const double strength = now ? std::clamp(progress * 2 - 0.8, 0.0, 1.0) : 1.0;
        said.emplace_back(at, strength);
    }
    const qreal x = beamX(top);
    QPen pen(color, 2.2, Qt::CustomDashLine, Qt::RoundCap);
    pen.setDashPattern({0.6, 2.2});
    painter.setPen(pen);
    painter.drawLine(QPointF(x, top.center().y()), QPointF(x, end));
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    const qreal radius = StackMetrics(font()).of(3.8);
    painter.drawEllipse(QPointF(x, end), radius, radius);
    for (std::size_t i = 0; i < said.size(); ++i) {
        if (said[i].second > 0) {
            paintVerdict(painter, said[i].first, steps[i], said[i].second);
        }
    }
}

void TraceStage::paintVerdict(QPainter& painter, const QRectF& at, const TraceStep& step,
                              double strength) const
{
    const StackMetrics metrics(font());
    const bool hit = step.sight == Sight::Hit;
    const QColor color = hit ? theme::changeColor(Change::Added, palette())
                             : theme::changeColor(Change::Removed, palette());
    painter.save();
    painter.setOpacity(strength);
    painter.setPen(QPen(color, 2));
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(at.adjusted(1, 1, -1, -1), 3, 3);
    const qreal side = metrics.of(18);
    const QRectF disc(beamX(at) - side / 2, at.center().y() - side / 2, side, side);
    painter.setPen(QPen(color, 1.5));
    painter.setBrush(palette().color(QPalette::Base));
    painter.drawEllipse(disc);
    const qreal inset = side * 0.2;
    const QRectF sign = disc.adjusted(inset, inset, -inset, -inset);
    if (hit) {
        plate::drawCheckMark(painter, sign, color);
    } else if (step.sight == Sight::Miss) {
        plate::drawCross(painter, sign, color);
    } else if (step.sight == Sight::Absent) {
        plate::drawWarning(painter, sign, color);
    } else {
        painter.setPen(Qt::NoPen);
        painter.setBrush(color);
        painter.drawPath(tombstone(sign.adjusted(sign.width() * 0.12, 0, -sign.width() * 0.12, 0)));
    }
    painter.restore();
}

void TraceStage::paintPill(QPainter& painter, QPointF middle, const QString& text,
                           const QColor& fill, const QColor& ink) const
{
    const StackMetrics metrics(font());
    QRectF pill(0, 0, painter.fontMetrics().horizontalAdvance(text) + metrics.of(16),
                painter.fontMetrics().height() + metrics.of(6));
    pill.moveCenter(middle);
    // Whole, though what it belongs to may stand at the panel's edge.
    pill.moveLeft(std::clamp(pill.left(), 4.0, std::max(4.0, width() - pill.width() - 4)));
    painter.setPen(QPen(palette().color(QPalette::Base), 1.5));
    painter.setBrush(fill);
    painter.drawRoundedRect(pill, pill.height() / 2, pill.height() / 2);
    painter.setPen(ink);
    painter.drawText(pill, Qt::AlignCenter, text);
}

/// What is copied up rises along the beam from its layer to the container.
void TraceStage::paintFlow(QPainter& painter, const QRectF& top, const TraceStep& step) const
{
    const QRectF from = plate(step.layer);
    const qreal start = from.isEmpty() ? height() : from.center().y();
    const qreal y = start + (top.center().y() - start) * eased(m_player.progress());
    const QColor color =
        step.layer ? theme::layerColor(*step.layer, palette()) : theme::containerColor(palette());
    const qreal x = beamX(top);
    painter.setPen(QPen(theme::mix(color, palette().color(QPalette::Base), 0.7), 5, Qt::SolidLine,
                        Qt::RoundCap));
    painter.drawLine(QPointF(x, start), QPointF(x, y));
    paintPill(painter, QPointF(x, y), step.label, color,
              step.layer ? theme::layerText(*step.layer, palette())
                         : theme::containerText(palette()));
}

/// What happens to the container's own layer comes down on its plate, or is refused there.
void TraceStage::paintLanding(QPainter& painter, const QRectF& top, const TraceStep& step) const
{
    const StackMetrics metrics(font());
    const double done = eased(m_player.progress());
    const qreal drop = (1 - done) * metrics.of(26);
    const QColor color =
        step.kind == TraceStep::Kind::Refuse || step.kind == TraceStep::Kind::Remove
            ? theme::changeColor(Change::Removed, palette())
            : theme::containerColor(palette());
    painter.setOpacity(std::min(1.0, 0.25 + done));
    painter.setPen(QPen(color, 2.5));
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(top.adjusted(-1, -1, 1, 1), 4, 4);
    // Between the plate's name and its size.
    const qreal along = layoutDirection() == Qt::RightToLeft ? 0.3 : 0.7;
    const QPointF middle(top.left() + along * top.width(), top.center().y() - drop);
    if (step.kind == TraceStep::Kind::Whiteout || step.kind == TraceStep::Kind::Opaque) {
        const qreal high = metrics.of(24);
        QRectF box(0, 0, high * 0.8, high);
        box.moveCenter(middle);
        painter.setPen(QPen(palette().color(QPalette::Base), 2));
        painter.setBrush(
            theme::mix(palette().color(QPalette::Text), palette().color(QPalette::Base), 0.75));
        painter.drawPath(tombstone(box));
        painter.setPen(QPen(palette().color(QPalette::Base), 1.6, Qt::SolidLine, Qt::RoundCap));
        painter.drawLine(QPointF(box.left() + box.width() * 0.28, box.center().y()),
                         QPointF(box.right() - box.width() * 0.28, box.center().y()));
        painter.drawLine(QPointF(box.left() + box.width() * 0.28, box.center().y() + high * 0.2),
                         QPointF(box.right() - box.width() * 0.28, box.center().y() + high * 0.2));
    } else if (step.kind == TraceStep::Kind::Refuse) {
        QRectF box(0, 0, metrics.of(22), metrics.of(22));
        box.moveCenter(middle);
        painter.setPen(Qt::NoPen);
        painter.setBrush(palette().color(QPalette::Base));
        painter.drawEllipse(box.adjusted(-2, -2, 2, 2));
        plate::drawCross(painter, box, color);
    } else {
        const bool removal = step.kind == TraceStep::Kind::Remove;
        paintPill(painter, middle, step.label, color,
                  removal ? palette().color(QPalette::Base) : theme::containerText(palette()));
    }
}

} // namespace strata::ui
