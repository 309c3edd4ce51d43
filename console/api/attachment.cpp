#include "console/api/attachment.hpp"

namespace sightglass::console {

std::optional<Response> wrong_format(std::string_view format) {
  if (format == "csv" || format == "json") return std::nullopt;
  return problem(400, "There is no such format", "It is csv or json.",
                 {{"format", "It is csv or json."}});
}

Response attachment(std::string_view name, std::string_view format, std::string body,
                    std::uint64_t omitted) {
  Response response;
  response.body = std::move(body);
  if (format == "csv") response.content_type = "text/csv; charset=utf-8; header=present";
  response.headers["Content-Disposition"] =
      "attachment; filename=\"" + std::string(name) + "." + std::string(format) + "\"";
  response.headers["Sightglass-Omitted"] = std::to_string(omitted);
  return response;
}

}  // namespace sightglass::console
