// How the store says that something went wrong: a value, never an exception.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

namespace sightglass {

/// The outcome of a call into the store. `message` is for people: the file, what is wrong with it,
/// and what to do where something can be done.
struct [[nodiscard]] StoreError {
  enum class Kind : std::uint8_t {
    none,
    missing,       ///< no such file, directory or row
    refused,       ///< permissions
    newer_schema,  ///< written by a later version of Sightglass
    older_schema,  ///< not yet brought up to date by a writer
    not_a_record,  ///< no SQLite file, or somebody else's
    not_a_case,    ///< a directory that exists and is no case
    in_use,        ///< another writer has it
    busy,          ///< locked for longer than we wait
    full,          ///< no space left, or a limit of the file system
    io,            ///< the disk failed to read or write
    corrupt,       ///< the file is damaged
    invalid,       ///< the caller's request makes no sense (a cursor of another order ...)
    stopped,       ///< the writer has given up (offline only)
  };
  Kind kind = Kind::none;
  std::string message;

  bool ok() const { return kind == Kind::none; }
  static StoreError none() { return {}; }
  static StoreError of(Kind kind, std::string message) { return {kind, std::move(message)}; }
};

}  // namespace sightglass
