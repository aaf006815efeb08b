// SPDX-License-Identifier: Apache-2.0
#include "image/platform.h"

namespace strata {

std::string Platform::text() const
{
    if (os.empty() && architecture.empty()) {
        return {};
    }
    std::string out = os + "/" + architecture;
    if (!variant.empty()) {
        out += "/" + variant;
    }
    return out;
}

namespace {

/// The variant that builders leave out (containerd's platforms.Normalize).
std::string_view usualVariant(std::string_view architecture)
{
    return architecture == "arm64"   ? "v8"
           : architecture == "amd64" ? "v1"
           : architecture == "arm"   ? "v7"
                                     : "";
}

} // namespace

bool Platform::matches(std::string_view wanted) const
{
    if (wanted == os + "/" + architecture || wanted == text()) {
        return true;
    }
    const auto usual = usualVariant(architecture);
    return variant.empty() && !usual.empty() &&
           wanted == os + "/" + architecture + "/" + std::string(usual);
}

Platform hostPlatform()
{
    Platform host;
    host.os = "linux";
#if defined(__x86_64__)
    host.architecture = "amd64";
#elif defined(__aarch64__)
    host.architecture = "arm64";
    host.variant = "v8";
#elif defined(__i386__)
    host.architecture = "386";
#elif defined(__arm__)
    host.architecture = "arm";
    host.variant = "v7";
#elif defined(__riscv)
    host.architecture = "riscv64";
#elif defined(__powerpc64__)
    host.architecture = "ppc64le";
#elif defined(__s390x__)
    host.architecture = "s390x";
#endif
    return host;
}

} // namespace strata
