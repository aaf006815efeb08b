// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/image_document.h"
#include "jobs/worker.h"
#include "session/image_session.h"

#include <QString>
#include <QWidget>

class QLabel;
class QListView;
class QStackedLayout;
class QStackedWidget;

namespace strata::ui {

class DocumentModel;
class EmptyState;
class MessageView;
class TextView;

/// A document as it goes on the screen.
struct DocumentView
{
    QString text; ///< empty of what is no text
    QString note; ///< what to know about it; may be empty
    bool isJson = false;
    bool isText = true;
};

/// The page "Documents": the JSON that leads from the archive to the image, laid out in lines; of
/// artifacts and attestations what they hold, too. Filled when it is first seen, not before, by a
/// worker.
class DocumentsPage : public QWidget
{
    Q_OBJECT
public:
    /// `session` must outlive the page.
    explicit DocumentsPage(ImageSession& session, QWidget* parent = nullptr);

    QListView* list() const { return m_list; }
    TextView* text() const { return m_text; }
    MessageView* message() const { return m_message; }

protected:
    void showEvent(QShowEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void imageChanged();
    void fill();
    void listDocuments(std::vector<ImageDocument> documents);
    void readCurrent();
    void showDocument(const ImageDocument& document, const Result<DocumentView>& view);
    void updateColors();

    ImageSession& m_session;
    DocumentModel* m_model;
    QListView* m_list;
    QLabel* m_about;
    QWidget* m_shown; ///< m_text, and m_note below it
    TextView* m_text;
    QLabel* m_note;
    MessageView* m_message;
    EmptyState* m_empty;
    QWidget* m_content;
    QStackedWidget* m_document; ///< m_shown or m_message
    QStackedLayout* m_stack;    ///< m_content or m_empty
    Worker m_lister;
    Worker m_reader;
    bool m_stale = true;
};

} // namespace strata::ui
