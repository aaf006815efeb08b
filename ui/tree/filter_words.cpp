// SPDX-License-Identifier: Apache-2.0
#include "tree/filter_words.h"

#include <algorithm>

namespace strata::ui::filterWords {

QStringList split(const QString& query)
{
    QStringList words;
    QString word;
    bool quoted = false;
    for (const QChar c : query) {
        if (c == QLatin1Char('"')) {
            quoted = !quoted;
        }
        if (c.isSpace() && !quoted) {
            if (!word.isEmpty()) {
                words += word;
                word.clear();
            }
        } else {
            word += c;
        }
    }
    if (quoted) {
        word += QLatin1Char('"'); // as while someone types: what comes next is a word of its own
    }
    if (!word.isEmpty()) {
        words += word;
    }
    return words;
}

bool has(const QString& query, const QString& word)
{
    return split(query).contains(word);
}

QString toggled(const QString& query, const QString& word, const QStringList& rivals)
{
    QStringList words = split(query);
    const bool removing = words.contains(word);
    words.removeIf([&](const QString& present) {
        const auto meant = present.startsWith(QLatin1Char('-')) ? present.mid(1) : present;
        return meant == word || std::ranges::any_of(rivals, [&](const QString& rival) {
                   return meant.startsWith(rival);
               });
    });
    if (!removing) {
        words += word;
    }
    return words.join(QLatin1Char(' '));
}

} // namespace strata::ui::filterWords
