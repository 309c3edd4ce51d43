// Addresses and ids as columns.
#pragma once

#include <algorithm>
#include <array>

#include "store/connection.hpp"
#include "store/record_rows.hpp"

namespace sightglass {

inline void read_id(Statement& row, AlertId& id) {
  const auto blob = row.blob();
  if (blob.size() == id.bytes.size()) std::copy(blob.begin(), blob.end(), id.bytes.begin());
}

inline IpAddress address_from(std::span<const std::uint8_t> octets) {
  IpAddress address;
  if (octets.size() == 4) address.family = IpAddress::Family::v4;
  if (octets.size() == 16) address.family = IpAddress::Family::v6;
  if (!address.is_none()) std::copy(octets.begin(), octets.end(), address.octets.begin());
  return address;
}

inline IpAddress read_address(Statement& row) { return address_from(row.blob()); }

/// What tells a host from others: its address, or the 6 octets of its MAC where it has none.
class HostOctets {
 public:
  explicit HostOctets(const Station& station) {
    const auto address = station.ip.bytes();
    if (!address.empty()) {
      size_ = address.size();
      std::copy(address.begin(), address.end(), octets_.begin());
    } else if (station.mac.bits != 0) {
      size_ = 6;
      for (std::size_t i = 0; i < size_; ++i) {
        octets_[i] = static_cast<std::uint8_t>(station.mac.bits >> (40 - 8 * i));
      }
    }
  }
  std::span<const std::uint8_t> octets() const { return {octets_.data(), size_}; }

 private:
  std::array<std::uint8_t, 16> octets_{};
  std::size_t size_ = 0;
};

}  // namespace sightglass
