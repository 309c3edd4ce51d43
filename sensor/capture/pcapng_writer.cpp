#include "sensor/capture/pcapng_writer.hpp"

#include <algorithm>
#include <utility>

#include "sensor/capture/pcapng_blocks.hpp"

namespace sightglass {
namespace {

constexpr char kNanoseconds = 9;  // if_tsresol: negative power of ten
constexpr std::uint64_t kUnknownSectionLength = ~std::uint64_t{0};

// A comment is one line of text for people; what a hostile name puts into it must stay one.
std::string comment_text(std::string_view text) {
  text = text.substr(0, PcapngWriter::kMostCommentBytes);
  // Not in the middle of a UTF-8 sequence.
  while (text.size() == PcapngWriter::kMostCommentBytes && !text.empty() &&
         (static_cast<unsigned char>(text.back()) & 0x80) != 0) {
    text.remove_suffix(1);
  }
  std::string result(text);
  std::replace_if(
      result.begin(), result.end(),
      [](char character) { return static_cast<unsigned char>(character) < 0x20; }, ' ');
  return result;
}

}  // namespace

PcapngWriter::PcapngWriter(std::string_view comment, std::string_view application) {
  const std::size_t begin = begin_block(pcapng::kSectionHeader);
  u32(pcapng::kByteOrderMagic);
  u16(1);  // version 1.0
  u16(0);
  u32(kUnknownSectionLength);
  u32(kUnknownSectionLength >> 32);
  text_option(pcapng::kComment, comment);
  text_option(pcapng::kUserApplication, application);
  option(pcapng::kEndOfOptions, {});
  end_block(begin);
}

std::uint32_t PcapngWriter::add_interface(std::uint16_t link_type, std::uint32_t snap_length,
                                          std::string_view name) {
  const std::size_t begin = begin_block(pcapng::kInterfaceDescription);
  u16(link_type);
  u16(0);
  u32(snap_length);
  text_option(pcapng::kInterfaceName, name);
  option(pcapng::kTimeResolution, {&kNanoseconds, 1});
  option(pcapng::kEndOfOptions, {});
  end_block(begin);
  return interfaces_++;
}

void PcapngWriter::add_packet(std::uint32_t interface, Timestamp time, Bytes bytes,
                              std::uint32_t original_length, std::string_view comment) {
  const auto ns = static_cast<std::uint64_t>(std::max<std::int64_t>(to_ns(time), 0));
  const std::size_t begin = begin_block(pcapng::kEnhancedPacket);
  u32(interface);
  u32(ns >> 32);
  u32(ns);
  u32(bytes.size());
  u32(original_length);
  padded_bytes(as_text(bytes));
  if (!comment.empty()) {
    text_option(pcapng::kComment, comment);
    option(pcapng::kEndOfOptions, {});
  }
  end_block(begin);
}

std::string PcapngWriter::take() { return std::exchange(out_, {}); }

void PcapngWriter::u16(std::uint32_t value) {
  out_ += static_cast<char>(value & 0xff);
  out_ += static_cast<char>(value >> 8 & 0xff);
}

void PcapngWriter::u32(std::uint64_t value) {
  u16(static_cast<std::uint32_t>(value & 0xffff));
  u16(static_cast<std::uint32_t>(value >> 16 & 0xffff));
}

void PcapngWriter::padded_bytes(std::string_view bytes) {
  out_ += bytes;
  out_.append(pcapng::padded(static_cast<std::uint32_t>(bytes.size())) - bytes.size(), '\0');
}

void PcapngWriter::option(std::uint16_t code, std::string_view value) {
  u16(code);
  u16(static_cast<std::uint32_t>(value.size()));
  padded_bytes(value);
}

void PcapngWriter::text_option(std::uint16_t code, std::string_view text) {
  if (!text.empty()) option(code, comment_text(text));
}

std::size_t PcapngWriter::begin_block(std::uint32_t type) {
  const std::size_t begin = out_.size();
  u32(type);
  u32(0);  // the length, known at its end
  return begin;
}

void PcapngWriter::end_block(std::size_t begin) {
  const std::size_t length = out_.size() - begin + 4;
  u32(length);
  for (std::size_t i = 0; i < 4; ++i) {
    out_[begin + 4 + i] = static_cast<char>(length >> (8 * i) & 0xff);
  }
}

}  // namespace sightglass
