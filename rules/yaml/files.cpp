// The rules folder's only contact with the disk.
#include "rules/yaml/files.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace sightglass::yaml {
namespace {

namespace fs = std::filesystem;

void fail(const std::string& path, std::string message, std::vector<Diagnostic>& errors) {
  errors.push_back(diagnose(path, "", 0, 1, std::move(message)));
}

std::vector<std::string> yaml_files_in(const std::string& directory,
                                       std::vector<Diagnostic>& errors) {
  std::vector<std::string> paths;
  std::error_code error;
  for (fs::directory_iterator entry(directory, error), end; !error && entry != end;
       entry.increment(error)) {
    const fs::path extension = entry->path().extension();
    const bool named = extension == ".yaml" || extension == ".yml";
    std::error_code ignored;
    if (named && !entry->is_directory(ignored)) paths.push_back(entry->path().string());
  }
  if (error) fail(directory, "the directory can not be read: " + error.message(), errors);
  std::sort(paths.begin(), paths.end());
  return paths;
}

}  // namespace

std::optional<File> read_file(const std::string& path, std::vector<Diagnostic>& errors) {
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  std::error_code error;
  if (!fs::is_regular_file(path, error)) {
    fail(path, error ? "the file can not be read: " + error.message() : "this is no file", errors);
    return std::nullopt;
  }
  std::ifstream stream(path, std::ios::binary);
  std::string text(kMaxFileBytes + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (stream.bad() || !(stream || stream.eof())) {
    fail(path, "the file can not be read", errors);
    return std::nullopt;
  }
  text.resize(static_cast<std::size_t>(stream.gcount()));
  if (text.size() > kMaxFileBytes) {
    fail(path, "a file has at most " + std::to_string(kMaxFileBytes >> 20) + " MiB", errors);
    return std::nullopt;
  }
  if (text.starts_with(kByteOrderMark)) text.erase(0, kByteOrderMark.size());
  return File{path, std::move(text)};
}

std::vector<File> read_files(std::span<const std::string> paths, std::vector<Diagnostic>& errors) {
  std::vector<File> files;
  for (const std::string& path : paths) {
    std::error_code ignored;
    const bool directory = fs::is_directory(path, ignored);
    const std::vector<std::string> inside =
        directory ? yaml_files_in(path, errors) : std::vector<std::string>{path};
    for (const std::string& one : inside) {
      if (files.size() == kMaxFiles) {
        fail(path, "at most " + std::to_string(kMaxFiles) + " files are read", errors);
        return files;
      }
      if (auto file = read_file(one, errors)) files.push_back(std::move(*file));
    }
  }
  return files;
}

}  // namespace sightglass::yaml
