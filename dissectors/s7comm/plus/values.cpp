#include "dissectors/s7comm/plus/values.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <iterator>
#include <string_view>

namespace sightglass::s7comm::plus {
namespace {

constexpr std::uint8_t kArray = 0x10, kAddressArray = 0x20, kSparseArray = 0x40;
constexpr std::uint8_t kBlob = 0x14, kStructure = 0x17;

/// How a value's octets make a value.
enum class Form : std::uint8_t {
  nothing,
  boolean,
  number,
  integer,
  real,
  time,
  variable_number,   ///< of variable length
  variable_integer,  ///< of variable length, with a sign
  text,
  octets,
};

struct Type {
  std::uint8_t code;
  std::uint8_t octets;  ///< of the number; on the wire those of variable length have others
  Form form;
  Values::Shape shape;  ///< of what is kept of it
};

constexpr Type kTypes[] = {
    {0x00, 0, Form::nothing, Values::Shape::none},                      // Null
    {0x01, 1, Form::boolean, Values::Shape::bits},                      // Bool
    {0x02, 1, Form::number, Values::Shape::bytes},                      // USInt
    {0x03, 2, Form::number, Values::Shape::little16},                   // UInt
    {0x04, 4, Form::variable_number, Values::Shape::little32},          // UDInt
    {0x05, 8, Form::variable_number, Values::Shape::little64},          // ULInt
    {0x06, 1, Form::integer, Values::Shape::signed8},                   // SInt
    {0x07, 2, Form::integer, Values::Shape::little_signed16},           // Int
    {0x08, 4, Form::variable_integer, Values::Shape::little_signed32},  // DInt
    {0x09, 8, Form::variable_integer, Values::Shape::little_signed64},  // LInt
    {0x0a, 1, Form::number, Values::Shape::bytes},                      // Byte
    {0x0b, 2, Form::number, Values::Shape::little16},                   // Word
    {0x0c, 4, Form::number, Values::Shape::little32},                   // DWord
    {0x0d, 8, Form::number, Values::Shape::little64},                   // LWord
    {0x0e, 4, Form::real, Values::Shape::little_real32},                // Real
    {0x0f, 8, Form::real, Values::Shape::little_real64},                // LReal
    {0x10, 8, Form::time, Values::Shape::little64},                     // Timestamp
    {0x11, 8, Form::variable_integer, Values::Shape::little_signed64},  // Timespan
    {0x12, 4, Form::number, Values::Shape::little32},                   // RID
    {0x13, 4, Form::variable_number, Values::Shape::little32},          // AID
    {kBlob, 0, Form::octets, Values::Shape::bytes},                     // Blob
    {0x15, 0, Form::text, Values::Shape::text},                         // WString, in UTF-8
    {0x19, 0, Form::octets, Values::Shape::bytes},                      // S7String
};

const Type* find(std::uint8_t code) {
  const auto* found = std::find_if(std::begin(kTypes), std::end(kTypes),
                                   [&](const Type& type) { return type.code == code; });
  return found == std::end(kTypes) ? nullptr : found;
}

/// A number of variable length, of `most` octets at most; the ninth has 8 bits.
std::uint64_t variable(Contents& contents, std::size_t most, bool has_sign) {
  constexpr std::size_t kLongest = 9;
  std::uint8_t octet = contents.in.u8();
  std::uint64_t value = octet & 0x7f;
  if (has_sign && (octet & 0x40) != 0) value |= ~std::uint64_t{0x7f};
  for (std::size_t read = 1; (octet & 0x80) != 0 && contents.in.ok(); ++read) {
    if (read == most) {
      contents.fail();
      return 0;
    }
    octet = contents.in.u8();
    const bool is_ninth = read + 1 == kLongest;
    value = is_ninth ? value << 8 | octet : value << 7 | (octet & 0x7f);
    if (is_ninth) break;
  }
  return contents.in.ok() ? value : 0;
}

/// Most octets of a number of variable length that is one of `octets`.
std::size_t longest(std::size_t octets) { return octets == sizeof(std::uint64_t) ? 9 : 5; }

/// Numbers as an access carries them: little-endian, since those of variable length must be put
/// together anyway.
class Kept {
 public:
  void add(std::uint64_t value, std::size_t octets) {
    is_full_ = is_full_ || size_ + octets > octets_.size();
    if (is_full_) return;
    for (std::size_t i = 0; i < octets; ++i) {
      octets_[size_++] = static_cast<char>(value >> 8 * i & 0xff);
    }
    ++count_;
  }
  /// Nothing when they were too many.
  Values values(Values::Shape shape, Findings& findings) const {
    if (is_full_ || count_ == 0) return {};
    const Bytes kept = as_bytes(findings.keep({octets_.data(), size_}));
    // Bits are packed: only one of them is what it is on the wire.
    if (shape == Values::Shape::bits && count_ > 1) shape = Values::Shape::bytes;
    return kept.empty() ? Values{} : Values{shape, count_, kept};
  }

 private:
  static constexpr std::size_t kMostOctets = 256;
  std::array<char, kMostOctets> octets_{};
  std::size_t size_ = 0;
  std::uint32_t count_ = 0;
  bool is_full_ = false;
};

double real_of(std::uint64_t bits, std::size_t octets) {
  if (octets == sizeof(double)) return std::bit_cast<double>(bits);
  return std::bit_cast<float>(static_cast<std::uint32_t>(bits));
}

/// Reads one value, alone or an array, or with others inside of it.
class ValueReader {
 public:
  explicit ValueReader(Contents& contents) : contents_(contents), in_(contents.in) {}

  Values read() { return read(0); }

