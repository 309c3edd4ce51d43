// Four of its protocols are not asked for: Modbus and S7, which it knows by their ports only and we
// by their content; NetFlow and BitTorrent, which it tells by the wall clock, so that another day
// would give another answer. A port or an address alone is no answer either.
#include "sensor/application/library.hpp"

extern "C" {
#include <ndpi_api.h>
}

#include <algorithm>
#include <cstring>
#include <new>

#include "sensor/application/ip_packet.hpp"

namespace sightglass::ndpi {
namespace {

constexpr std::uint16_t kNotAskedFor[] = {NDPI_PROTOCOL_MODBUS, NDPI_PROTOCOL_S7COMM,
                                          NDPI_PROTOCOL_NETFLOW, NDPI_PROTOCOL_BITTORRENT};

bool rests_on_content(const ndpi_flow_struct& flow) {
  return flow.confidence == NDPI_CONFIDENCE_DPI || flow.confidence == NDPI_CONFIDENCE_DPI_CACHE;
}

std::uint64_t milliseconds(Timestamp time) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(to_ns(time), 0)) / 1'000'000;
}

}  // namespace

void Flow::Freed::operator()(ndpi_flow_struct* flow) const { ndpi_free_flow(flow); }

Flow::Flow() : flow_(static_cast<ndpi_flow_struct*>(ndpi_flow_malloc(sizeof(ndpi_flow_struct)))) {
  if (!flow_) throw std::bad_alloc();
  std::memset(flow_.get(), 0, sizeof(ndpi_flow_struct));
}

Module::Module() : module_(ndpi_init_detection_module(ndpi_dont_load_tor_hosts)) {
  if (module_ == nullptr) throw std::bad_alloc();
  NDPI_PROTOCOL_BITMASK asked_for;
  // As the library's macros do, which compilers warn of.
  std::memset(&asked_for, 0xff, sizeof asked_for);
  constexpr std::size_t kBits = 8 * sizeof asked_for.fds_bits[0];
  for (const std::uint16_t protocol : kNotAskedFor) {
    asked_for.fds_bits[protocol / kBits] &= ~(1u << protocol % kBits);
  }
  ndpi_set_protocol_detection_bitmask2(module_, &asked_for);
  ndpi_finalize_initialization(module_);
}

Module::~Module() { ndpi_exit_detection_module(module_); }

void Module::examine(Flow& flow, const Layers& layers) {
  if (!write_ip_packet(layers, packet_)) return;
  ndpi_detection_process_packet(module_, flow.flow_.get(), packet_.data(),
                                static_cast<unsigned short>(packet_.size()),
                                milliseconds(layers.time));
}

Verdict Module::verdict(const Flow& flow) const {
  const ndpi_flow_struct& known = *flow.flow_;
  Verdict verdict;
  verdict.risks = known.risk;
  if (!rests_on_content(known)) return verdict;
  verdict.application = known.detected_protocol_stack[0];
  verdict.carrier = known.detected_protocol_stack[1];
  ndpi_protocol protocol{verdict.carrier, verdict.application, NDPI_PROTOCOL_CATEGORY_UNSPECIFIED};
  verdict.category = static_cast<std::uint16_t>(ndpi_get_proto_category(module_, protocol));
  return verdict;
}

bool Module::is_sure(const Flow& flow) const {
  return verdict(flow).is_known() && ndpi_extra_dissection_possible(module_, flow.flow_.get()) == 0;
}

void Module::give_up(Flow& flow) {
  std::uint8_t was_guessed = 0;
  ndpi_detection_giveup(module_, flow.flow_.get(), 0, &was_guessed);
}

Application Module::words(const Verdict& verdict) const {
  Application application;
  for (unsigned risk = 1; risk < NDPI_MAX_RISK; ++risk) {
    if ((verdict.risks >> risk & 1) == 0) continue;
    application.risks.emplace_back(ndpi_risk2str(static_cast<ndpi_risk_enum>(risk)));
  }
  if (!verdict.is_known()) return application;
  application.name = ndpi_get_proto_name(module_, verdict.application);
  if (verdict.carrier != 0 && verdict.carrier != verdict.application) {
    application.carrier = ndpi_get_proto_name(module_, verdict.carrier);
  }
  if (verdict.category != NDPI_PROTOCOL_CATEGORY_UNSPECIFIED) {
    application.category =
        ndpi_category_get_name(module_, static_cast<ndpi_protocol_category_t>(verdict.category));
  }
  return application;
}

std::string_view version() { return ndpi_revision(); }

}  // namespace sightglass::ndpi
