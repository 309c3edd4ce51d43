// Items: the addresses a PDU names, and the values it carries for them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "dissectors/field_reader.hpp"

namespace sightglass::s7comm {

/// What an item names. `shape` is how its values are laid out.
struct Item {
  Object object;
  Values::Shape shape = Values::Shape::bytes;
  bool operator==(const Item&) const = default;
};

/// What an answer must know of its request.
struct Asked {
  static constexpr std::size_t kInline = 4;  ///< items kept without an allocation

  std::uint8_t function = 0;  ///< of a job; group of user data
  std::uint8_t subfunction = 0;
  Operation operation = Operation::other;
  std::string_view function_name;  ///< static text
  bool goes_on = false;            ///< user data: it asks for the next part of an answer
  std::uint16_t item_count = 0;
  std::array<Item, kInline> items{};
  std::vector<Item> more_items;  ///< the fifth and later ones
  /// Its number among what the client repeats (routines.hpp), 0 for none, and which that was.
  std::uint16_t routine = 0;
  std::uint32_t routine_age = 0;

  /// As when it was new, but for the room that it has.
  void clear();
  /// The same as `request`; it must be clear.
  void repeat(const Asked& request);
  void add(const Item& item);
  /// The item at `index`, or nullptr.
  const Item* item(std::size_t index) const;
};

/// Reads an item's specification: S7ANY, DB-read, symbolic, NCK, drive. Adds what it names to
/// `asked`, one item each, and to the accesses.
void read_item(FieldReader& in, bool is_write, Asked& asked);

/// The head of an item of data: return code, transport size and length.
struct DataItem {
  std::uint8_t code = 0, transport_size = 0;
  std::size_t bits = 0;    ///< as the length says where it counts bits
  std::size_t length = 0;  ///< octets
  bool has_data() const;
};
inline constexpr std::size_t kDataItemHead = 4;
DataItem read_data_item(ByteReader& in);

/// Reads the data of `count` items: return code, transport size, length, values. With `asked`,
/// the accesses of a request (`is_write`) get their values, those of an answer are made.
struct ItemResults {
  std::size_t succeeded = 0;
  std::size_t refused = 0;
  std::uint8_t first_refusal = 0;
};
ItemResults read_values(FieldReader& in, std::size_t count, const Asked* asked, bool is_request);

/// Reads the return codes of a write.
ItemResults read_return_codes(FieldReader& in, std::size_t count, const Asked* asked);

/// Whether a block number in letters is one.
bool is_number(std::string_view digits);

/// A block by its file name: "_0A00001P" or "0800001P"; nothing when it is none.
std::optional<Object> block_of(std::string_view type, std::string_view digits);

}  // namespace sightglass::s7comm
