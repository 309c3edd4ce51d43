// Which realm a packet belongs to: by the interface that captured it, and its VLAN.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "dissectors/layers.hpp"
#include "rules/site/site.hpp"
#include "sensor/capture/packet_source.hpp"

namespace sightglass {

/// Knows the realms of one site file. One lookup for each VLAN tag of a packet, and nothing at all
/// where the plant has one realm only. Used by one thread.
class RealmFinder {
 public:
  /// `interfaces` are those of the packets' source, which may become more; it and `site` must
  /// outlive the finder. nullptr: interfaces have no names.
  RealmFinder(const site::Site& site, const std::vector<CaptureInterface>* interfaces)
      : realms_(&site.description().realms), interfaces_(interfaces) {}

  /// The first realm of the site file that fits the packet: of several VLAN tags any may fit.
  Realm of(const Layers& layers) {
    if (realms_->empty()) return {};
    return find(layers);
  }

 private:
  static constexpr std::size_t kUntagged = 4096;  // behind the VLAN identifiers
  /// By VLAN identifier, or kUntagged: the place of the realm in the site file, or kNone.
  using Places = std::array<std::uint8_t, kUntagged + 1>;
  static constexpr std::uint8_t kNone = 255;
  static_assert(kMaxRealms <= kNone);

  Realm find(const Layers& layers);
  const Places& places_of(std::uint32_t interface);
  std::unique_ptr<Places> make_places(std::uint32_t interface) const;

  const std::vector<site::RealmOf>* realms_;
  const std::vector<CaptureInterface>* interfaces_;
  std::vector<std::unique_ptr<Places>> places_;  // by interface, made when first needed
};

}  // namespace sightglass
