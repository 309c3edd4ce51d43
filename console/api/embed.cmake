# Writes OUTPUT, a C++ source that holds the text of INPUT.
file(READ ${INPUT} text)
file(WRITE ${OUTPUT} "// Made by console/api/embed.cmake.
#include \"console/api/openapi.hpp\"

namespace sightglass::console {
std::string_view openapi_document() { return R\"openapi(${text})openapi\"; }
}  // namespace sightglass::console
")
