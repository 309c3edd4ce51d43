#include "tests/bench/dialogues.hpp"

#include <array>
#include <string_view>

namespace sightglass::bench {
namespace {

/// Rounds after which a value is another one.
constexpr std::uint64_t kChange = 10;

// --- Modbus

struct Block {
  std::uint8_t function;
  std::uint16_t first, count;
  std::size_t answer_bytes() const { return function <= 2 ? (count + 7u) / 8 : 2u * count; }
};
constexpr std::array<Block, 4> kBlocks = {{{3, 0, 10}, {4, 100, 14}, {1, 0, 24}, {3, 40, 4}}};

// --- S7comm

constexpr std::uint8_t kJob = 1, kAckData = 3;

/// TPKT (RFC 1006), COTP data (ISO 8073) and the S7 header around `parameters` and `data`.
Octets s7_pdu(std::uint8_t kind, std::uint16_t reference, const Octets& parameters,
              const Octets& data) {
  const bool is_answer = kind == kAckData;
  const std::size_t size = 7u + (is_answer ? 12 : 10) + parameters.size() + data.size();
  Octets pdu;
  pdu.u8(3).u8(0).u16(size).u8(2).u8(0xf0).u8(0x80);
  pdu.u8(0x32).u8(kind).u16(0).u16(reference).u16(parameters.size()).u16(data.size());
  if (is_answer) pdu.u16(0);  // no error
  return pdu.add(parameters).add(data);
}

/// COTP connection request or confirm of class 0, with size of TPDUs and both selectors.
Octets cotp_connection(std::uint8_t code, std::uint16_t destination, std::uint16_t source) {
  Octets pdu;
  pdu.u8(3).u8(0).u16(22).u8(17).u8(code).u16(destination).u16(source).u8(0);
  return pdu.u8(0xc0).u8(1).u8(10).u8(0xc1).u8(2).u16(0x0100).u8(0xc2).u8(2).u16(0x0102);
}

// --- OPC UA (Part 6: 5.2 binary encoding, 7.1 UA TCP, 6.7 secure conversation)

constexpr std::uint32_t kNull = 0xffffffff;  // length of a string or array that is not there
constexpr std::uint32_t kChannel = 7, kToken = 1, kSubscription = 3;
constexpr std::uint64_t kDateTime = 133'500'000'000'000'000;  // in 2024
constexpr std::string_view kPolicyNone = "http://opcfoundation.org/UA/SecurityPolicy#None";

Octets node_id(std::uint16_t identifier) {
  Octets id;
  return id.u8(1).u8(0).le16(identifier);
}

Octets request_header(std::uint32_t handle) {
  Octets header;
  header.u8(0).u8(0).le64(kDateTime).le32(handle).le32(0).le32(kNull).le32(15'000);
  return header.u8(0).u8(0).u8(0);  // no additional header
}

Octets response_header(std::uint32_t handle) {
  Octets header;
  header.le64(kDateTime).le32(handle).le32(0).u8(0).le32(kNull);
  return header.u8(0).u8(0).u8(0);
}

Octets with_size(Octets message) {
  message.put_le32(4, message.size());
  return message;
}

Octets hello(const char* kind, bool with_url) {
  Octets message;
  message.text(kind).le32(0).le32(0).le32(65'536).le32(65'536).le32(0).le32(0);
  constexpr std::string_view kUrl = "opc.tcp://plant:4840";
  if (with_url) message.le32(kUrl.size()).text(kUrl);
  return with_size(message);
}

Octets secure_channel(std::uint32_t channel, std::uint32_t sequence, const Octets& body) {
  Octets message;
  message.text("OPNF").le32(0).le32(channel).le32(kPolicyNone.size()).text(kPolicyNone);
  message.le32(kNull).le32(kNull).le32(sequence).le32(1).add(body);
  return with_size(message);
}

/// DataChangeNotification of five doubles.
Octets notification(std::uint64_t value) {
  constexpr std::uint32_t kValues = 5;
  Octets data;
  data.le32(kValues);
  for (std::uint32_t item = 0; item < kValues; ++item) {
    constexpr std::uint8_t kValueAndSourceTime = 0x05, kDouble = 11;
    data.le32(item + 1).u8(kValueAndSourceTime).u8(kDouble);
    data.le64(0x4059'0000'0000'0000 + (value << 32) + item).le64(kDateTime);
  }
  return data.le32(kNull);
}

}  // namespace

void ModbusPolling::round(MadeCapture& capture, std::int64_t time, std::int64_t answer_time) {
  const Block& block = kBlocks[rounds_ % kBlocks.size()];
  const auto transaction = static_cast<std::uint16_t>(rounds_ + 1);
  Octets request, answer;
  request.u16(transaction).u16(0).u16(6).u8(1).u8(block.function);
  request.u16(block.first).u16(block.count);
  answer.u16(transaction).u16(0).u16(3 + block.answer_bytes()).u8(1).u8(block.function);
  answer.u8(block.answer_bytes());
  for (std::size_t i = 0; i < block.answer_bytes(); ++i) {
    answer.u8(i == 1 ? rounds_ / (kBlocks.size() * kChange) : i);
  }
  ++rounds_;
  exchange(capture, time, answer_time, request, answer);
}

void S7Reading::open(MadeCapture& capture, std::int64_t time) {
  Dialogue::open(capture, time);
  constexpr std::uint8_t kRequest = 0xe0, kConfirm = 0xd0;
  connection_.request(capture, time + 3 * kMicrosecond, cotp_connection(kRequest, 0, 1));
  connection_.answer(capture, time + 4 * kMicrosecond, cotp_connection(kConfirm, 1, 2));
  Octets setup;
  setup.u8(0xf0).u8(0).u16(1).u16(1).u16(480);
  exchange(capture, time + 5 * kMicrosecond, time + 6 * kMicrosecond,
           s7_pdu(kJob, reference_, setup, {}), s7_pdu(kAckData, reference_, setup, {}));
}

void S7Reading::round(MadeCapture& capture, std::int64_t time, std::int64_t answer_time) {
  constexpr std::uint8_t kRead = 4, kItems = 3;
  const std::uint64_t rounds = ++reference_;
  Octets request, answered, data;
  request.u8(kRead).u8(kItems);
  answered.u8(kRead).u8(kItems);
  for (std::uint64_t item = 0; item < kItems; ++item) {
    const std::uint64_t block = 1 + (rounds + item) % 4;
    constexpr std::uint8_t kWord = 4, kDataBlock = 0x84;
    request.u8(0x12).u8(10).u8(0x10).u8(kWord).u16(4).u16(block).u8(kDataBlock);
    request.u8(0).u16(8 * 16 * item);
    data.u8(0xff).u8(4).u16(64).u32(rounds / kChange).u32(item);
  }
  exchange(capture, time, answer_time, s7_pdu(kJob, reference_, request, {}),
           s7_pdu(kAckData, reference_, answered, data));
}

Octets OpcUaPublishing::service(std::uint16_t type, const Octets& body) {
  Octets message;
  message.text("MSGF").le32(0).le32(kChannel).le32(kToken).le32(sequence_).le32(request_);
  message.add(node_id(type)).add(body);
  return with_size(message);
}

void OpcUaPublishing::open(MadeCapture& capture, std::int64_t time) {
  Dialogue::open(capture, time);
  exchange(capture, time + 3 * kMicrosecond, time + 4 * kMicrosecond, hello("HELF", true),
           hello("ACKF", false));
  constexpr std::uint16_t kOpenRequest = 446, kOpenResponse = 449;
  constexpr std::uint32_t kIssue = 0, kModeNone = 1, kLifetime = 3'600'000;
  sequence_ = request_ = 1;
  Octets request, response;
  request.add(node_id(kOpenRequest)).add(request_header(1)).le32(0).le32(kIssue).le32(kModeNone);
  request.le32(kNull).le32(kLifetime);
  response.add(node_id(kOpenResponse)).add(response_header(1)).le32(0);
  response.le32(kChannel).le32(kToken).le64(kDateTime).le32(kLifetime).le32(kNull);
  exchange(capture, time + 5 * kMicrosecond, time + 6 * kMicrosecond,
           secure_channel(0, sequence_, request), secure_channel(kChannel, sequence_, response));
}

void OpcUaPublishing::round(MadeCapture& capture, std::int64_t time, std::int64_t answer_time) {
  constexpr std::uint16_t kPublishRequest = 826, kPublishResponse = 829, kDataChange = 811;
  ++sequence_;
  ++request_;
  Octets request, response;
  request.add(request_header(request_)).le32(1).le32(kSubscription).le32(request_ - 1);
  const Octets data = notification(request_ / kChange);
  response.add(response_header(request_)).le32(kSubscription).le32(1).le32(request_).u8(0);
  response.le32(request_).le64(kDateTime).le32(1).add(node_id(kDataChange)).u8(1);
  response.le32(data.size()).add(data).le32(1).le32(0).le32(kNull);
  exchange(capture, time, answer_time, service(kPublishRequest, request),
           service(kPublishResponse, response));
}

void Browsing::round(MadeCapture& capture, std::int64_t time, std::int64_t answer_time) {
  Octets request, answer;
  request.text("GET /status HTTP/1.1\r\nHost: office\r\n\r\n");
  constexpr std::size_t kSegment = 1400;
  answer.text("HTTP/1.1 200 OK\r\nContent-Length: 2700\r\n\r\n");
  while (answer.size() < kSegment) answer.u8('a' + answer.size() % 26);
  connection_.request(capture, time, request);
  connection_.answer(capture, answer_time, answer);
  connection_.answer(capture, answer_time + kMicrosecond, answer);
}

void Encrypted::round(MadeCapture& capture, std::int64_t time, std::int64_t answer_time) {
  const auto record = [&](std::size_t bytes) {
    constexpr std::uint8_t kApplicationData = 23;
    Octets octets;
    octets.u8(kApplicationData).u16(0x0303).u16(bytes);
    for (std::size_t i = 0; i < bytes; ++i) {
      noise_ = noise_ * 6'364'136'223'846'793'005u + 1'442'695'040'888'963'407u;
      octets.u8(noise_ >> 56);
    }
    return octets;
  };
  connection_.request(capture, time, record(200));
  connection_.answer(capture, answer_time, record(900));
}

}  // namespace sightglass::bench
