#include "rules/alert/pdu_proof.hpp"

#include "dissectors/owned_message.hpp"
#include "rules/alert/decoded_pdu.hpp"

namespace sightglass {

struct PduProof::Kept {
  Kept(const Message& pdu, const Layers& of) : message(pdu), layers(of) {
    layers.bytes = {};  // the record shows the PDU's bytes, which `message` owns
  }
  OwnedMessage message;
  Layers layers;
};

PduProof::PduProof(const Message& message, const Layers& layers)
    : kept_(std::make_shared<const Kept>(message, layers)) {}

std::string PduProof::json() const {
  return kept_ ? decoded_pdu(kept_->message.message(), kept_->layers) : json_;
}

}  // namespace sightglass
