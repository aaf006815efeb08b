// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "containers/trace_player.h"

#include <QTimer>
#include <QWidget>

namespace strata::ui {

class ContainerList;
class StackPanel;

/// Draws over the stack what a TracePlayer plays: the beam that goes down the layers, what each one
/// says, what is copied up, and the marks that are left. Lets all clicks through. What is out of
/// sight is scrolled to.
class TraceStage : public QWidget
{
    Q_OBJECT
public:
    /// All must outlive the stage, which lies over `panel`.
    TraceStage(TracePlayer& player, ContainerList& containers, StackPanel& panel);

    /// Whose traces are played.
    void setContainer(int container) { m_container = container; }

protected:
    void paintEvent(QPaintEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void follow();
    QRectF plate(const std::optional<LayerNo>& layer) const;
    void paintLooks(QPainter& painter, const QRectF& top) const;
    void paintVerdict(QPainter& painter, const QRectF& plate, const TraceStep& step,
                      double strength) const;
    void paintFlow(QPainter& painter, const QRectF& top, const TraceStep& step) const;
    void paintLanding(QPainter& painter, const QRectF& top, const TraceStep& step) const;
    void paintPill(QPainter& painter, QPointF middle, const QString& text, const QColor& fill,
                   const QColor& ink) const;
    qreal beamX(const QRectF& plate) const;

    TracePlayer& m_player;
    ContainerList& m_containers;
    StackPanel& m_panel;
    int m_container = -1;
    QTimer m_fade;
    bool m_faded = false; ///< it was there long enough
};

} // namespace strata::ui
