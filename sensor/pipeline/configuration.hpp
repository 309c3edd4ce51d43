// What the pipeline judges by: loaded once, shared by every thread, replaced at a tick.
#pragma once

#include <memory>

#include "rules/rule_set.hpp"
#include "rules/site/site.hpp"

namespace sightglass {

struct Configuration {
  RuleSet rules;
  site::Site site;
};
/// Workers, judge and whoever reloads hold it; the last one to move on frees it.
using SharedConfiguration = std::shared_ptr<const Configuration>;

inline std::shared_ptr<const site::Site> site_of(const SharedConfiguration& configuration) {
  return {configuration, &configuration->site};
}

}  // namespace sightglass
