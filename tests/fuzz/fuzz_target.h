// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

/// What every target defines: takes any bytes, and ends the process when a rule is broken. Called
/// by libFuzzer, or by replay_main.cpp with the bytes of files.
// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
