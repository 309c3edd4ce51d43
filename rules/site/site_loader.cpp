// Two passes: read every realm, asset and zone, then resolve the names they use of each other.
#include "rules/site/site_loader.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <tuple>

#include "rules/yaml/reader.hpp"

namespace sightglass::site {
namespace {

using yaml::Mapping;
using yaml::Node;
using yaml::Reader;

constexpr std::array<std::string_view, 5> kSiteKeys = {"realm", "realms", "assets", "zones",
                                                       "own_networks"};
constexpr std::array<std::string_view, 3> kRealmKeys = {"name", "interfaces", "vlans"};
constexpr std::array<std::string_view, 8> kAssetKeys = {
    "name", "realm", "addresses", "roles", "zone", "criticality", "safety_critical", "writers"};
constexpr std::array<std::string_view, 5> kZoneKeys = {"name", "realm", "networks", "kind", "sl_t"};
constexpr std::uint16_t kLastVlan = 4094;  // IEEE 802.1Q, 9.6: 4095 is reserved
constexpr std::array<std::string_view, 5> kZoneKinds = {"control", "safety", "temporary",
                                                        "wireless", "external"};
constexpr std::array<std::string_view, 3> kCriticalities = {"low", "medium", "high"};

bool is_word(std::string_view text) {
  return text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-") == text.npos;
}

class SiteReader {
 public:
  explicit SiteReader(Reader& reader) : reader_(reader) {}

  Description read(const Node& root) {
    const Mapping map(reader_, root, kSiteKeys);
    if (const Node* realm = map.find("realm")) {
      plant_.realm = reader_.text(*realm, "realm").value_or(plant_.realm);
    }
    each(map.find("realms"), "realms", [this](const Node& node) { read_realm(node); });
    each(map.find("zones"), "zones", [this](const Node& node) { read_zone(node); });
    each(map.find("assets"), "assets", [this](const Node& node) { read_asset(node); });
    if (const Node* own = map.find("own_networks"))
      plant_.own_networks = networks(*own, "own_networks");
    resolve();
    return std::move(plant_);
  }

 private:
  struct Name {
    const Node* node;
    std::string text;
  };
  struct PendingWriters {
    std::size_t asset;
    const Node* list;
  };

  template <typename Read>
  void each(const Node* list, std::string_view key, Read read) {
    if (list == nullptr || !reader_.is_sequence(*list, key)) return;
    for (const Node& node : list->items) {
      if (reader_.is_map(node, "an element of " + std::string(key))) read(node);
    }
  }

  std::vector<Network> networks(const Node& list, std::string_view key) {
    std::vector<Network> found;
    if (!reader_.is_sequence(list, key)) return found;
    for (const Node& node : list.items) {
      const auto text = reader_.text(node, "an element of " + std::string(key));
      const auto network = text ? parse_network(*text) : std::nullopt;
      if (network) found.push_back(*network);
      if (text && !network) {
        reader_.fail(node, *text + " is no network; write 192.168.1.0/24 or 2001:db8::/32");
      }
    }
    return found;
  }

  /// The name of an asset or zone; unique among `taken`.
  std::string name(const Mapping& map, std::map<std::string, std::size_t>& taken,
                   std::size_t index) {
    const Node* node = map.require("name");
    const auto text = node != nullptr ? reader_.text(*node, "name") : std::nullopt;
    if (!text) return {};
    if (!taken.try_emplace(*text, index).second) {
      reader_.fail(*node, "the name \"" + *text + "\" is given twice");
    }
    return *text;
  }

  void read_realm(const Node& node) {
    const Mapping map(reader_, node, kRealmKeys);
    RealmOf found;
    const std::string given = name(map, realm_names_, plant_.realms.size());
    const Node* const at = map.find("name");
    if (at != nullptr && given == plant_.realm) {
      reader_.fail(*at, "\"" + given + "\" is the main realm: it has what is left");
    } else if (at != nullptr && (given.empty() || !is_word(given))) {
      reader_.fail(*at, "a realm's name is one word in small letters, such as cell-2");
    } else if (at != nullptr) {
      const auto realm = Realm::named(given);
      if (!realm) reader_.fail(*at, "there can be " + std::to_string(kMaxRealms) + " realms");
      found.realm = realm.value_or(Realm{});
    }
    const Node* const interfaces = map.find("interfaces");
    if (interfaces != nullptr) found.interfaces = reader_.texts(*interfaces, "interfaces");
    const Node* const vlans = map.find("vlans");
    if (vlans != nullptr) found.vlans = read_vlans(*vlans);
    if (interfaces == nullptr && vlans == nullptr) {
      reader_.fail(node, "a realm needs interfaces, vlans, or both: what belongs to it");
    }
    plant_.realms.push_back(std::move(found));
  }

