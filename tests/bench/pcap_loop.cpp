// The yardstick: what reading a capture costs with libpcap and nothing else.
// usage: pcap_loop FILE
#include <pcap/pcap.h>

#include <cstdio>

int main(int argc, char** argv) {
  char reason[PCAP_ERRBUF_SIZE] = {};
  pcap_t* handle = argc == 2 ? pcap_open_offline(argv[1], reason) : nullptr;
  if (handle == nullptr) {
    std::fprintf(stderr, "pcap_loop: %s\n", argc == 2 ? reason : "usage: pcap_loop FILE");
    return 2;
  }
  pcap_pkthdr* header = nullptr;
  const u_char* data = nullptr;
  unsigned long long packets = 0;
  unsigned long long sum = 0;  // touches every packet, so that none is skipped
  while (pcap_next_ex(handle, &header, &data) == 1) {
    ++packets;
    sum += header->caplen > 0 ? data[0] : 0;
  }
  pcap_close(handle);
  std::printf("%llu packets, first bytes sum to %llu\n", packets, sum);
  return 0;
}
