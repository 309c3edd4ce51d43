#include "console/server/pages.hpp"

#include <zlib.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "console/server/https.hpp"
#include "console/server/problem.hpp"
#include "console/server/secrets.hpp"
#include "dissectors/hex_text.hpp"

namespace sightglass::console {
namespace {

namespace fs = std::filesystem;

struct Kind {
  std::string_view extension, content_type;
  bool zips;
};
constexpr Kind kKinds[] = {
    {".html", "text/html; charset=utf-8", true},
    {".js", "text/javascript; charset=utf-8", true},
    {".css", "text/css; charset=utf-8", true},
    {".svg", "image/svg+xml", true},
    {".json", "application/json", true},
    {".webmanifest", "application/manifest+json", true},
    {".txt", "text/plain; charset=utf-8", true},
    {".png", "image/png", false},
    {".ico", "image/x-icon", false},
    {".woff2", "font/woff2", false},
};
constexpr Kind kUnknownKind = {"", "application/octet-stream", false};

const Kind& kind_of(const fs::path& file) {
  const std::string extension = file.extension().string();
  const auto* found = std::find_if(std::begin(kKinds), std::end(kKinds),
                                   [&](const Kind& kind) { return kind.extension == extension; });
  return found == std::end(kKinds) ? kUnknownKind : *found;
}

/// "" when it comes out no smaller.
std::string gzip(const std::string& text) {
  constexpr int kGzipWindow = 15 + 16;
  z_stream stream{};
  if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, kGzipWindow, 8, Z_DEFAULT_STRATEGY) !=
      Z_OK) {
    return "";
  }
  std::string zipped(text.size(), '\0');
  std::string source = text;  // zlib's interface is older than const
  stream.next_in = reinterpret_cast<Bytef*>(source.data());
  stream.avail_in = static_cast<uInt>(source.size());
  stream.next_out = reinterpret_cast<Bytef*>(zipped.data());
  stream.avail_out = static_cast<uInt>(zipped.size());
  const int ended = deflate(&stream, Z_FINISH);
  zipped.resize(zipped.size() - stream.avail_out);
  deflateEnd(&stream);
  return ended == Z_STREAM_END ? zipped : "";
}

}  // namespace

Pages::Pages(const fs::path& root) {
  if (root.empty()) return;
  std::error_code code;
  fs::recursive_directory_iterator entries(root, code);
  if (code) throw ServerError{root.string() + ": can not read the page: " + code.message()};
  std::size_t bytes = 0;
  for (const fs::directory_entry& entry : entries) {
    if (entry.is_symlink() || !entry.is_regular_file()) continue;
    std::ifstream stream(entry.path(), std::ios::binary);
    File file;
    file.contents.assign(std::istreambuf_iterator<char>(stream), {});
    bytes += file.contents.size();
    if (files_.size() >= kPageFiles || bytes > kPageBytes) {
      throw ServerError{root.string() + ": is too large to be the page"};
    }
    const Kind& kind = kind_of(entry.path());
    file.content_type = kind.content_type;
    file.etag = '"' + hex_text(sha256(file.contents)).substr(0, 32) + '"';
    if (kind.zips) file.zipped = gzip(file.contents);
    const std::string path = "/" + fs::relative(entry.path(), root).generic_string();
    file.immutable = path.starts_with("/assets/");
    files_.emplace(path, std::move(file));
  }
}

Response Pages::serve(const File& file, const Request& request) const {
  Response response;
  response.content_type = file.content_type;
  response.headers["ETag"] = file.etag;
  response.headers["Vary"] = "Accept-Encoding";
  response.headers["Cache-Control"] =
      file.immutable ? "public, max-age=31536000, immutable" : "no-cache";
  const bool zipped = !file.zipped.empty() &&
                      request.header("accept-encoding").find("gzip") != std::string_view::npos;
  if (zipped) response.headers["Content-Encoding"] = "gzip";
  response.body = zipped ? file.zipped : file.contents;
  return response;
}

Response Pages::answer(const Request& request) const {
  if (request.method != Method::get) {
    Response response = problem(405, "This can only be read");
    response.headers["Allow"] = "GET";
    return response;
  }
  if (const auto file = files_.find(request.path); file != files_.end()) {
    return serve(file->second, request);
  }
  const std::string_view path(request.path);
  const bool is_file = path.substr(path.rfind('/') + 1).find('.') != std::string_view::npos;
  const auto index = files_.find("/index.html");
  if (!is_file && index != files_.end()) return serve(index->second, request);
  if (is_file || index != files_.end()) return problem(404, "There is no such file");
  return problem(404, "No page is installed",
                 "The API answers under /api/v1. Set `web` to the directory of the built page.");
}

}  // namespace sightglass::console