 private:
  Values read(unsigned nested) {
    if (nested > kMostNested) contents_.fail();
    const std::uint8_t flags = in_.u8(value_flags);
    const std::uint8_t code = in_.u8(value_type);
    if (!in_.ok()) return {};
    const Type* type = find(code);
    if (type == nullptr && code != kStructure) {
      contents_.give_up();
      return {};
    }
    const auto element = [&](Kept& kept) {
      return type != nullptr ? scalar(*type, kept) : structure(nested);
    };
    Kept kept;
    if ((flags & kSparseArray) != 0) {
      while (another(contents_, value_key)) element(kept);
      return {};
    }
    if ((flags & (kArray | kAddressArray)) == 0) {
      const Values run = element(kept);
      return type == nullptr || run.shape != Values::Shape::none ? run : values(*type, kept);
    }
    const std::uint32_t count = vlq32(contents_, value_count);
    // Each takes an octet at least; those of Null, which take none, make no sense in an array.
    if (count > in_.remaining()) contents_.fail();
    for (std::uint32_t i = 0; i < count && in_.ok(); ++i) element(kept);
    return type == nullptr ? Values{} : values(*type, kept);
  }

  Values values(const Type& type, const Kept& kept) {
    return in_.ok() ? kept.values(type.shape, in_.findings()) : Values{};
  }

  /// Numbers go to `kept`, text and octets are returned.
  Values scalar(const Type& type, Kept& kept) {
    switch (type.form) {
      case Form::nothing:
        return {};
      case Form::text:
      case Form::octets:
        return run(type);
      default:
        number(type, kept);
        return {};
    }
  }

  void number(const Type& type, Kept& kept) {
    const std::size_t at = in_.offset();
    const bool is_variable =
        type.form == Form::variable_number || type.form == Form::variable_integer;
    std::uint64_t value = 0;
    if (is_variable) {
      value = variable(contents_, longest(type.octets), type.form == Form::variable_integer);
    } else {
      for (std::size_t i = 0; i < type.octets; ++i) value = value << 8 | in_.u8();
    }
    show(type, value, at);
    if (in_.ok()) kept.add(value, type.octets);
  }

  void show(const Type& type, std::uint64_t value, std::size_t at) {
    const std::size_t length = in_.offset() - at;
    switch (type.form) {
      case Form::boolean:
        return in_.show_flag(value_boolean, value != 0, at, length);
      case Form::integer:
      case Form::variable_integer: {
        const unsigned unused = 64 - 8u * type.octets;
        const auto high = static_cast<std::int64_t>(value << unused);
        return in_.show(value_signed, Value::integer(high >> unused), at, length);
      }
      case Form::real:
        return in_.show(value_real, Value::real(real_of(value, type.octets)), at, length);
      case Form::time:
        return in_.show(value_time,
                        Value::time(timestamp_from_ns(static_cast<std::int64_t>(value))), at,
                        length);
      default:
        return in_.show_number(value_unsigned, value, at, length);
    }
  }

  Values run(const Type& type) {
    // A blob of a kind has contents of that kind, which nobody has described.
    if (type.code == kBlob && vlq32(contents_) != 0) contents_.give_up();
    const std::uint32_t length = vlq32(contents_);
    const std::size_t at = in_.offset();
    const Bytes octets = in_.bytes(length);
    if (!in_.ok()) return {};
    if (type.form == Form::text) {
      in_.show(value_text, Value::text(as_text(octets)), at, octets.size());
      return {type.shape, 1, octets};
    }
    in_.show(value_bytes, Value::bytes(octets), at, octets.size());
    return {type.shape, length, octets};
  }

  Values structure(unsigned nested) {
    const std::uint32_t kind = in_.u32(value_structure);
    // Those of the controller's own types are sent as they are in memory.
    const std::uint32_t space = kind >> 24;
    if (space == 0x02 || (space & 0xf0) == 0x90) return packed();
    while (another(contents_, value_member)) read(nested + 1);
    return {};
  }

  Values packed() {
    constexpr std::uint32_t kCountFollows = 0x400;
    constexpr std::size_t kInterfaceTime = 8;
    in_.skip(kInterfaceTime);
    const std::uint32_t flags = vlq32(contents_);
    std::uint32_t length = vlq32(contents_);
    if ((flags & kCountFollows) != 0) length = vlq32(contents_);
    const Bytes octets = in_.bytes(value_bytes, length);
    return in_.ok() ? Values{Values::Shape::bytes, length, octets} : Values{};
  }

  Contents& contents_;
  FieldReader& in_;
};

}  // namespace

std::uint32_t vlq32(Contents& contents) {
  return static_cast<std::uint32_t>(variable(contents, longest(sizeof(std::uint32_t)), false));
}

std::uint64_t vlq64(Contents& contents) {
  return variable(contents, longest(sizeof(std::uint64_t)), false);
}

std::uint32_t vlq32(Contents& contents, FieldId id) {
  const std::size_t at = contents.in.offset();
  const std::uint32_t value = vlq32(contents);
  contents.in.show_number(id, value, at, contents.in.offset() - at);
  return value;
}

std::uint64_t vlq64(Contents& contents, FieldId id) {
  const std::size_t at = contents.in.offset();
  const std::uint64_t value = vlq64(contents);
  contents.in.show_number(id, value, at, contents.in.offset() - at);
  return value;
}

Values read_value(Contents& contents) { return ValueReader(contents).read(); }

std::uint32_t another(Contents& contents, FieldId id) {
  if (contents.next() != 0) return vlq32(contents, id);
  contents.in.u8();
  return 0;
}

}  // namespace sightglass::s7comm::plus
