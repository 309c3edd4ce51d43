// The plant as the engineer describes it: which hosts it has, what they are for, who may write.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "dissectors/address.hpp"
#include "dissectors/realm.hpp"

namespace sightglass::site {

/// An IPv4 or IPv6 network; a single address has the full prefix.
struct Network {
  IpAddress base;  ///< bits behind the prefix are zero
  std::uint8_t prefix = 0;

  bool contains(const IpAddress& address) const;
  bool operator==(const Network&) const = default;
};
/// `10.0.0.0/8`, `2001:db8::/32` or a single address; nothing for anything else.
std::optional<Network> parse_network(std::string_view text);

enum class ZoneKind : std::uint8_t { control, safety, temporary, wireless, external };
enum class Criticality : std::uint8_t { low, medium, high };

/// What of the captured packets is an address space of its own: those of the interfaces named (of
/// all when none is) in one of the VLANs named (in any or none when none is).
struct RealmOf {
  struct Vlans {
    std::uint16_t first = 0, last = 0;
  };
  Realm realm;
  std::vector<std::string> interfaces;
  std::vector<Vlans> vlans;
};

struct Zone {
  std::string name;
  Realm realm;
  std::vector<Network> networks;
  ZoneKind kind = ZoneKind::control;
  std::uint8_t target_level = 0;  ///< IEC 62443 SL-T, 0 to 4
};

/// Who may write to an asset: another asset by name, or addresses.
struct Writer {
  std::string asset;  ///< "" when given by address
  Network network;
  std::optional<MacAddress> mac;
};

struct Asset {
  std::string name;
  Realm realm;
  std::vector<Network> networks;
  std::vector<MacAddress> macs;
  std::vector<std::string> roles;  ///< hmi, engineering, plc ...; lower case
  std::string zone;                ///< "" when it follows from the address
  Criticality criticality = Criticality::medium;
  bool safety_critical = false;
  std::optional<std::vector<Writer>> writers;  ///< none: not said
};

/// What the site file says of one host. Pointers into the Site.
struct Labels {
  const Asset* asset = nullptr;
  const Zone* zone = nullptr;

  std::string_view name() const { return asset != nullptr ? std::string_view{asset->name} : ""; }
  std::string_view zone_name() const { return zone != nullptr ? std::string_view{zone->name} : ""; }
  std::span<const std::string> roles() const {
    return asset ? std::span<const std::string>(asset->roles) : std::span<const std::string>();
  }
};

/// Everything a site file holds, before it is indexed.
struct Description {
  std::string realm = "default";  ///< name of the main realm
  std::vector<RealmOf> realms;    ///< the others; what fits several belongs to the first
  std::vector<Asset> assets;
  std::vector<Zone> zones;
  std::vector<Network> own_networks;
};

/// The site file, ready to be asked. Immutable; shared between threads.
class Site {
 public:
  Site() : Site(Description{}) {}
  /// Zone names of assets and asset names of writers must exist in the description.
  explicit Site(Description description);
  Site(const Site&) = delete;  // the indices point into it
  Site(Site&&) = default;
  Site& operator=(const Site&) = delete;
  Site& operator=(Site&&) = default;

  /// Of that realm: the asset with this address (the smallest network that holds it), else with
  /// this MAC; and the asset's zone, else the zone whose smallest network holds the address. One
  /// hash lookup for each prefix length in use; no allocation.
  Labels labels(Realm realm, const IpAddress& ip, MacAddress mac) const noexcept;

  /// Whether the address belongs to the plant; true for all when no own networks are declared.
  bool is_own(const IpAddress& ip) const noexcept;

  /// Whether the server's list of writers names the client; nothing when the server has no list.
  std::optional<bool> may_write(Realm realm, const IpAddress& client_ip, MacAddress client_mac,
                                const Labels& server) const noexcept;

  /// What the realm is called, the main one too.
  std::string_view name_of(Realm realm) const {
    return realm.is_main() ? std::string_view{plant_.realm} : realm.name();
  }
  /// The other way round; nothing for the name of none.
  std::optional<Realm> realm_named(std::string_view name) const;

  bool has_roles() const { return has_roles_; }  ///< some asset has a role
  bool has_zones() const { return !plant_.zones.empty(); }
  const Description& description() const { return plant_; }

 private:
  /// Longest prefix first; values are indices.
  class PrefixTable {
   public:
    void insert(const Network& network, std::uint32_t value);
    std::optional<std::uint32_t> find(const IpAddress& address) const noexcept;

   private:
    struct Hash {
      std::size_t operator()(const IpAddress& address) const noexcept;
    };
    using Level = std::unordered_map<IpAddress, std::uint32_t, Hash>;
    std::map<std::uint8_t, Level, std::greater<>> v4_, v6_;
  };
  struct MacHash {
    std::size_t operator()(MacAddress mac) const noexcept {
      return std::hash<std::uint64_t>()(mac.bits);
    }
  };

  /// Who has which address in one realm.
  struct Addresses {
    PrefixTable assets, zones;
    std::unordered_map<MacAddress, std::uint32_t, MacHash> macs;
  };
  Addresses& addresses_of(Realm realm);

  Description plant_;
  std::vector<Addresses> addresses_;  // by the realm's number
  std::unordered_map<std::string_view, std::uint32_t> zone_names_;
  bool has_roles_ = false;
};

}  // namespace sightglass::site
