// A value that is empty for most: it takes no room until it is written.
#pragma once

#include <memory>
#include <utility>

namespace sightglass {

/// A `T` by value, which is `T{}` until `make()` is called. Copies are copies of the value.
template <typename T>
class Seldom {
 public:
  Seldom() = default;
  Seldom(T value) : value_(std::make_unique<T>(std::move(value))) {}  // NOLINT: it is such a value
  Seldom(const Seldom& other) { *this = other; }
  Seldom(Seldom&&) noexcept = default;
  Seldom& operator=(const Seldom& other) {
    if (this != &other) value_ = other.value_ ? std::make_unique<T>(*other.value_) : nullptr;
    return *this;
  }
  Seldom& operator=(Seldom&&) noexcept = default;
  ~Seldom() = default;

  const T& operator*() const { return value_ ? *value_ : kEmpty; }
  const T* operator->() const { return &**this; }
  /// To write to; from now on it takes room.
  T& make() {
    if (!value_) value_ = std::make_unique<T>();
    return *value_;
  }
  bool is_made() const { return value_ != nullptr; }
  bool operator==(const Seldom& other) const { return **this == *other; }

 private:
  inline static const T kEmpty{};

  std::unique_ptr<T> value_;
};

}  // namespace sightglass
