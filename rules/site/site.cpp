// Addresses to labels: hash tables made once.
#include "rules/site/site.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>

namespace sightglass::site {
namespace {

std::uint8_t full_prefix(const IpAddress& address) {
  return address.family == IpAddress::Family::v4 ? 32 : 128;
}

IpAddress masked(IpAddress address, std::uint8_t prefix) {
  for (std::size_t i = 0; i < address.octets.size(); ++i) {
    const std::size_t kept = std::min<std::size_t>(prefix > 8 * i ? prefix - 8 * i : 0, 8);
    address.octets[i] = static_cast<std::uint8_t>(address.octets[i] & ~(0xffu >> kept));
  }
  return address;
}

}  // namespace

bool Network::contains(const IpAddress& address) const {
  return address.family == base.family && !address.is_none() && masked(address, prefix) == base;
}

std::optional<Network> parse_network(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto address = parse_ip(text.substr(0, slash));
  if (!address) return std::nullopt;
  const std::uint8_t full = full_prefix(*address);
  if (slash == std::string_view::npos) return Network{*address, full};
  const std::string_view digits = text.substr(slash + 1);
  std::uint8_t prefix = 0;
  const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), prefix);
  if (error != std::errc() || stop != digits.data() + digits.size() || prefix > full) {
    return std::nullopt;
  }
  return Network{masked(*address, prefix), prefix};
}

std::size_t Site::PrefixTable::Hash::operator()(const IpAddress& address) const noexcept {
  std::uint64_t high = 0, low = 0;
  std::memcpy(&high, address.octets.data(), 8);
  std::memcpy(&low, address.octets.data() + 8, 8);
  return std::hash<std::uint64_t>()((high ^ low * 0x9e3779b97f4a7c15u) * 0xff51afd7ed558ccdu);
}

void Site::PrefixTable::insert(const Network& network, std::uint32_t value) {
  auto& levels = network.base.family == IpAddress::Family::v4 ? v4_ : v6_;
  levels[network.prefix].try_emplace(network.base, value);
}

std::optional<std::uint32_t> Site::PrefixTable::find(const IpAddress& address) const noexcept {
  if (address.is_none()) return std::nullopt;
  const auto& levels = address.family == IpAddress::Family::v4 ? v4_ : v6_;
  for (const auto& [prefix, level] : levels) {
    if (const auto found = level.find(masked(address, prefix)); found != level.end()) {
      return found->second;
    }
  }
  return std::nullopt;
}

Site::Site(Description description) : plant_(std::move(description)) {
  for (std::uint32_t i = 0; i < plant_.zones.size(); ++i) {
    Addresses& addresses = addresses_of(plant_.zones[i].realm);
    for (const Network& network : plant_.zones[i].networks) addresses.zones.insert(network, i);
    zone_names_.try_emplace(plant_.zones[i].name, i);
  }
  for (std::uint32_t i = 0; i < plant_.assets.size(); ++i) {
    const Asset& asset = plant_.assets[i];
    Addresses& addresses = addresses_of(asset.realm);
    for (const Network& network : asset.networks) addresses.assets.insert(network, i);
    for (const MacAddress mac : asset.macs) addresses.macs.try_emplace(mac, i);
    has_roles_ = has_roles_ || !asset.roles.empty();
  }
}

Site::Addresses& Site::addresses_of(Realm realm) {
  if (addresses_.size() <= realm.number()) addresses_.resize(realm.number() + 1u);
  return addresses_[realm.number()];
}

std::optional<Realm> Site::realm_named(std::string_view name) const {
  if (name == plant_.realm) return Realm{};
  for (const RealmOf& other : plant_.realms) {
    if (other.realm.name() == name) return other.realm;
  }
  return std::nullopt;
}

Labels Site::labels(Realm realm, const IpAddress& ip, MacAddress mac) const noexcept {
  Labels labels;
  if (realm.number() >= addresses_.size()) return labels;
  const Addresses& addresses = addresses_[realm.number()];
  std::optional<std::uint32_t> asset = addresses.assets.find(ip);
  if (!asset) {
    const auto found = addresses.macs.find(mac);
    if (found != addresses.macs.end()) asset = found->second;
  }
  if (asset) labels.asset = &plant_.assets[*asset];
  std::optional<std::uint32_t> zone;
  if (labels.asset != nullptr && !labels.asset->zone.empty()) {
    if (const auto found = zone_names_.find(labels.asset->zone); found != zone_names_.end()) {
      zone = found->second;
    }
  } else {
    zone = addresses.zones.find(ip);
  }
  if (zone) labels.zone = &plant_.zones[*zone];
  return labels;
}

bool Site::is_own(const IpAddress& ip) const noexcept {
  return plant_.own_networks.empty() ||
         std::any_of(plant_.own_networks.begin(), plant_.own_networks.end(),
                     [&](const Network& network) { return network.contains(ip); });
}

std::optional<bool> Site::may_write(Realm realm, const IpAddress& client_ip, MacAddress client_mac,
                                    const Labels& server) const noexcept {
  if (server.asset == nullptr || !server.asset->writers) return std::nullopt;
  const std::string_view client = labels(realm, client_ip, client_mac).name();
  return std::any_of(server.asset->writers->begin(), server.asset->writers->end(),
                     [&](const Writer& writer) {
                       if (!writer.asset.empty()) return writer.asset == client;
                       if (writer.mac) return *writer.mac == client_mac;
                       return writer.network.contains(client_ip);
                     });
}

}  // namespace sightglass::site
