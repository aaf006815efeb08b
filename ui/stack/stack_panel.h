// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "jobs/worker.h"
#include "models/stack_model.h"
#include "stack/stack_totals.h"

#include <QWidget>

#include <optional>

class QGridLayout;
class QHBoxLayout;
class QLabel;

namespace strata::ui {

class StackView;

/// The left column: the stack under its caption, and beneath it what the layers cost against what
/// a container sees of them.
class StackPanel : public QWidget
{
    Q_OBJECT
public:
    /// `session` must outlive the panel.
    explicit StackPanel(ImageSession& session, QWidget* parent = nullptr);

    StackModel* model() const { return m_model; }
    StackView* view() const { return m_view; }
    /// Puts something between the caption and the stack: what stands on it.
    void setOnTop(QWidget* widget);

protected:
    void changeEvent(QEvent* event) override;

private:
    struct Figure
    {
        QLabel* name = nullptr;
        QLabel* value = nullptr;
    };
    enum class Tone { Plain, Good, Bad, Muted };

    Figure addFigure(const QString& name, const QString& help);
    void setValue(const Figure& figure, const QString& text, Tone tone = Tone::Plain);
    void imageChanged();
    void computeFigures();
    void updateFigures();
    void updateDigests();
    void updateColors();
    void updateFonts();
    QString digestHelp() const;
    QString notKnown() const; ///< what stands where there is no figure: "…" while it is made

    ImageSession& m_session;
    StackModel* m_model;
    StackView* m_view;
    QLabel* m_caption;
    QLabel* m_summary;
    QHBoxLayout* m_header;
    QHBoxLayout* m_lineRow;
    QWidget* m_line;
    QWidget* m_figures;
    QGridLayout* m_grid;
    Figure m_stored;
    Figure m_content;
    Figure m_visible;
    Figure m_covered;
    Figure m_digests;
    std::optional<StackTotals> m_totals;
    Worker m_worker;
};

} // namespace strata::ui
