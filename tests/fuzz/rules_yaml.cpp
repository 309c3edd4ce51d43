// Rule and site files from hostile hands: reading ends, mistakes can be shown, rules be indexed.
#include <cstddef>
#include <cstdint>

#include "rules/rule_loader.hpp"
#include "rules/rule_set.hpp"
#include "rules/site/site_loader.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sightglass;
  static constexpr std::string_view kDetectors[] = {"baseline.new_host"};
  const yaml::File file{"fuzz.yaml", std::string(as_text(Bytes(data, size)))};

  LoadedRules loaded = read_rules(std::span(&file, 1), kDetectors);
  to_text(loaded.errors);
  if (loaded.errors.empty()) RuleSet(std::move(loaded.rules)).rules_for(Message{});

  const site::LoadedSite plant = site::read_site(file);
  to_text(plant.errors);
  if (plant.site) plant.site->labels({}, IpAddress::v4(0x0a000001), MacAddress{1});
  return 0;
}
