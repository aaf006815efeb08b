// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "session/image_session.h"

#include <QTimer>
#include <QWidget>

class QListView;
class QStackedLayout;

namespace strata::ui {

class EmptyState;
class ProblemModel;

/// The page "Problems": everything found wrong with the image, each with where it was found and
/// what it means. Choosing a row selects its layer.
class ProblemsPage : public QWidget
{
    Q_OBJECT
public:
    explicit ProblemsPage(ImageSession& session, QWidget* parent = nullptr);

    int count() const;
    QListView* view() const { return m_view; }

Q_SIGNALS:
    void countChanged(int count);

private:
    void refresh();

    ImageSession& m_session;
    ProblemModel* m_model;
    QListView* m_view;
    EmptyState* m_empty;
    QStackedLayout* m_stack;
    QTimer m_later;
};

} // namespace strata::ui
