// Where the headers of a kind stand in a packet.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "dissectors/layers.hpp"

namespace sightglass {

/// The offsets of all headers of one kind, in wire order: those of tunnels, that of the innermost
/// packet, and those of the packet that an ICMP error quotes.
class HeaderPlaces {
 public:
  HeaderPlaces(const Layers& layers, Header header);

  const std::uint32_t* begin() const { return offsets_.data(); }
  const std::uint32_t* end() const { return offsets_.data() + count_; }
  bool empty() const { return count_ == 0; }

 private:
  struct Inner {
    bool is_present = false;
    std::uint32_t offset = 0;
  };
  Inner inner() const;
  void add(std::uint32_t offset);
  void add_tags_of(std::uint32_t identifier, std::uint32_t tag);
  void add_all_tags();
  void add_quoted_ipv4();
  void add_quoted_ipv6();
  void add_quoted_transport(std::uint8_t protocol, std::uint32_t offset);

  // Every outer header, the tags of the innermost link, and what is quoted.
  static constexpr std::size_t kMost = kMaxOuterHeaders + kMaxVlanTags + 2;

  const Layers& layers_;
  const Header header_;
  std::array<std::uint32_t, kMost> offsets_{};
  std::size_t count_ = 0;
};

}  // namespace sightglass
