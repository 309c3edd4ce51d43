// An export: a file the browser saves.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "console/server/problem.hpp"

namespace sightglass::console {

inline constexpr std::size_t kExportMost =
    100'000;  ///< rows; what is left out is said in the answer

/// Nothing when `format` is one; else the answer that says so.
std::optional<Response> wrong_format(std::string_view format);

/// `name` without extension; `format` is csv or json.
Response attachment(std::string_view name, std::string_view format, std::string body,
                    std::uint64_t omitted);

}  // namespace sightglass::console
