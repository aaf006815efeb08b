// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace strata {

/// The Dockerfile instruction that a history item records, e.g. "RUN apt-get update" for
/// "/bin/sh -c apt-get update", "CMD [\"sh\"]" for "/bin/sh -c #(nop)  CMD [\"sh\"]"
/// (RULES.md, "Instructions": classic builder, BuildKit, buildah, kaniko, nix). What is not
/// recognised comes back as it is; with nothing to go by, an empty string.
std::string instructionOf(std::string_view createdBy, std::string_view comment);

/// Words for a narrow place: "RUN … apache2", "COPY a.conf … /app", "RUN make … install". At most
/// about `width` characters.
std::string shortInstruction(std::string_view instruction, std::size_t width = 28);

} // namespace strata
