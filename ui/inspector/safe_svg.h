// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>

#include <string_view>

namespace strata::ui {

/// The format, by Qt's name, of a picture that Qt's own decoders read, told by its first bytes;
/// empty for all others. Content from strangers goes to no decoder but these: plugins of the host
/// may start programs (PostScript).
QByteArray knownPictureFormat(std::string_view bytes);

/// A drawing that may be given to a renderer: without what would make it open files or decode
/// unknown formats, and without references that multiply its content beyond bounds. Empty if it is
/// no XML, or cannot be made safe. Linear in `svg`.
QByteArray safeSvg(const QByteArray& svg);

} // namespace strata::ui
