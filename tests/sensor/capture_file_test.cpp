// Reading capture files: formats, byte orders, compression, damage.
#include "sensor/capture/capture_file.hpp"

#include <gmock/gmock.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>

#include "sensor/capture/merged_captures.hpp"
#include "sensor/capture/pcapng_writer.hpp"
#include "tests/sensor/frames.hpp"

namespace sightglass {
namespace {

using test::hex;
using test::Octets;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Kind = CaptureEnd::Kind;

// A file in a folder of its own that goes with the test.
class CaptureFiles : public ::testing::Test {
 protected:
  CaptureFiles() {
    std::string pattern = std::filesystem::temp_directory_path() / "capture-XXXXXX";
    folder_ = mkdtemp(pattern.data());
  }
  ~CaptureFiles() override { std::filesystem::remove_all(folder_); }

  std::string path(const std::string& name) const { return folder_ / name; }
  std::string write(const Octets& contents, const std::string& name = "capture") const {
    std::ofstream(path(name), std::ios::binary) << as_text(contents);
    return path(name);
  }

 private:
  std::filesystem::path folder_;
};

struct Seen {
  std::int64_t ns;
  std::string bytes;
  std::uint32_t original_length;
  std::uint32_t interface;
  std::uint16_t link_type;
  bool operator==(const Seen&) const = default;
};

Seen seen(const RawPacket& packet) {
  return {to_ns(packet.time), std::string(as_text(packet.bytes)), packet.original_length,
          packet.interface, packet.link_type};
}

struct Contents {
  std::vector<Seen> packets;
  CaptureEnd end;
  CaptureLoss loss;
  std::vector<CaptureInterface> interfaces;
};

Contents read(const std::string& path) {
  const auto opened = CaptureFile::open(path);
  EXPECT_TRUE(opened.file) << opened.error;
  Contents contents;
  if (!opened.file) return contents;
  RawPacket packet;
  while (opened.file->next(packet) == PacketSource::Next::packet) {
    contents.packets.push_back(seen(packet));
  }
  contents.end = opened.file->end();
  contents.loss = opened.file->loss();
  contents.interfaces = opened.file->interfaces();
  return contents;
}

// Two packets, "abc" and "defg" (6 on the wire), at 1 s + 2 and 3 s + 4 ticks.
const char kLittlePcap[] =
    "d4c3b2a1 0200 0400 00000000 00000000 00000400 01000000"
    "01000000 02000000 03000000 03000000 616263"
    "03000000 04000000 04000000 06000000 64656667";
const char kBigNanoPcap[] =
    "a1b23c4d 0002 0004 00000000 00000000 00040000 00000065"
    "00000001 00000002 00000003 00000003 616263"
    "00000003 00000004 00000004 00000006 64656667";

TEST_F(CaptureFiles, PcapInMicrosecondsLittleEndian) {
  const Contents contents = read(write(hex(kLittlePcap)));
  EXPECT_THAT(contents.packets, ElementsAre(Seen{1'000'002'000, "abc", 3, 0, 1},
                                            Seen{3'000'004'000, "defg", 6, 0, 1}));
  EXPECT_EQ(contents.end.kind, Kind::complete);
  EXPECT_EQ(contents.loss.received, 2u);
}

TEST_F(CaptureFiles, PcapInNanosecondsBigEndian) {
  const Contents contents = read(write(hex(kBigNanoPcap)));
  EXPECT_THAT(contents.packets, ElementsAre(Seen{1'000'000'002, "abc", 3, 0, 101},
                                            Seen{3'000'000'004, "defg", 6, 0, 101}));
}

TEST_F(CaptureFiles, EveryTruncationKeepsTheWholePacketsAndSaysWhere) {
  const Octets whole = hex(kLittlePcap);
  constexpr std::size_t kFirst = 24, kSecond = kFirst + 16 + 3;
  for (std::size_t size = kFirst; size < whole.size(); ++size) {
    const Contents contents = read(write({whole.begin(), whole.begin() + size}));
    const std::size_t packets = size < kSecond ? 0 : 1;
    const std::size_t boundary = packets == 0 ? kFirst : kSecond;
    EXPECT_EQ(contents.packets.size(), packets) << size;
    EXPECT_EQ(contents.end.kind, size == boundary ? Kind::complete : Kind::truncated) << size;
    EXPECT_EQ(contents.end.offset, boundary) << size;
  }
}

TEST_F(CaptureFiles, PacketOfImpossibleSizeIsDamage) {
  Octets file = hex(kLittlePcap);
  file[24 + 8 + 3] = 0x7f;  // captured length 0x7f000003
  const Contents contents = read(write(file));
  EXPECT_THAT(contents.packets, IsEmpty());
  EXPECT_EQ(contents.end.kind, Kind::damaged);
  EXPECT_EQ(contents.end.offset, 24u);
}

TEST_F(CaptureFiles, NoCaptureIsRefusedInWords) {
  EXPECT_THAT(CaptureFile::open(write(hex("504b0304 00000000"))).error,
              HasSubstr("not a capture (pcap or pcapng)"));
  EXPECT_THAT(CaptureFile::open(write({})).error, HasSubstr("empty, not a capture"));
  EXPECT_THAT(
      CaptureFile::open(write(hex("34cdb2a1 0200 0400 00000000 00000000 00000400 01000000"))).error,
      HasSubstr("modified pcap"));
  EXPECT_THAT(CaptureFile::open(write(hex("d4c3b2a1 0200"))).error, HasSubstr("within its header"));
  EXPECT_THAT(CaptureFile::open(path("absent")).error, HasSubstr("No such file"));
  EXPECT_THAT(CaptureFile::open(path("")).error, HasSubstr("directory"));
}

// --- pcapng

const std::string kSectionLittle = "0a0d0d0a 1c000000 4d3c2b1a 0100 0000 ffffffffffffffff 1c000000";
const std::string kSectionBig = "0a0d0d0a 0000001c 1a2b3c4d 0001 0000 ffffffffffffffff 0000001c";
// Ethernet, snapshot length 0, no options: microseconds.
const std::string kInterfaceLittle = "01000000 14000000 0100 0000 00000000 14000000";
// LINKTYPE_RAW, "eth1", if_tsresol 9 (nanoseconds), if_tsoffset 100 s.
const std::string kInterfaceBig =
    "00000001 00000034 0065 0000 00000000"
    "0002 0004 65746831 | 0009 0001 09000000 | 000e 0008 0000000000000064 | 0000 0000 00000034";
// Time stamp 0x1_00000001, "abc" of 5.
const std::string kPacketLittle =
    "06000000 24000000 00000000 01000000 01000000 03000000 05000000 61626300 24000000";
const std::string kPacketBig =
    "00000006 00000024 00000000 00000000 00000007 00000001 00000001 7a000000 00000024";

TEST_F(CaptureFiles, PcapngSectionsOfBothByteOrdersAndMixedLinkTypes) {
  const Contents contents = read(write(hex(kSectionLittle + kInterfaceLittle + kPacketLittle +
                                           kSectionBig + kInterfaceBig + kPacketBig)));
  EXPECT_THAT(contents.packets, ElementsAre(Seen{0x1'0000'0001 * 1000, "abc", 5, 0, 1},
                                            Seen{100'000'000'007, "z", 1, 1, 101}));
  ASSERT_EQ(contents.interfaces.size(), 2u);
  EXPECT_EQ(contents.interfaces[1].name, "eth1");
  EXPECT_EQ(contents.end.kind, Kind::complete);
}

TEST_F(CaptureFiles, PcapngSkipsUnknownBlocksAndReadsTheOldAndSimpleOnes) {
  const std::string custom = "ad0b0000 10000000 01020304 10000000";
  // Packet block: interface 0, 3 drops before it, "ab"; simple packet block: "wxyz" of 4.
  const std::string obsolete =
      "02000000 24000000 0000 0300 00000000 09000000 02000000 02000000 61620000 24000000";
  const std::string simple = "03000000 14000000 04000000 7778797a 14000000";
  const Contents contents =
      read(write(hex(kSectionLittle + kInterfaceLittle + custom + obsolete + simple)));
  EXPECT_THAT(contents.packets,
              ElementsAre(Seen{9000, "ab", 2, 0, 1}, Seen{9000, "wxyz", 4, 0, 1}));
  EXPECT_EQ(contents.loss, (CaptureLoss{2, 3, 0}));
}

TEST_F(CaptureFiles, PcapngInterfaceStatisticsCountWhatWasLost) {
  // isb_ifdrop (5) = 6, isb_osdrop (7) = 7.
  const std::string statistics =
      "05000000 30000000 00000000 00000000 00000000"
      "0500 0800 0600000000000000 | 0700 0800 0700000000000000 | 30000000";
  const Contents contents = read(write(hex(kSectionLittle + kInterfaceLittle + statistics)));
  EXPECT_EQ(contents.loss, (CaptureLoss{0, 7, 6}));
}

TEST_F(CaptureFiles, PcapngOfBinaryTimeResolution) {
  // if_tsresol 0x81: halves of a second; the stamp is 3.
  const std::string interface =
      "01000000 20000000 0100 0000 00000000 0900 0100 81000000 0000 0000 20000000";
  const std::string packet =
      "06000000 20000000 00000000 00000000 03000000 00000000 00000000 20000000";
  const Contents contents = read(write(hex(kSectionLittle + interface + packet)));
  EXPECT_THAT(contents.packets, ElementsAre(Seen{1'500'000'000, "", 0, 0, 1}));
}

TEST_F(CaptureFiles, EveryTruncationOfPcapngIsReported) {
  const Octets whole = hex(kSectionLittle + kInterfaceLittle + kPacketLittle + kPacketLittle);
  const std::vector<std::size_t> boundaries = {28, 48, 84, 120};
  for (std::size_t size = 28; size < whole.size(); ++size) {
    const Contents contents = read(write({whole.begin(), whole.begin() + size}));
    std::size_t boundary = 0;
    for (const std::size_t end : boundaries) boundary = end <= size ? end : boundary;
    EXPECT_EQ(contents.packets.size(), size < 84 ? 0u : 1u) << size;
    EXPECT_EQ(contents.end.kind, size == boundary ? Kind::complete : Kind::truncated) << size;
    EXPECT_EQ(contents.end.offset, boundary) << size;
  }
}

TEST_F(CaptureFiles, PcapngDamageEndsTheFileWithItsReason) {
  const auto reason = [&](const std::string& text) { return read(write(hex(text))).end.detail; };
  EXPECT_THAT(reason(kSectionLittle + kPacketLittle),
              HasSubstr("interface that was not described"));
  EXPECT_THAT(reason(kSectionLittle + "01000000 0b000000 00000000"), HasSubstr("can not be"));
  EXPECT_THAT(reason(kSectionLittle + "01000000 14000000 0100 0000 00000000 18000000"),
              HasSubstr("lengths of a block differ"));
  EXPECT_THAT(reason(kSectionLittle + kInterfaceLittle +
                     "06000000 20000000 00000000 00000000 03000000 05000000 05000000 20000000"),
              HasSubstr("longer than its block"));
  EXPECT_THAT(reason(kSectionLittle + "01000000 f0ffff7f"), HasSubstr("claims"));
  EXPECT_THAT(reason(kSectionLittle +
                     "01000000 20000000 0100 0000 00000000 0900 0100 ff000000 0000 0000 20000000"),
              HasSubstr("time resolution"));
}

// --- compression

Octets gzip(const Octets& contents) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  Octets out(contents.size() + 1024);
  Octets in = contents;
  stream.next_in = in.data();
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = out.data();
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.erase(out.end() - static_cast<std::ptrdiff_t>(stream.avail_out), out.end());
  deflateEnd(&stream);
  return out;
}

TEST_F(CaptureFiles, GzipIsReadWhatItsNameIs) {
  EXPECT_EQ(read(write(gzip(hex(kLittlePcap)))).packets,
            read(write(hex(kLittlePcap), "b")).packets);
}

TEST_F(CaptureFiles, GzipMembersAreOneStream) {
  const Octets whole = hex(kLittlePcap);
  const Octets head = gzip({whole.begin(), whole.begin() + 30});
  const Octets tail = gzip({whole.begin() + 30, whole.end()});
  const Contents contents = read(write(test::joined(head, tail)));
  EXPECT_EQ(contents.packets.size(), 2u);
  EXPECT_EQ(contents.end.kind, Kind::complete);
}

TEST_F(CaptureFiles, GzipThatIsCutOffGivesWhatItHas) {
  Octets large = hex(kLittlePcap);
  const Octets packet(large.begin() + 24, large.begin() + 24 + 19);
  for (int i = 0; i < 20'000; ++i) large = test::joined({large, packet});
  Octets compressed = gzip(large);
  compressed.resize(compressed.size() / 2);
  const Contents contents = read(write(compressed));
  EXPECT_GT(contents.packets.size(), 1000u);
  EXPECT_EQ(contents.end.kind, Kind::truncated);
  EXPECT_THAT(contents.end.detail, HasSubstr("gzip stream is cut off"));
}

// --- several files

TEST_F(CaptureFiles, TheTapSeesEveryByteOfEachFileOnce) {
  Octets damaged = hex(kLittlePcap);
  const Octets garbage(100'000, 0xff);
  damaged.insert(damaged.end(), garbage.begin(), garbage.end());
  const std::vector<Octets> files = {hex(kLittlePcap), gzip(hex(kLittlePcap)), damaged};
  std::vector<std::string> paths;
  for (const Octets& file : files) paths.push_back(write(file, std::to_string(paths.size())));
  for (const bool to_the_end : {true, false}) {
    std::vector<Octets> seen(files.size());
    const auto opened = MergedCaptures::open(paths, [&](std::size_t file, Bytes bytes) {
      seen[file].insert(seen[file].end(), bytes.begin(), bytes.end());
    });
    ASSERT_TRUE(opened.captures);
    RawPacket packet;
    while (to_the_end && opened.captures->next(packet) == PacketSource::Next::packet) {
    }
    opened.captures->read_to_end();
    EXPECT_EQ(seen, files);
    EXPECT_EQ(opened.captures->next(packet), PacketSource::Next::end);
  }
}

TEST_F(CaptureFiles, MergeIsByTimeAndStableByFile) {
  const std::string head = "d4c3b2a1 0200 0400 00000000 00000000 00000400 01000000";
  const auto packet = [](const std::string& second, const std::string& letter) {
    return second + "000000 00000000 01000000 01000000" + letter;
  };
  const std::string a = write(hex(head + packet("01", "61") + packet("05", "62")), "a");
  const std::string b = write(hex(head + packet("01", "63") + packet("02", "64")), "b");
  const std::vector<std::string> paths = {b, a};
  const auto opened = MergedCaptures::open(paths);
  ASSERT_TRUE(opened.captures);
  std::string order;
  std::vector<std::uint32_t> interfaces;
  RawPacket raw;
  while (opened.captures->next(raw) == PacketSource::Next::packet) {
    order += as_text(raw.bytes);
    interfaces.push_back(raw.interface);
  }
  EXPECT_EQ(order, "cadb");
  EXPECT_THAT(interfaces, ElementsAre(0, 1, 0, 1));
  EXPECT_EQ(opened.captures->loss().received, 4u);
  EXPECT_EQ(opened.captures->bytes_read(), opened.captures->total_size());
}

TEST_F(CaptureFiles, EveryFileThatCanNotBeReadIsNamed) {
  const std::vector<std::string> paths = {path("x"), write(hex(kLittlePcap)), path("y")};
  const auto opened = MergedCaptures::open(paths);
  EXPECT_FALSE(opened.captures);
  EXPECT_THAT(opened.errors, ElementsAre(HasSubstr("/x: "), HasSubstr("/y: ")));
}

// --- writing

TEST_F(CaptureFiles, WhatIsWrittenReadsTheSame) {
  PcapngWriter writer("the proof", "test");
  writer.add_interface(1, 0, "eth0");
  const std::uint32_t second = writer.add_interface(101, 96, "");
  const Octets bytes = hex("01 02 03 04 05");
  const auto time = timestamp_from_ns(1'700'000'000'123'456'789);
  writer.add_packet(second, time, bytes, 1500, "frame 7 raised it");
  const std::string written = writer.take();
  const Contents contents = read(write({written.begin(), written.end()}));
  EXPECT_THAT(contents.packets,
              ElementsAre(Seen{to_ns(time), std::string(as_text(bytes)), 1500, 1, 101}));
  EXPECT_EQ(contents.interfaces[0].name, "eth0");
  EXPECT_EQ(contents.interfaces[1].snap_length, 96u);
  EXPECT_EQ(contents.end.kind, Kind::complete);
}

}  // namespace
}  // namespace sightglass
