// One TCP connection: both directions in order, its protocol recognised, its messages delivered.
#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "dissectors/dissector.hpp"
#include "sensor/flow/flow.hpp"
#include "sensor/flow/flow_limits.hpp"
#include "sensor/flow/identification.hpp"
#include "sensor/flow/stream_cutter.hpp"
#include "sensor/flow/tcp_stream.hpp"

namespace sightglass {

/// What all flows of a shard share.
struct FlowContext {
  const KnownProtocols& protocols;
  const DissectorSettings& settings;
  FlowSink& sink;
  FlowCounters counters;
  HeldBudget held;
  // The PDUs of a packet are numbered from 0.
  std::uint64_t numbered_packet = 0;
  std::uint32_t next_index = 0;
};

/// Takes the packets of one connection and delivers messages, completions and events of its flow to
/// the sink. Never throws; memory is bounded by the limits of flow_limits.hpp.
class TcpSession final : private StreamOutput, private CutterHost, private MessageSink {
 public:
  /// Both are the shard's and outlive the session.
  TcpSession(Flow& flow, FlowContext& context);
  TcpSession(const TcpSession&) = delete;
  TcpSession& operator=(const TcpSession&) = delete;

  void packet(const Layers& layers, Side sender);
  /// Declares holes that are too old.
  void expire_holes(Timestamp now, Duration limit);
  /// Lets deadlines of the protocol pass.
  void tick(Timestamp now);
  /// The flow ends: what is held or pending is delivered.
  void finish(Timestamp now);

  /// Whether a SYN (its layers) begins another connection between the same ports.
  bool is_other_connection(const Layers& syn, Side sender) const;
  bool is_confirmed() const { return dissector_ != nullptr; }
  bool is_closed() const {
    return flow_.reset || (streams_[0].is_finished() && streams_[1].is_finished());
  }
  /// Whether `tick` has anything to wait for.
  bool is_waiting() const { return dissector_ != nullptr && dissector_->is_waiting(); }
  bool is_holding() const { return streams_[0].is_holding() || streams_[1].is_holding(); }
  bool has_data() const { return flow_.sent[0].payload_bytes + flow_.sent[1].payload_bytes > 0; }

 private:
  // StreamOutput
  void data(const StreamData& data) override;
  void gap(std::uint64_t bytes, GapCause cause) override;
  void late(const StreamData& data) override;
  void conflict(const Layers& layers) override;
  void irregular(Irregularity kind) override;
  // CutterHost
  Framing frame(Bytes stream) override;
  void message(Bytes message, std::uint64_t first_packet, const Layers& layers) override;
  void out_of_step(Bytes run, std::uint64_t first_packet, const Layers& layers) override;
  void skipped(std::size_t bytes) override;
  void too_long() override;
  void search_overflow() override;
  // MessageSink
  void message(const Message& message) override;
  bool repeated(const Message& message) override;
  void completion(const Completion& completion) override;

  void note_opening(const Layers& layers, Side sender);
  void learn_handshake(const Layers& layers, Side sender);
  Identification& identification();
  void identify(const StreamData& data);
  void confirm();
  void set_client(Side client, ClientBasis basis);
  void check_shape(Bytes message);
  void dissect(Bytes bytes, std::uint64_t first_packet, const Layers& layers);
  void tell(FlowEvent event);
  SideCounters& counters() { return flow_.sent[sender_]; }

  Flow& flow_;
  FlowContext& context_;
  std::array<TcpStream, 2> streams_;
  std::array<StreamCutter, 2> cutters_;
  std::array<std::uint32_t, 2> windows_ = {1, 1};  // last advertised; not 0 until one is
  const ProtocolEntry* entry_ = nullptr;
  bool is_undecided_ = true;                        // whose stream it is
  std::unique_ptr<Identification> identification_;  // of what came while that is so
  std::unique_ptr<Dissector> dissector_;            // once confirmed
  std::uint64_t shape_checks_ = 0;

  // What is being processed: valid within a call.
  Side sender_ = 0;                 // of the bytes
  const Layers* layers_ = nullptr;  // of the packet or, at a message, of its last packet
  std::uint64_t now_packet_ = 0;    // 0 at a tick
  Timestamp now_{};
};

}  // namespace sightglass
