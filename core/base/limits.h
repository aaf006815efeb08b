// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

/// Every bound that keeps hostile input from taking memory or time without end, in one place.
/// Reaching one gives ErrorCode::LimitExceeded or WarningCode::LimitReached, never silence.
namespace strata::limits {

/// Bytes of one JSON document (index, manifest, config). Registries refuse manifests over 4 MiB;
/// configs with long histories are a little larger.
inline constexpr std::uint64_t jsonBytes = 16ULL << 20;
/// Bytes of all JSON documents read to list one archive's images.
inline constexpr std::uint64_t documentBytes = 128ULL << 20;
/// History items of one config. Builders stop at a few hundred layers.
inline constexpr std::size_t historyItems = 16'384;
/// Nesting of one JSON document.
inline constexpr std::size_t jsonDepth = 128;
/// Bytes of a JSON document laid out in lines to be looked at.
inline constexpr std::uint64_t laidOutBytes = 16ULL << 20;
/// Members of an outer archive, or files of a layout directory.
inline constexpr std::size_t archiveMembers = 1'000'000;
/// Bytes of all member names and link targets of an outer archive.
inline constexpr std::size_t archiveNameBytes = 128ULL << 20;
/// Folders below one another that are looked into where a folder's files are listed.
inline constexpr int folderDepth = 8;
/// Nested image indexes followed.
inline constexpr std::size_t indexDepth = 8;
/// Images listed from one archive.
inline constexpr std::size_t images = 10'000;
/// Names of one image or index. More are no image's, but an archive's that was made to hurt.
inline constexpr std::size_t imageNames = 256;
/// Bytes of one name of an image. Registries allow 255 for the repository and 128 for the tag.
inline constexpr std::size_t imageNameBytes = 4'096;
/// Bytes that the names of all images of one archive take together.
inline constexpr std::size_t allNameBytes = 16ULL << 20;
/// Layers, history items, diff IDs, annotations and settings of all images of one archive: a few
/// bytes of JSON make some hundred of memory, and one document may serve many images.
inline constexpr std::size_t imageParts = 500'000;
/// Layers of one image. Version records hold the layer in sixteen bits.
inline constexpr std::size_t layers = 8'192;
/// Entries of one layer.
inline constexpr std::size_t layerEntries = 50'000'000;
/// Paths one layer makes, parents that it does not list included.
inline constexpr std::size_t layerPaths = 60'000'000;
/// Bytes of all names and link targets of one layer. Images of a million files have some 30 MiB.
inline constexpr std::size_t layerNameBytes = 1ULL << 30;
/// Bytes of one path, and of one link target. Linux allows 4,096 in a call.
inline constexpr std::size_t pathBytes = 64ULL << 10;
/// Components of one path.
inline constexpr std::size_t pathDepth = 4'096;
/// Folders within folders of a container's own layer that are looked into: what `rename` can nest
/// has no end.
inline constexpr std::size_t containerDepth = 1'024;
/// Symlinks followed to resolve one path. Linux: 40.
inline constexpr int symlinkHops = 40;
/// Bytes of the target of one that is followed. Linux can make none that is longer (PATH_MAX less
/// the NUL).
inline constexpr std::size_t symlinkTargetBytes = 4'095;
/// Bytes of all targets followed to resolve one path.
inline constexpr std::size_t symlinkWalkBytes = 16ULL << 10;
/// Bytes of extended attributes kept for one layer.
inline constexpr std::size_t xattrBytes = 64ULL << 20;
/// Bytes of files with holes that are compared or unpacked again to decide what changed, for one
/// image: their sizes are claims that cost nothing.
inline constexpr std::uint64_t comparedHoles = 16ULL << 30;
/// Bytes and lines of a text that is compared line by line, and lines of the difference.
inline constexpr std::size_t diffTextBytes = 16ULL << 20;
inline constexpr std::size_t diffTextLines = 400'000;
inline constexpr std::size_t diffLines = 100'000;
/// Warnings of one kind kept with their text, per image or layer.
inline constexpr std::size_t warningsOfOneKind = 20;
/// Bytes of the window that zstd data may ask for, as a power of two: 128 MiB, as with zstd itself.
inline constexpr int zstdWindowLog = 27;
/// Bytes of the places kept to go on with decompression from: of one layer, and of all of an image.
inline constexpr std::size_t seekIndexBytes = 16ULL << 20;
inline constexpr std::size_t allSeekIndexBytes = 128ULL << 20;
/// Bytes of an outer compressed archive after decompression, spooled to a temporary file.
inline constexpr std::uint64_t spooledBytes = 256ULL << 30;

} // namespace strata::limits
