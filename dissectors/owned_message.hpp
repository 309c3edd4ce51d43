// A message that outlives its callback.
#pragma once

#include <cstdint>
#include <vector>

#include "dissectors/message.hpp"

namespace sightglass {

/// A deep copy of a Message: every view in `message()` points into this object or at static text.
/// For output that waits for the end of a frame; the pipeline itself copies no messages.
class OwnedMessage {
 public:
  explicit OwnedMessage(const Message& message);
  OwnedMessage(OwnedMessage&&) = default;
  OwnedMessage& operator=(OwnedMessage&&) = default;
  OwnedMessage(const OwnedMessage&) = delete;
  OwnedMessage& operator=(const OwnedMessage&) = delete;

  const Message& message() const { return message_; }

 private:
  Message message_;
  std::vector<std::uint8_t> bytes_;
  std::vector<std::vector<std::uint8_t>> derived_;  ///< values that do not stand in the message
  std::vector<Access> accesses_;
  std::vector<Field> fields_;
  std::vector<Anomaly> anomalies_;
};

}  // namespace sightglass
