// One alert's packets on their way into its file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "dissectors/layers.hpp"
#include "sensor/capture/pcapng_writer.hpp"
#include "store/record_rows.hpp"

namespace sightglass {

/// What a slice says of itself besides its packets.
struct EvidenceOrigin {
  std::string application;              ///< "sightglass 0.1.0"
  std::vector<std::string> interfaces;  ///< names by Layers::interface, as far as they are known
};

/// A pcapng file that comes into being under a temporary name. Packets gather in memory and are
/// appended when told to, so that many slices can grow without as many open files.
class EvidenceSlice {
 public:
  /// `directory` is the record's; the file goes to its `evidence/`. `origin` outlives the slice.
  EvidenceSlice(const Alert& alert, std::filesystem::path directory, const EvidenceOrigin& origin);
  /// Removes what was not finished.
  ~EvidenceSlice();
  EvidenceSlice(EvidenceSlice&& from) noexcept;
  EvidenceSlice& operator=(EvidenceSlice&&) = delete;
  EvidenceSlice(const EvidenceSlice&) = delete;

  void add(const Layers& layers, std::string_view comment);

  std::uint64_t frames() const { return frames_; }
  std::uint64_t bytes() const { return written_ + writer_.gathered().size(); }
  std::size_t gathered() const { return writer_.gathered().size(); }

  /// Appends what has gathered to the temporary file; false when the disk refuses.
  bool spill();
  /// Writes, syncs (unless the caller syncs everything at its end), asks `has_room` unless it is
  /// empty, and renames. The record's state is `state`, or `none` and why.
  EvidenceRecord finish(EvidenceState state, bool sync,
                        const std::function<bool(std::uint64_t)>& has_room);

 private:
  std::filesystem::path temporary() const;

  AlertId alert_;
  std::filesystem::path directory_;
  const EvidenceOrigin* origin_;
  PcapngWriter writer_;
  // (interface, link type) of the run -> interface of the file
  std::map<std::pair<std::uint32_t, std::uint16_t>, std::uint32_t> interfaces_;
  std::uint64_t frames_ = 0;
  std::uint64_t written_ = 0;
  bool on_disk_ = false;  // the temporary file exists
};

}  // namespace sightglass
