#include "console/api/openapi.hpp"

#include "console/api/endpoints.hpp"
#include "console/server/secrets.hpp"
#include "dissectors/hex_text.hpp"

namespace sightglass::console {

Response openapi(Services&, const Call&) {
  Response response;
  response.body = openapi_document();
  response.headers["ETag"] = '"' + hex_text(sha256(response.body)).substr(0, 32) + '"';
  return response;
}

}  // namespace sightglass::console
