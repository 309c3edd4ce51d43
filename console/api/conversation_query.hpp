// What a list or export of conversations is asked for, out of the address.
#pragma once

#include <vector>

#include "console/server/problem.hpp"
#include "store/conversation_query.hpp"

namespace sightglass::console {

/// Reads every parameter and remembers what is wrong with each.
class ConversationQueryReader {
 public:
  explicit ConversationQueryReader(const Request& request);

  const ConversationQuery& query() const { return query_; }
  bool ok() const { return errors_.empty(); }
  Response refusal() const {
    return problem(400, "The list can not be made", "Some parameters can not be used.", errors_);
  }

 private:
  void wrong(std::string_view name, std::string sentence) {
    errors_.emplace_back(std::string(name), std::move(sentence));
  }
  void read_host(const Request& request);
  void read_protocols(const Request& request);
  std::optional<Timestamp> time(const Request& request, std::string_view name);
  void read_order(const Request& request);

  ConversationQuery query_;
  std::vector<FieldError> errors_;
};

}  // namespace sightglass::console