  std::vector<RealmOf::Vlans> read_vlans(const Node& list) {
    std::vector<RealmOf::Vlans> found;
    if (!reader_.is_sequence(list, "vlans")) return found;
    for (const Node& node : list.items) {
      const auto text = reader_.text(node, "an element of vlans");
      if (!text) continue;
      if (const auto vlans = parse_vlans(*text)) {
        found.push_back(*vlans);
      } else {
        reader_.fail(node, *text + " is no VLAN; write a number from 1 to 4094, or 200-210");
      }
    }
    return found;
  }

  static std::optional<RealmOf::Vlans> parse_vlans(std::string_view text) {
    RealmOf::Vlans vlans;
    const char* const end = text.data() + text.size();
    auto read = std::from_chars(text.data(), end, vlans.first);
    if (read.ec != std::errc()) return std::nullopt;
    vlans.last = vlans.first;
    if (read.ptr != end && *read.ptr == '-') read = std::from_chars(read.ptr + 1, end, vlans.last);
    const bool is_range = vlans.first >= 1 && vlans.first <= vlans.last && vlans.last <= kLastVlan;
    if (read.ec != std::errc() || read.ptr != end || !is_range) return std::nullopt;
    return vlans;
  }

  /// The realm that an asset or zone says it is in.
  Realm realm_of(const Mapping& map) {
    const Node* const node = map.find("realm");
    const auto text = node != nullptr ? reader_.text(*node, "realm") : std::nullopt;
    if (!text || *text == plant_.realm) return {};
    const auto found = realm_names_.find(*text);
    if (found != realm_names_.end()) return plant_.realms[found->second].realm;
    reader_.fail(
        *node, "there is no realm \"" + *text + "\"" + did_you_mean(nearest(*text, realm_names_)));
    return {};
  }

  void read_zone(const Node& node) {
    const Mapping map(reader_, node, kZoneKeys);
    Zone zone;
    zone.name = name(map, zone_names_, plant_.zones.size());
    zone.realm = realm_of(map);
    if (const Node* list = map.find("networks")) {
      zone.networks = networks(*list, "networks");
      for (const Network& network : zone.networks) {
        claim(zone_networks_, zone.realm, network, *list, zone.name);
      }
    }
    if (const Node* kind = map.find("kind")) {
      if (const auto index = reader_.word(*kind, "kind", kZoneKinds)) {
        zone.kind = static_cast<ZoneKind>(*index);
      }
    }
    if (const Node* level = map.find("sl_t")) {
      zone.target_level =
          static_cast<std::uint8_t>(reader_.number(*level, "sl_t", 0, 4).value_or(0));
    }
    plant_.zones.push_back(std::move(zone));
  }

  void read_asset(const Node& node) {
    const Mapping map(reader_, node, kAssetKeys);
    Asset asset;
    asset.name = name(map, asset_names_, plant_.assets.size());
    asset.realm = realm_of(map);
    if (const Node* list = map.require("addresses")) read_addresses(*list, asset);
    if (const Node* roles = map.find("roles")) read_roles(*roles, asset);
    if (const Node* zone = map.find("zone")) {
      asset.zone = reader_.text(*zone, "zone").value_or("");
      used_zones_.push_back({zone, asset.zone});
    }
    if (const Node* criticality = map.find("criticality")) {
      if (const auto index = reader_.word(*criticality, "criticality", kCriticalities)) {
        asset.criticality = static_cast<Criticality>(*index);
      }
    }
    if (const Node* critical = map.find("safety_critical")) {
      asset.safety_critical = reader_.boolean(*critical, "safety_critical").value_or(false);
    }
    if (const Node* writers = map.find("writers")) {
      writers_.push_back({plant_.assets.size(), writers});
    }
    plant_.assets.push_back(std::move(asset));
  }

