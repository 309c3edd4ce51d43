// A PDU kept as proof, written out only when an alert wants it.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "dissectors/layers.hpp"
#include "dissectors/message.hpp"

namespace sightglass {

/// Either a copy of a PDU and its packet's layers, or its JSON record already. Most observations
/// never become an alert: copying costs a fraction of writing JSON. Immutable; copies share.
class PduProof {
 public:
  PduProof() = default;
  PduProof(const Message& message, const Layers& layers);
  explicit PduProof(std::string json) : json_(std::move(json)) {}

  bool empty() const { return !kept_ && json_.empty(); }
  /// The record of decoded_pdu.hpp; "" when empty.
  std::string json() const;

 private:
  struct Kept;
  std::shared_ptr<const Kept> kept_;
  std::string json_;
};

}  // namespace sightglass
