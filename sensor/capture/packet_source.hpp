// Where packets come from, offline or live: the one interface the pipeline's reader knows.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dissectors/bytes.hpp"
#include "dissectors/time.hpp"

namespace sightglass {

/// One packet as captured. `bytes` belongs to the source and is valid until its next `next()`.
struct RawPacket {
  Bytes bytes;                        ///< from the link header on
  Timestamp time{};                   ///< as captured; may go back between packets
  std::uint32_t original_length = 0;  ///< on the wire, at least bytes.size()
  std::uint32_t interface = 0;        ///< index into the source's interfaces()
  bool interface_numbered = false;    ///< the capture itself numbers its interfaces; pcap does not
  std::uint16_t link_type = 0;        ///< LINKTYPE_ value; interfaces may differ
};

struct CaptureInterface {
  std::string name;  ///< "" when the capture does not say
  std::uint16_t link_type = 0;
  std::uint32_t snap_length = 0;  ///< bytes kept of each packet; 0 = no limit
};

/// What the source knows of its own loss, since its beginning. Offline: what the capture file
/// itself reports (pcapng statistics and drop counts; pcap has none).
struct CaptureLoss {
  std::uint64_t received = 0;              ///< packets handed out
  std::uint64_t dropped_by_kernel = 0;     ///< seen by the interface, lost before they were read
  std::uint64_t dropped_by_interface = 0;  ///< lost in the interface or its driver
  std::uint64_t files_cut_off = 0;         ///< capture files that end early, truncated or damaged
  bool operator==(const CaptureLoss&) const = default;
};

/// A live interface, since it was opened.
struct InterfaceState {
  std::string name;
  std::uint64_t packets = 0;               ///< handed out
  std::uint64_t dropped_by_kernel = 0;     ///< as CaptureLoss
  std::uint64_t dropped_by_interface = 0;  ///< as CaptureLoss
  std::uint64_t outages = 0;               ///< times it was found down
  bool is_gone = false;                    ///< removed: nothing comes of it any more
  Timestamp last_packet{};                 ///< latest time of a packet; none yet: the epoch
};

/// A stream of packets. Used from one thread.
class PacketSource {
 public:
  enum class Next : std::uint8_t {
    packet,  ///< the argument holds one
    idle,    ///< none for now (live only): call again, ticks may be due
    end,     ///< none ever again
  };

  virtual ~PacketSource() = default;
  virtual Next next(RawPacket& packet) = 0;
  /// Only grows: an index once handed out stays valid.
  virtual const std::vector<CaptureInterface>& interfaces() const = 0;
  virtual CaptureLoss loss() const = 0;
};

}  // namespace sightglass
