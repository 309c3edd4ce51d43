// One set for all: names are few, and the same nodes are named in many flows.
#include "dissectors/kept_names.hpp"

#include <atomic>
#include <mutex>
#include <set>
#include <string>

namespace sightglass {
namespace {

struct Names {
  std::mutex mutex;
  std::set<std::string, std::less<>> all;
  std::atomic<std::uint64_t> refused = 0;
};

Names& names() {
  static Names names;
  return names;
}

}  // namespace

std::string_view kept_name(std::string_view name) {
  if (name.empty()) return {};
  Names& book = names();
  const std::scoped_lock lock(book.mutex);
  const auto found = book.all.find(name);
  if (found != book.all.end()) return *found;
  if (name.size() > kMaxKeptNameLength || book.all.size() >= kMaxKeptNames) {
    ++book.refused;
    return {};
  }
  return *book.all.emplace(name).first;
}

std::uint64_t names_not_kept() { return names().refused; }

}  // namespace sightglass
