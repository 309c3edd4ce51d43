#include "store/case_directory.hpp"

#include <fcntl.h>
#include <linux/fs.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <utility>

#include "dissectors/hex_text.hpp"
#include "store/record_files.hpp"

namespace sightglass {
namespace {

namespace fs = std::filesystem;
using Kind = StoreError::Kind;

StoreError system_error(const fs::path& path, std::string_view doing, int code) {
  const Kind kind = code == EACCES || code == EPERM ? Kind::refused
                    : code == ENOSPC                ? Kind::full
                                                    : Kind::io;
  return StoreError::of(kind,
                        path.string() + ": " + std::string(doing) + ": " + std::strerror(code));
}

bool is_case(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path / "manifest.json", ignored) &&
         fs::is_regular_file(path / "record.db", ignored);
}

// Whether a case may be put at `path`.
StoreError may_replace(const fs::path& path) {
  std::error_code code;
  const fs::file_status status = fs::symlink_status(path, code);
  if (status.type() == fs::file_type::not_found) return {};
  if (status.type() != fs::file_type::directory) {
    return StoreError::of(Kind::not_a_case, path.string() + ": exists and is no directory");
  }
  if (is_case(path)) return {};
  const bool empty = fs::is_empty(path, code);
  if (code) return system_error(path, "can not be read", code.value());
  if (empty) return {};
  return StoreError::of(Kind::not_a_case, path.string() +
                                              ": exists and is no case; name another directory, "
                                              "nothing in it was touched");
}

// Puts `built` where `place` is. An older case there is exchanged in one step and removed after.
StoreError put_in_place(const fs::path& built, const fs::path& place) {
  if (::renameat2(AT_FDCWD, built.c_str(), AT_FDCWD, place.c_str(), RENAME_NOREPLACE) == 0) {
    return {};
  }
  if (errno == EEXIST &&
      ::renameat2(AT_FDCWD, built.c_str(), AT_FDCWD, place.c_str(), RENAME_EXCHANGE) == 0) {
    std::error_code ignored;
    fs::remove_all(built, ignored);
    return {};
  }
  // A file system without these flags: two renames, with the old case kept until the second.
  const fs::path old = built.string() + ".old";
  std::error_code code;
  const bool had_one = fs::exists(place, code);
  if (had_one) fs::rename(place, old, code);
  if (!code) fs::rename(built, place, code);
  std::error_code ignored;
  if (code && had_one && !fs::exists(place, ignored)) fs::rename(old, place, ignored);
  if (code) return system_error(place, "can not put the case in its place", code.value());
  fs::remove_all(old, ignored);
  return {};
}

}  // namespace

CaseDirectory::Opened CaseDirectory::create(const fs::path& path) {
  fs::path destination = fs::absolute(path).lexically_normal();
  if (!destination.has_filename()) destination = destination.parent_path();
  if (StoreError error = may_replace(destination); !error.ok()) return {nullptr, error};
  std::error_code code;
  fs::create_directories(destination.parent_path(), code);
  if (code) {
    return {nullptr, system_error(destination.parent_path(), "can not be made", code.value())};
  }
  std::string built =
      (destination.parent_path() / ("." + destination.filename().string() + ".XXXXXX")).string();
  if (::mkdtemp(built.data()) == nullptr) {
    return {nullptr, system_error(destination.parent_path(), "can not be written to", errno)};
  }
  std::unique_ptr<CaseDirectory> directory(new CaseDirectory(built, destination));
  fs::permissions(built, static_cast<fs::perms>(kDirectoryMode), code);
  if (StoreError error = make_directory(directory->evidence()); !error.ok()) {
    return {nullptr, error};
  }
  return {std::move(directory), {}};
}

CaseDirectory::Opened CaseDirectory::open(const fs::path& path) {
  std::error_code code;
  if (!fs::exists(path, code)) {
    return {nullptr, StoreError::of(Kind::missing, path.string() + ": no such case")};
  }
  if (!is_case(path)) {
    return {nullptr, StoreError::of(
                         Kind::not_a_case,
                         path.string() + ": no case (manifest.json and record.db are not there)")};
  }
  std::unique_ptr<CaseDirectory> directory(new CaseDirectory(fs::absolute(path), {}));
  CaseManifest manifest;
  if (StoreError error = directory->read_manifest(manifest); !error.ok()) return {nullptr, error};
  return {std::move(directory), {}};
}

CaseDirectory::~CaseDirectory() {
  std::error_code ignored;
  if (!destination_.empty()) fs::remove_all(root_, ignored);
}

StoreError CaseDirectory::publish(const CaseManifest& contents) {
  if (destination_.empty()) {
    return StoreError::of(Kind::invalid, root_.string() + ": is published already");
  }
  std::error_code code;
  if (fs::exists(record().string() + "-wal", code)) {
    return StoreError::of(Kind::invalid, record().string() + ": is not finished");
  }
  if (StoreError error = write_file(manifest(), to_json(contents)); !error.ok()) return error;
  if (StoreError error = sync_directory(evidence()); !error.ok()) return error;
  // Somebody may have put something there since `create` looked.
  if (StoreError error = may_replace(destination_); !error.ok()) return error;
  if (StoreError error = put_in_place(root_, destination_); !error.ok()) return error;
  root_ = std::exchange(destination_, {});
  return sync_directory(root_.parent_path());
}

StoreError CaseDirectory::read_manifest(CaseManifest& contents) const {
  std::ifstream stream(manifest(), std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  if (!stream) return StoreError::of(Kind::io, manifest().string() + ": can not be read");
  StoreError error = parse_manifest(text, contents);
  if (!error.ok()) error.message = manifest().string() + ": " + error.message;
  return error;
}

InputDigest::InputDigest() : digest_(EVP_MD_CTX_new(), &EVP_MD_CTX_free) {
  works_ = digest_ != nullptr && EVP_DigestInit_ex(digest_.get(), EVP_sha256(), nullptr) == 1;
}

void InputDigest::add(Bytes bytes) {
  bytes_ += bytes.size();
  works_ = works_ && EVP_DigestUpdate(digest_.get(), bytes.data(), bytes.size()) == 1;
}

StoreError InputDigest::finish(const std::string& name, CaseInput& input) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> octets{};
  unsigned size = 0;
  works_ = works_ && EVP_DigestFinal_ex(digest_.get(), octets.data(), &size) == 1;
  if (!works_) return StoreError::of(Kind::io, name + ": SHA-256 is not available");
  input = {.name = name, .sha256 = hex_text(Bytes(octets).first(size)), .bytes = bytes_};
  return {};
}

StoreError hash_input(const fs::path& file, CaseInput& input) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return StoreError::of(Kind::io, file.string() + ": can not be read");
  InputDigest digest;
  std::vector<char> buffer(std::size_t{1} << 20);
  while (stream) {
    stream.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    digest.add(as_bytes({buffer.data(), static_cast<std::size_t>(stream.gcount())}));
  }
  if (stream.bad()) return StoreError::of(Kind::io, file.string() + ": can not be read");
  return digest.finish(file.filename().string(), input);
}

}  // namespace sightglass
