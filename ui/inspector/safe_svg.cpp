// SPDX-License-Identifier: Apache-2.0
#include "inspector/safe_svg.h"

#include <QHash>
#include <QXmlStreamReader>
#include <QXmlStreamWriter>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace strata::ui {

namespace {

constexpr std::uint64_t drawnBytes = 16U << 20U; ///< of description, each <use> written out
constexpr int deepest = 256;                     ///< elements, and uses of uses, within each other

struct Signature
{
    std::string_view front;
    const char* format;
};

constexpr std::array signatures = {
    Signature{"\x89PNG\r\n\x1a\n", "png"},
    Signature{"\xff\xd8\xff", "jpeg"},
    Signature{"GIF87a", "gif"},
    Signature{"GIF89a", "gif"},
    Signature{"BM", "bmp"},
    Signature{std::string_view("\0\0\1\0", 4), "ico"},
    Signature{"/* XPM */", "xpm"},
    Signature{"P1", "pbm"},
    Signature{"P4", "pbm"},
    Signature{"P2", "pgm"},
    Signature{"P5", "pgm"},
    Signature{"P3", "ppm"},
    Signature{"P6", "ppm"},
};

/// A picture within the drawing: its bytes decide, as they do for the renderer.
bool isEmbeddedPicture(QStringView reference)
{
    for (const auto& start :
         {QStringLiteral("data:image/png;base64,"), QStringLiteral("data:image/jpeg;base64,")}) {
        if (reference.startsWith(start) && !reference.sliced(start.size()).contains(u',')) {
            const auto bytes = QByteArray::fromBase64(reference.sliced(start.size()).toLatin1());
            const auto format =
                knownPictureFormat({bytes.data(), static_cast<std::size_t>(bytes.size())});
            return format == "png" || format == "jpeg";
        }
    }
    return false;
}

bool isReference(const QXmlStreamAttribute& attribute)
{
    return attribute.qualifiedName().endsWith(QStringLiteral("href"), Qt::CaseInsensitive);
}

/// Whether the element is left out with all that is in it.
bool isLeftOut(const QXmlStreamReader& reader)
{
    const auto name = reader.qualifiedName();
    const auto local = name.sliced(name.lastIndexOf(u':') + 1);
    // These are drawn anew for everything that names them, within each other too.
    for (const auto& costly : {QStringLiteral("filter"), QStringLiteral("marker"),
                               QStringLiteral("mask"), QStringLiteral("pattern")}) {
        if (local == costly) {
            return true;
        }
    }
    const bool picture = local == QStringLiteral("image");
    return std::ranges::any_of(reader.attributes(), [picture](const auto& attribute) {
        return isReference(attribute) && (picture ? !isEmbeddedPicture(attribute.value())
                                                  : !attribute.value().startsWith(u'#'));
    });
}

/// How much is drawn once every use stands for what it names.
class Expansion
{
public:
    void open(const QXmlStreamAttributes& attributes)
    {
        Element element;
        element.parent = m_open.empty() ? noParent : m_open.back();
        const auto at = m_elements.size();
        for (const auto& attribute : attributes) {
            element.own += static_cast<std::uint64_t>(attribute.value().size());
            if (attribute.qualifiedName() == QStringLiteral("id") ||
                attribute.qualifiedName() == QStringLiteral("xml:id")) {
                m_named.insert(attribute.value().toString(), at);
            } else if (isReference(attribute) && attribute.value().startsWith(u'#')) {
                element.uses = attribute.value().sliced(1).toString();
            }
        }
        if (element.parent != noParent) {
            m_elements[element.parent].children.push_back(at);
        }
        m_elements.push_back(std::move(element));
        m_open.push_back(at);
    }
    void close()
    {
        if (!m_open.empty()) {
            m_open.pop_back();
        }
    }
    int depth() const { return static_cast<int>(m_open.size()); }
    bool inBounds() { return m_elements.empty() || cost(0, 0) <= drawnBytes; }

private:
    static constexpr std::size_t noParent = SIZE_MAX;
    struct Element
    {
        std::size_t parent = noParent;
        std::vector<std::size_t> children;
        QString uses;
        std::uint64_t own = 16;
        std::optional<std::uint64_t> all;
        bool entered = false;
    };

    std::uint64_t cost(std::size_t at, int depth)
    {
        auto& element = m_elements[at];
        if (element.all) {
            return *element.all;
        }
        if (element.entered || depth > deepest) {
            return drawnBytes + 1; // in a circle, or without end
        }
        element.entered = true;
        std::uint64_t sum = element.own;
        const auto add = [&](std::size_t other) {
            sum = std::min(sum + cost(other, depth + 1), drawnBytes + 1);
        };
        std::ranges::for_each(element.children, add);
        if (!element.uses.isEmpty()) {
            std::ranges::for_each(m_named.values(element.uses), add);
        }
        element.entered = false;
        element.all = sum;
        return sum;
    }

    std::vector<Element> m_elements;
    std::vector<std::size_t> m_open;
    QMultiHash<QString, std::size_t> m_named;
};

} // namespace

QByteArray knownPictureFormat(std::string_view bytes)
{
    if (bytes.starts_with("RIFF") && bytes.substr(0, 12).ends_with("WEBP")) {
        return "webp";
    }
    const auto at = std::ranges::find_if(signatures, [bytes](const Signature& signature) {
        return bytes.starts_with(signature.front);
    });
    return at == signatures.end() ? QByteArray() : QByteArray(at->format);
}

QByteArray safeSvg(const QByteArray& svg)
{
    QByteArray out;
    QXmlStreamReader reader(svg);
    reader.setNamespaceProcessing(false);
    QXmlStreamWriter writer(&out);
    Expansion expansion;
    while (!reader.atEnd()) {
        switch (reader.readNext()) {
        case QXmlStreamReader::StartElement:
            if (isLeftOut(reader)) {
                reader.skipCurrentElement();
                break;
            }
            if (expansion.depth() >= deepest) {
                return {};
            }
            expansion.open(reader.attributes());
            writer.writeStartElement(reader.qualifiedName().toString());
            for (const auto& attribute : reader.attributes()) {
                writer.writeAttribute(attribute.qualifiedName().toString(),
                                      attribute.value().toString());
            }
            break;
        case QXmlStreamReader::EndElement:
            expansion.close();
            writer.writeEndElement();
            break;
        case QXmlStreamReader::Characters:
            writer.writeCharacters(reader.text().toString());
            break;
        case QXmlStreamReader::DTD:
            if (!reader.entityDeclarations().isEmpty()) {
                return {}; // a few of them can stand for gigabytes
            }
            break;
        default:
            break;
        }
    }
    return reader.hasError() || !expansion.inBounds() ? QByteArray() : out;
}

} // namespace strata::ui