  void read_addresses(const Node& list, Asset& asset) {
    if (!reader_.is_sequence(list, "addresses")) return;
    for (const Node& node : list.items) {
      const auto text = reader_.text(node, "an element of addresses");
      if (!text) continue;
      if (const auto network = parse_network(*text)) {
        claim(asset_networks_, asset.realm, *network, node, asset.name);
        asset.networks.push_back(*network);
      } else if (const auto mac = parse_mac(*text)) {
        const auto [owner, fresh] = macs_.try_emplace({asset.realm, *mac}, asset.name);
        if (!fresh) reader_.fail(node, *text + " belongs to \"" + owner->second + "\" already");
        asset.macs.push_back(*mac);
      } else {
        reader_.fail(node, *text + " is no IP address, network or MAC address");
      }
    }
  }

  using Owners = std::map<std::tuple<Realm, IpAddress, std::uint8_t>, std::string>;

  void claim(Owners& owners, Realm realm, const Network& network, const Node& node,
             const std::string& name) {
    const auto [owner, fresh] = owners.try_emplace({realm, network.base, network.prefix}, name);
    if (fresh) return;
    reader_.fail(node, to_text(network.base) + "/" + std::to_string(network.prefix) +
                           " belongs to \"" + owner->second + "\" already");
  }

  void read_roles(const Node& list, Asset& asset) {
    if (!reader_.is_sequence(list, "roles")) return;
    for (const Node& node : list.items) {
      const auto role = reader_.text(node, "an element of roles");
      if (!role) continue;
      if (is_word(*role)) {
        asset.roles.push_back(*role);
      } else {
        reader_.fail(node, "a role is one word in small letters, such as hmi or engineering");
      }
    }
  }

  void resolve() {
    for (const Name& zone : used_zones_) {
      if (!zone.text.empty() && !zone_names_.contains(zone.text)) {
        reader_.fail(*zone.node, "there is no zone \"" + zone.text + "\"" +
                                     did_you_mean(nearest(zone.text, zone_names_)));
      }
    }
    for (const PendingWriters& pending : writers_) {
      if (!reader_.is_sequence(*pending.list, "writers")) continue;
      auto& writers = plant_.assets[pending.asset].writers.emplace();
      for (const Node& node : pending.list->items) read_writer(node, writers);
    }
  }

  void read_writer(const Node& node, std::vector<Writer>& writers) {
    const auto text = reader_.text(node, "an element of writers");
    if (!text) return;
    Writer writer;
    if (asset_names_.contains(*text)) {
      writer.asset = *text;
    } else if (const auto network = parse_network(*text)) {
      writer.network = *network;
    } else if (const auto mac = parse_mac(*text)) {
      writer.mac = mac;
    } else {
      return reader_.fail(node, "\"" + *text + "\" is neither an asset nor an address" +
                                    did_you_mean(nearest(*text, asset_names_)));
    }
    writers.push_back(std::move(writer));
  }

  static std::string nearest(std::string_view word,
                             const std::map<std::string, std::size_t>& names) {
    std::vector<std::string_view> words;
    for (const auto& [name, index] : names) words.push_back(name);
    return std::string(nearest_word(word, words));
  }

  Reader& reader_;
  Description plant_;
  std::map<std::string, std::size_t> realm_names_, zone_names_, asset_names_;
  Owners zone_networks_, asset_networks_;
  std::map<std::pair<Realm, MacAddress>, std::string> macs_;
  std::vector<Name> used_zones_;
  std::vector<PendingWriters> writers_;
};

}  // namespace

LoadedSite read_site(const yaml::File& file) {
  LoadedSite loaded;
  const Node root = yaml::parse(file, loaded.errors);
  Reader reader(file, loaded.errors);
  Description plant;
  if (root.kind != Node::Kind::null && reader.is_map(root, "a site file")) {
    plant = SiteReader(reader).read(root);
  }
  std::stable_sort(loaded.errors.begin(), loaded.errors.end(),
                   [](const Diagnostic& a, const Diagnostic& b) {
                     return std::pair(a.line, a.column) < std::pair(b.line, b.column);
                   });
  if (loaded.errors.empty()) loaded.site.emplace(std::move(plant));
  return loaded;
}

LoadedSite load_site(const std::string& path) {
  LoadedSite loaded;
  const auto file = yaml::read_file(path, loaded.errors);
  return file ? read_site(*file) : std::move(loaded);
}

}  // namespace sightglass::site
