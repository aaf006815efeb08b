// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>
#include <QStringList>

namespace strata::ui {

/// Edits a filter's text word by word, the way menus do, so that what a click does can be read.
namespace filterWords {

/// The words of a query; a quoted word with spaces stays one, with its quotes. A quote left open
/// is closed.
QStringList split(const QString& query);
/// Whether `word` is one of the query's words.
bool has(const QString& query, const QString& word);
/// The query with `word` in it, replacing every word that starts with one of `rivals`
/// ("layer:", or "size>" and "size<") or is the opposite of such ("-layer:2"); without it, if it
/// was there.
QString toggled(const QString& query, const QString& word, const QStringList& rivals);

} // namespace filterWords

} // namespace strata::ui
