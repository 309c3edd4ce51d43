# Writes OUTPUT, a C++ source with every NNNN-name.sql of DIRECTORY in order. They are append-only:
# what has been released is never edited, and numbers have no gaps.
file(GLOB files ${DIRECTORY}/*.sql)
list(SORT files)
set(entries "")
set(expected 0)
foreach(file IN LISTS files)
  get_filename_component(name ${file} NAME)
  math(EXPR expected "${expected} + 1")
  if(NOT name MATCHES "^([0-9][0-9][0-9][0-9])-[a-z0-9-]+\\.sql$")
    message(FATAL_ERROR "${file}: a migration is called NNNN-name.sql")
  endif()
  math(EXPR number "1${CMAKE_MATCH_1} - 10000")  # a leading 0 would read as octal
  if(NOT number EQUAL expected)
    message(FATAL_ERROR "${file}: migration ${expected} was expected here")
  endif()
  file(READ ${file} sql)
  string(APPEND entries "    R\"sql(${sql})sql\",\n")
endforeach()
file(WRITE ${OUTPUT} "// Made by store/schema/embed.cmake.
#include \"store/migrations.hpp\"

namespace sightglass {
namespace {
constexpr const char* kMigrations[] = {
${entries}};
}  // namespace

std::span<const char* const> migrations() { return kMigrations; }

}  // namespace sightglass
")
