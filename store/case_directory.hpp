// A case: what an offline replay leaves behind, and `sightglass verify` can check again.
//
//   DIR/manifest.json        what went in and what came out; the same for the same input
//   DIR/record.db            finished: no WAL, opened immutable
//   DIR/evidence/ID.pcapng   one slice per alert
//   DIR/input.pcapng         standard input, when the replay read it (spooled by the caller)
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "dissectors/bytes.hpp"
#include "dissectors/time.hpp"
#include "store/store_error.hpp"

struct evp_md_ctx_st;  // of OpenSSL

namespace sightglass {

/// A capture file as it was read.
struct CaseInput {
  std::string name;    ///< file name without directories; "-" for standard input
  std::string sha256;  ///< 64 lower-case hex digits
  std::uint64_t bytes = 0;
  bool operator==(const CaseInput&) const = default;
};

/// manifest.json. Holds no wall clock, path or host name: the same replay writes the same bytes.
struct CaseManifest {
  static constexpr std::uint32_t kVersion = 1;

  std::uint32_t version = kVersion;
  std::string tool_version;
  std::vector<CaseInput> inputs;
  std::uint64_t packets = 0;
  Timestamp first_packet{}, last_packet{};
  std::map<std::string, std::string> settings;  ///< what the result depends on
  std::uint64_t alerts = 0;
  bool operator==(const CaseManifest&) const = default;
};

std::string to_json(const CaseManifest& manifest);  ///< pretty, stable order, ends in a newline
StoreError parse_manifest(std::string_view json, CaseManifest& manifest);

/// The digest of an input, of its bytes as they are read for something else.
class InputDigest {
 public:
  InputDigest();
  void add(Bytes bytes);
  /// Call once, last.
  StoreError finish(const std::string& name, CaseInput& input);

 private:
  std::unique_ptr<evp_md_ctx_st, void (*)(evp_md_ctx_st*)> digest_;
  bool works_ = false;
  std::uint64_t bytes_ = 0;
};

/// Reads the whole file once. `input.name` is its last path component.
StoreError hash_input(const std::filesystem::path& file, CaseInput& input);

/// A case being built, or a finished one being read. A new case is built in a directory next to the
/// final one and takes its place in one rename; until then an older case there stays as it is.
class CaseDirectory {
 public:
  struct Opened {
    std::unique_ptr<CaseDirectory> directory;
    StoreError error;
  };

  /// Begins a case that will stand at `path`: free, an empty directory, or a case (to be
  /// replaced). Anything else is refused with `not_a_case`.
  static Opened create(const std::filesystem::path& path);
  /// A finished case.
  static Opened open(const std::filesystem::path& path);
  /// Removes what was built unless `publish` succeeded.
  ~CaseDirectory();
  CaseDirectory(const CaseDirectory&) = delete;
  CaseDirectory& operator=(const CaseDirectory&) = delete;

  /// Where its files are now: they move when it is published.
  const std::filesystem::path& root() const { return root_; }
  std::filesystem::path record() const { return root_ / "record.db"; }
  std::filesystem::path evidence() const { return root_ / "evidence"; }
  std::filesystem::path manifest() const { return root_ / "manifest.json"; }

  /// Writes the manifest, syncs, and puts the case in its place. The record must be finished
  /// (RecordWriter::finish_case) and closed.
  StoreError publish(const CaseManifest& manifest);
  StoreError read_manifest(CaseManifest& manifest) const;

 private:
  CaseDirectory(std::filesystem::path root, std::filesystem::path destination)
      : root_(std::move(root)), destination_(std::move(destination)) {}

  std::filesystem::path root_;
  std::filesystem::path destination_;  // empty once published, or when opened for reading
};

}  // namespace sightglass
