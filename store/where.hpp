// The conditions of a query that is put together at run time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "dissectors/bytes.hpp"
#include "store/connection.hpp"

namespace sightglass {

using Parameter = std::variant<std::int64_t, std::string, std::vector<std::uint8_t>>;

/// SQL and what is bound to it, growing together. `sql` is empty or begins with " WHERE ".
struct Where {
  std::string sql;
  std::vector<Parameter> parameters;

  void add(std::string_view condition) {
    sql.append(sql.empty() ? " WHERE " : " AND ").append(condition);
  }
  void add(std::string_view condition, Parameter parameter) {
    add(condition);
    parameters.push_back(std::move(parameter));
  }
  /// column IN (...), when there are any.
  template <class T, class Convert>
  void add_in(std::string_view column, const std::vector<T>& items, Convert convert) {
    if (items.empty()) return;
    std::string condition = std::string(column) + " IN (";
    for (std::size_t i = 0; i < items.size(); ++i) {
      condition += i == 0 ? "?" : ",?";
      parameters.emplace_back(convert(items[i]));
    }
    add(condition + ")");
  }
  /// Every word of `text` occurs in `expression`, which is in lower case.
  void add_words(std::string_view expression, std::string_view text);
  void bind_to(Statement& statement) const;
};

std::vector<std::uint8_t> octets(Bytes bytes);

/// ASCII letters in lower case, as what is searched is written.
std::string lower(std::string_view text);

}  // namespace sightglass
