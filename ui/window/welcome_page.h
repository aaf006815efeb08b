// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QScrollArea>

class QLabel;
class QVBoxLayout;

namespace strata::ui {

class RecentImages;

/// What one sees when nothing is open: what the program does, and every way to begin.
class WelcomePage : public QScrollArea
{
    Q_OBJECT
public:
    explicit WelcomePage(RecentImages& recent, QWidget* parent = nullptr);

Q_SIGNALS:
    void openWanted();
    void openFolderWanted();
    void sampleWanted();
    void fileWanted(const QString& fileName);

protected:
    void changeEvent(QEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    QWidget* buildHead();
    QWidget* buildRecent();
    QWidget* buildSampleCard();
    void fillRecent();
    void updateColors();
    QLabel* mutedLabel(const QString& text, QWidget* parent);

    RecentImages& m_recent;
    QVBoxLayout* m_recentRows = nullptr;
    QList<QLabel*> m_muted;
};

} // namespace strata::ui
