// Address spaces: cells of a plant that were built as copies of each other use the same addresses.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace sightglass {

/// Realms besides the main one, in the whole program: those of earlier site files count too.
inline constexpr std::size_t kMaxRealms = 255;

/// An address space: the same address in two realms means two hosts. Two realms of one name are
/// one. A plain value; from any thread.
class Realm {
 public:
  /// The main one, which holds whatever the site file gives to no other.
  constexpr Realm() = default;
  /// The realm of that name, the main one for ""; nothing when there are kMaxRealms others.
  static std::optional<Realm> named(std::string_view name);

  bool is_main() const { return number_ == 0; }
  /// Good for as long as the program runs; "" of the main one, which the site file may name anew.
  std::string_view name() const;
  /// Below kMaxRealms + 1; given in the order in which names came up.
  std::uint8_t number() const { return number_; }
  auto operator<=>(const Realm&) const = default;

 private:
  constexpr explicit Realm(std::uint8_t number) : number_(number) {}

  std::uint8_t number_ = 0;
};

}  // namespace sightglass
