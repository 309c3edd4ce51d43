// The catalogue as a document: docs/alerts.md.
#pragma once

#include <span>
#include <string>

#include "rules/rule.hpp"

namespace sightglass {

/// Markdown: what every kind of alert looks for, its severity, techniques, consequence and
/// response, in the order of ids; the detectors; the keys of an EVE line. Byte-identical for the
/// same rules. `rules` may be active or not.
std::string catalogue_reference(std::span<const Rule> rules);

}  // namespace sightglass
