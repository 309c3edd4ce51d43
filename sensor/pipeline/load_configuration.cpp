// The shipped catalogue first, then the plant's own rules, then the site.
#include "sensor/pipeline/load_configuration.hpp"

#include <memory>
#include <utility>

#include "rules/catalogue/catalogue.hpp"
#include "rules/detectors.hpp"
#include "rules/rule_loader.hpp"
#include "rules/site/site_loader.hpp"

namespace sightglass {
namespace {

std::vector<std::string_view> detector_names() {
  std::vector<std::string_view> names;
  for (const DetectorSpec& spec : all_detectors()) names.push_back(spec.name);
  return names;
}

}  // namespace

LoadedConfiguration load_configuration(const ConfigurationRequest& request) {
  LoadedConfiguration loaded;
  std::vector<Diagnostic> errors;
  std::vector<yaml::File> files = catalogue_files();
  for (auto& file : yaml::read_files(request.rule_files, errors)) files.push_back(std::move(file));
  LoadedRules rules = read_rules(files, detector_names());
  errors.insert(errors.end(), rules.errors.begin(), rules.errors.end());
  site::LoadedSite site;
  site.site.emplace();
  if (!request.site_file.empty()) {
    site = site::load_site(request.site_file);
    errors.insert(errors.end(), site.errors.begin(), site.errors.end());
  }
  for (const Diagnostic& error : errors) loaded.diagnostics.push_back(to_text(error));
  if (!errors.empty() || !site.site) return loaded;
  loaded.notes = std::move(rules.notes);
  const Given given{site.site->has_roles(), site.site->has_zones(), request.has_baseline};
  loaded.configuration = std::make_shared<const Configuration>(
      Configuration{RuleSet(std::move(rules.rules), given), std::move(*site.site)});
  return loaded;
}

}  // namespace sightglass
