// What a list or export of alerts is asked for, out of the address.
#pragma once

#include <vector>

#include "console/server/alert_index.hpp"
#include "console/server/problem.hpp"

namespace sightglass::console {

inline constexpr std::uint32_t kUsualPage = 50, kMostPage = 1000;
inline constexpr std::size_t kParameterMost = 500;  ///< bytes of one parameter

/// Reads every parameter and remembers what is wrong with each.
class AlertQueryReader {
 public:
  explicit AlertQueryReader(const Request& request);

  const ListQuery& query() const { return query_; }
  bool ok() const { return errors_.empty(); }
  Response refusal() const {
    return problem(400, "The list can not be made", "Some parameters can not be used.", errors_);
  }

 private:
  std::string text(const Request& request, std::string_view name);
  std::optional<Timestamp> time(const Request& request, std::string_view name);
  void read_words(const Request& request);
  void read_order(const Request& request);

  ListQuery query_;
  std::vector<FieldError> errors_;
};

}  // namespace sightglass::console
