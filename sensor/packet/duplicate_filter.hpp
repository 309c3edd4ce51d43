// Copies of packets that a mirror delivers more than once.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "dissectors/layers.hpp"

namespace sightglass {

/// How long a copy may be behind the first one: two mirrored ports share a switch or a few.
inline constexpr Duration kDuplicateWindow = std::chrono::milliseconds(5);
/// IEC 62439-3: how long a node remembers a sequence number (EntryForgetTime).
inline constexpr Duration kRedundancyWindow = std::chrono::milliseconds(400);
/// Routers between two mirrored ports.
inline constexpr int kMostHops = 4;

/// A packet that came again, and how.
struct Duplicate {
  enum class Kind : std::uint8_t {
    exact,
    retagged,   ///< with other VLANs
    relayed,    ///< between other MAC addresses, with the same time to live
    routed,     ///< with another time to live
    redundant,  ///< an HSR or PRP frame, by its source and sequence number
  };
  struct Sighting {
    std::uint64_t packet_number = 0;
    Timestamp time{};
    MacAddress source_mac, destination_mac;
    std::uint32_t interface = 0;
    std::uint16_t vlan = 0;  ///< innermost; 0: none
    std::uint8_t ttl = 0;    ///< 0 without IP
  };
  Kind kind = Kind::exact;
  Sighting first, again;
};
inline constexpr std::size_t kDuplicateKinds = 5;
std::string_view to_text(Duplicate::Kind kind);  ///< "exact"

struct DuplicateCounters {
  std::array<std::uint64_t, kDuplicateKinds> copies{};  ///< by Duplicate::Kind
  std::uint64_t bytes = 0;                              ///< of copies, on the wire
  /// Frames of one source with the sequence number of another one, but other contents. Kept.
  std::uint64_t redundant_differ = 0;
  std::uint64_t too_long = 0;  ///< packets too long to be remembered
};

/// Remembers the packets of the last few milliseconds, byte for byte, and finds a new one among
/// them. A copy has the same bytes from the IP header on, but for time to live and checksum; the
/// link around it may differ in everything.
///
/// What is no copy: a TCP retransmission has an identification of its own, or, from a sender
/// without them, comes when its timer says so, 200 ms later at the earliest; a keep-alive comes
/// seconds after what it repeats. Of frames without IP only those count whose protocol never
/// repeats itself (`LinkProtocol::counts`, and ARP): cyclic process data is no copy. Broadcasts and
/// multicasts are none unless HSR or PRP says so: frames that go round in a loop come again just as
/// copies do, and the storm has to be seen. Comparing
/// bytes rather than a hash of them leaves nothing to an attacker who would have his packet taken
/// for a copy of a harmless one.
///
/// It belongs to the reader: one place sees all packets in their order, so that what is dropped
/// depends on nothing else, a copy costs no worker anything, and what has no flow is compared too.
/// Memory: two generations of kRememberedBytes and a table of kSets. A generation ends when it is
/// as old as a copy can be, so that a quiet link uses a few KiB, which stay in the processor's
/// cache, or when it is full: on links so fast that less than the window fits into two, copies that
/// come later than that are not found.
class DuplicateFilter {
 public:
  static constexpr std::size_t kRememberedBytes = std::size_t{1} << 20;
  static constexpr std::size_t kSets = 2048;
  static constexpr std::size_t kWays = 4;
  static constexpr std::size_t kMostCompared = 16384;

  using Listener = std::function<void(const Duplicate&)>;
  explicit DuplicateFilter(Listener listener = {});

  /// Whether the packet is a copy of one that came before; it is counted and the listener told. Any
  /// other packet is remembered. Call before fragments are put together.
  bool is_copy(const Layers& layers);

  const DuplicateCounters& counters() const { return counters_; }

 private:
  struct Record {
    Duplicate::Sighting sighting;
    std::uint32_t length = 0;     // of the bytes behind it
    std::uint32_t redundant = 0;  // 0x10000 and the sequence number of an HSR or PRP tag; 0: none
    NetworkLayer network = NetworkLayer::none;
    Realm realm;

    Bytes bytes() const { return {reinterpret_cast<const std::uint8_t*>(this + 1), length}; }
  };
  /// A hash of a packet and where it is remembered: generation, and offset in steps of kStep.
  struct Slot {
    std::uint32_t tag = 0;
    std::uint16_t generation = 0;
    std::uint16_t step = 0;
  };
  using Set = std::array<Slot, kWays>;
  static constexpr std::size_t kStep = 16;
  static constexpr std::uint32_t kSteps = kRememberedBytes / kStep;
  /// The last record may reach behind the last step.
  static constexpr std::size_t kGenerationBytes =
      (kRememberedBytes + sizeof(Record) + kMostCompared + kStep - 1) / kStep * kStep;
  /// Generations after which those long gone are struck out, before their numbers come again.
  static constexpr std::uint16_t kStrikeOut = 0x8000;

  static std::optional<Bytes> compared(const Layers& layers);
  static std::uint32_t redundancy_tag(const Layers& layers);
  static std::uint64_t content_hash(const Layers& layers, std::size_t length);
  static std::uint64_t redundancy_hash(const Layers& layers, std::uint32_t tag);
  std::uint8_t* place(std::uint16_t generation, std::uint32_t step) {
    return memory_.get() + (generation % 2u) * kGenerationBytes + std::size_t{step} * kStep;
  }
  bool is_kept(const Slot& slot) const {
    return slot.tag != 0 && static_cast<std::uint16_t>(generation_ - slot.generation) <= 1;
  }
  Record& next_record(Timestamp now);
  void begin_generation(Timestamp now);
  std::optional<Duplicate> find(std::uint64_t hash, const Record& now, Bytes bytes);
  std::optional<Duplicate::Kind> compare(const Record& first, const Record& now, Bytes first_bytes,
                                         Bytes bytes);
  void remember(Record& record, Bytes bytes);
  void note(std::uint64_t hash);

  Listener listener_;
  DuplicateCounters counters_;
  std::vector<Set> sets_;
  std::unique_ptr<std::uint8_t[]> memory_;  // both generations; only what is used is touched
  std::uint16_t generation_ = 0;
  std::uint32_t next_ = 0;  // step of the next record
  Timestamp generation_began_{};
  Duration window_ = kDuplicateWindow;  // longer once HSR or PRP was seen
};

}  // namespace sightglass
