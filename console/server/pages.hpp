// The page and its files: read once at the start, served from memory.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "console/server/http.hpp"

namespace sightglass::console {

inline constexpr std::size_t kPageFiles = 2000;
inline constexpr std::size_t kPageBytes = std::size_t{64} << 20;  ///< all files together

/// Only what the manifest lists can be served, by its exact name: no path of a request ever reaches
/// the file system. Thread-safe once made.
class Pages {
 public:
  /// Reads every regular file under `root`; links are not followed. An empty path serves a sentence
  /// that says that no page is installed. Throws ServerError when it is too much.
  explicit Pages(const std::filesystem::path& root);

  /// A file of the page; index.html for every other path without a dot in its last part (the
  /// page's own addresses); else 404.
  Response answer(const Request& request) const;

  std::size_t files() const { return files_.size(); }

 private:
  struct File {
    std::string contents, zipped;  ///< zipped: gzip, "" when not worth it
    std::string content_type, etag;
    bool immutable = false;  ///< its name changes with its contents
  };
  Response serve(const File& file, const Request& request) const;

  std::map<std::string, File, std::less<>> files_;  ///< by path: "/assets/index-1a2b.js"
};

}  // namespace sightglass::console
