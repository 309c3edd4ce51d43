// What has been learned, kept between requests: reading it costs time with its size.
#pragma once

#include <cstdint>
#include <memory>

#include "console/api/routes.hpp"
#include "store/record_rows.hpp"

namespace sightglass::console {

struct BaselineView {
  bool known = false;  ///< there is one
  BaselineState state = BaselineState::learning;
  Timestamp learned_until{}, learning_ends{};
  std::uint64_t facts = 0;
};

/// The stored baseline; nothing when there is none. The same object until it changes.
std::shared_ptr<const Baseline> stored_baseline(Services& services);
BaselineView baseline_view(Services& services);

}  // namespace sightglass::console
