// SPDX-License-Identifier: Apache-2.0
#include "tree/filter_bar.h"

#include "text/format.h"
#include "theme/theme.h"
#include "theme/toggle_button.h"
#include "tree/filter_menu.h"

#include <QAction>
#include <QDragEnterEvent>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMimeData>
#include <QPainter>
#include <QToolButton>

#include <algorithm>

namespace strata::ui {

namespace {

/// A line edit whose frame is seen on every ground; styles draw it in the palette's own shades.
class FilterField : public QLineEdit
{
public:
    using QLineEdit::QLineEdit;

    void setFaulty(bool faulty)
    {
        m_faulty = faulty;
        update();
    }

protected:
    void paintEvent(QPaintEvent* event) override
    {
        QLineEdit::paintEvent(event);
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const qreal width = hasFocus() ? 1.5 : 1;
        painter.setPen(QPen(m_faulty     ? theme::changeColor(Change::Removed, palette())
                            : hasFocus() ? theme::accentEdge(palette())
                                         : theme::controlEdge(palette()),
                            width));
        const qreal half = width / 2;
        painter.drawRoundedRect(QRectF(rect()).adjusted(half, half, -half, -half), 3, 3);
    }

private:
    bool m_faulty = false;
};

} // namespace

FilterBar::FilterBar(QWidget* parent)
    : QWidget(parent)
    , m_field(new FilterField(this))
    , m_facets(new QToolButton(this))
    , m_removed(new ToggleButton(this))
    , m_menu(new FilterMenu(this))
    , m_error(new QLabel(this))
    , m_searchIcon(new QAction(this))
{
    m_field->setObjectName(QStringLiteral("filterField"));
    m_field->setPlaceholderText(tr("Filter: *.conf size>4k layer:2"));
    m_field->setClearButtonEnabled(true);
    m_field->setMinimumWidth(150);
    m_field->setAccessibleName(tr("Filter the paths"));
    m_field->setToolTip(tr("<qt><b>Words that must all hold</b><br/>"
                           "<tt>apache</tt> part of the name<br/>"
                           "<tt>*.conf</tt> pattern; with a / on the whole path<br/>"
                           "<tt>/^lib.*so/</tt> regular expression on the path<br/>"
                           "<tt>layer:2</tt> the visible copy lies in layer 2<br/>"
                           "<tt>change:added</tt> what that layer did<br/>"
                           "<tt>type:symlink</tt>, <tt>size&gt;4k</tt>, <tt>setuid</tt>, "
                           "<tt>owner:0</tt><br/><tt>-WORD</tt> the opposite</qt>"));
    m_field->addAction(m_searchIcon, QLineEdit::LeadingPosition);
    m_field->installEventFilter(this);

    m_facets->setObjectName(QStringLiteral("filterFacets"));
    m_facets->setAccessibleName(tr("Filter by layer, change, type or size"));
    m_facets->setToolTip(tr("Pick by layer, change, type or size. Each choice writes its word into "
                            "the filter."));
    m_facets->setPopupMode(QToolButton::InstantPopup);
    m_facets->setMenu(m_menu);
    m_facets->setText(tr("Facets"));
    m_facets->setMinimumWidth(38);
    m_facets->setFocusPolicy(Qt::TabFocus);

    m_removed->setObjectName(QStringLiteral("showRemoved"));
    m_removed->setText(tr("Show removed"));
    m_removed->setAccessibleName(tr("Show removed paths"));
    m_removed->setToolTip(tr("Show paths that a later layer removed, struck through. A layer below "
                             "still stores them."));

    m_error->setObjectName(QStringLiteral("filterError"));
    m_error->setTextFormat(Qt::PlainText);
    m_error->setWordWrap(true);
    m_error->setMargin(6);
    m_error->setFrameShape(QFrame::StyledPanel);
    m_error->setAutoFillBackground(true);
    m_error->hide();

    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    layout->addWidget(m_field, 1);
    layout->addWidget(m_facets);
    layout->addWidget(m_removed);
    setFocusProxy(m_field);

    m_typing.setSingleShot(true);
    m_typing.setInterval(typingPauseMs);
    connect(&m_typing, &QTimer::timeout, this, &FilterBar::parse);
    connect(m_field, &QLineEdit::textChanged, this, [this](const QString& text) {
        m_menu->setQuery(text);
        text.isEmpty() ? parse() : m_typing.start();
    });
    connect(m_menu, &FilterMenu::queryChosen, this, &FilterBar::setText);
    connect(m_removed, &QToolButton::toggled, this, &FilterBar::showRemovedChanged);
    refreshIcons();
}

FilterBar::~FilterBar()
{
    delete m_error;
}

QString FilterBar::text() const
{
    return m_field->text();
}

bool FilterBar::showRemoved() const
{
    return m_removed->isChecked();
}

QString FilterBar::errorText() const
{
    return m_errorText;
}

void FilterBar::setLayers(const std::vector<LayerLabel>& layers)
{
    m_menu->setLayers(layers);
}

void FilterBar::setText(const QString& text)
{
    m_field->setText(text);
}

void FilterBar::setShowRemoved(bool show)
{
    m_removed->setChecked(show);
}

void FilterBar::clear()
{
    m_field->clear();
}

void FilterBar::focusField()
{
    m_field->setFocus(Qt::ShortcutFocusReason);
    m_field->selectAll();
}

void FilterBar::parse()
{
    m_typing.stop();
    auto parsed = Filter::parse(m_field->text().trimmed().toStdString());
    if (!parsed) {
        QString text = displayText(parsed.error().message());
        showError(text.isEmpty() ? text : text.front().toUpper() + text.mid(1));
        return;
    }
    showError({});
    if (parsed->text() != m_filter.text()) {
        m_filter = std::move(*parsed);
        Q_EMIT filterChanged();
    }
}

void FilterBar::showError(const QString& text)
{
    const bool isNew = text != m_errorText;
    m_errorText = text;
    m_field->setAccessibleDescription(text);
    static_cast<FilterField*>(m_field)->setFaulty(!text.isEmpty()); // NOLINT: made as one above
    updateError();
    auto colors = m_field->palette();
    colors.setColor(QPalette::Text, text.isEmpty()
                                        ? palette().color(QPalette::Text)
                                        : theme::changeColor(Change::Removed, palette()));
    m_field->setPalette(colors);
    if (isNew) {
        Q_EMIT errorChanged();
    }
}

void FilterBar::updateError()
{
    if (!m_error) {
        return; // the window took it along
    }
    m_error->setText(m_errorText);
    const bool shown = !m_errorText.isEmpty() && m_field->isVisible();
    if (shown) {
        placeError();
    }
    m_error->setVisible(shown);
}

void FilterBar::placeError()
{
    // Floats over what is below, so that the window does not jump while someone types.
    if (m_error->parentWidget() != window()) {
        m_error->setParent(window());
    }
    auto colors = palette();
    colors.setColor(QPalette::Window, theme::changeTint(Change::Removed, palette()));
    colors.setColor(QPalette::WindowText, theme::changeColor(Change::Removed, palette()));
    m_error->setPalette(colors);
    const int width = std::max(m_field->width(), 280);
    m_error->setFixedWidth(width);
    m_error->adjustSize();
    auto at = m_field->mapTo(window(), QPoint(0, m_field->height() + 3));
    const bool over = m_area && m_area->window() == window() && m_area->isVisible();
    const int edge =
        over ? m_area->mapTo(window(), QPoint(m_area->width(), 0)).x() : window()->width() - 8;
    at.setX(std::max(0, std::min(at.x(), edge - width)));
    m_error->move(at);
    m_error->raise();
}

void FilterBar::refreshIcons()
{
    m_searchIcon->setIcon(theme::icon(QStringLiteral("search"), palette()));
    m_facets->setIcon(theme::icon(QStringLiteral("filter"), palette()));
    m_facets->setToolButtonStyle(m_facets->icon().isNull() ? Qt::ToolButtonTextOnly
                                                           : Qt::ToolButtonIconOnly);
}

bool FilterBar::eventFilter(QObject* watched, QEvent* event)
{
    if (watched != m_field) {
        return QWidget::eventFilter(watched, event);
    }
    switch (event->type()) {
    case QEvent::Show:
    case QEvent::Hide:
    case QEvent::Resize:
    case QEvent::Move:
        updateError(); // it floats in the window, which may well stay
        break;
    default:
        break;
    }
    if (event->type() == QEvent::DragEnter &&
        static_cast<QDragEnterEvent*>(event)->mimeData()->hasUrls()) { // NOLINT: Qt's way of events
        event->ignore(); // a file is for the window to open, not a word to filter by
        return true;
    }
    if (event->type() != QEvent::KeyPress) {
        return QWidget::eventFilter(watched, event);
    }
    const auto* key = static_cast<QKeyEvent*>(event);
    switch (key->key()) {
    case Qt::Key_Escape:
        if (m_field->text().isEmpty()) {
            Q_EMIT leaveWanted();
        } else {
            clear();
        }
        return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        parse();
        Q_EMIT matchWanted((key->modifiers() & Qt::ShiftModifier) == 0);
        return true;
    case Qt::Key_Down:
        Q_EMIT leaveWanted();
        return true;
    default:
        return false;
    }
}

void FilterBar::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange) {
        refreshIcons();
        showError(m_errorText);
    }
    QWidget::changeEvent(event);
}

} // namespace strata::ui
