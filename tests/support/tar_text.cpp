// SPDX-License-Identifier: Apache-2.0
#include "tar_text.h"

#include "check.h"

namespace strata::test {

namespace {

std::string describe(const TarMember& m)
{
    std::string out = std::string(fileTypeName(m.type)) + " " + m.path;
    if (m.hardlink || !m.linkTarget.empty()) {
        out += (m.hardlink ? " = " : " -> ") + m.linkTarget;
    }
    return out + " " + std::to_string(m.size) + "\n";
}

} // namespace

std::string tarText(const Bytes& tar)
{
    const auto stream = plainStream(memorySource(tar));
    TarReader reader(*stream);
    std::string out;
    for (;;) {
        const auto member = reader.next();
        if (!member) {
            return out + "error: " + outcome(member) + "\n";
        }
        if (*member == nullptr) {
            return out;
        }
        out += describe(**member);
    }
}

std::string tarText(const TarBuilder& tar)
{
    return tarText(tar.bytes());
}

TarMember firstMember(const TarBuilder& tar)
{
    const auto stream = plainStream(memorySource(tar.bytes()));
    TarReader reader(*stream);
    const auto member = reader.next();
    if (member && *member != nullptr) {
        return **member;
    }
    TarMember nothing;
    nothing.path = "nothing";
    return nothing;
}

std::string restOf(TarReader& reader)
{
    std::string out;
    Bytes buffer(1000);
    for (;;) {
        const auto got = reader.read(buffer);
        if (!got) {
            return out + "error: " + outcome(got);
        }
        if (*got == 0) {
            return out;
        }
        out += toText(std::span(buffer).first(*got));
    }
}

} // namespace strata::test
