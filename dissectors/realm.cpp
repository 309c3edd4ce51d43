// Names are only added, so that a number once given keeps its name.
#include "dissectors/realm.hpp"

#include <algorithm>
#include <array>
#include <mutex>
#include <string>

namespace sightglass {
namespace {

struct Names {
  std::mutex mutex;
  std::array<std::string, kMaxRealms + 1> all;  // by number; the first is the main realm's: ""
  std::size_t count = 1;
};

Names& names() {
  static Names names;
  return names;
}

}  // namespace

std::optional<Realm> Realm::named(std::string_view name) {
  Names& book = names();
  const std::scoped_lock lock(book.mutex);
  const auto end = book.all.begin() + static_cast<std::ptrdiff_t>(book.count);
  auto place = std::find(book.all.begin(), end, name);
  if (place == end) {
    if (book.count == book.all.size()) return std::nullopt;
    *place = name;
    ++book.count;
  }
  return Realm(static_cast<std::uint8_t>(place - book.all.begin()));
}

std::string_view Realm::name() const {
  Names& book = names();
  const std::scoped_lock lock(book.mutex);
  return book.all[number_];
}

}  // namespace sightglass
