// libpcap over a TPACKET_V3 ring.
#include "sensor/capture/live_capture.hpp"

#include <net/if.h>
#include <pcap/pcap.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "sensor/capture/live_merge.hpp"

namespace sightglass {
namespace {

/// While one lives, descriptors below kFirstCaptureDescriptor are taken, so that what is opened
/// stands above: libpcap does not let anyone move its socket afterwards.
class LowDescriptorsTaken {
 public:
  LowDescriptorsTaken() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
      limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 2 * kFirstCaptureDescriptor);
      setrlimit(RLIMIT_NOFILE, &limit);
    }
    for (int fd = dup(STDERR_FILENO); fd >= 0; fd = dup(STDERR_FILENO)) {
      if (fd >= kFirstCaptureDescriptor) {
        close(fd);
        complete_ = true;
        break;
      }
      taken_.push_back(fd);
    }
  }
  ~LowDescriptorsTaken() {
    for (const int fd : taken_) close(fd);
  }
  LowDescriptorsTaken(const LowDescriptorsTaken&) = delete;
  LowDescriptorsTaken& operator=(const LowDescriptorsTaken&) = delete;

  bool complete() const { return complete_; }

 private:
  std::vector<int> taken_;
  bool complete_ = false;
};

std::string interface_names() {
  std::string names;
  struct if_nameindex* list = if_nameindex();
  if (list == nullptr) return names;
  for (auto* entry = list; entry->if_index != 0; ++entry) {
    names += names.empty() ? "" : ", ";
    names += entry->if_name;
  }
  if_freenameindex(list);
  return names;
}

/// "" when the capture runs.
std::string activate(pcap_t* handle, const LiveCaptureSettings& settings) {
  pcap_set_promisc(handle, 1);
  pcap_set_snaplen(handle, static_cast<int>(settings.snap_length));
  pcap_set_timeout(handle, static_cast<int>(kBlockTime.count()));
  pcap_set_immediate_mode(handle, 0);
  pcap_set_buffer_size(handle, static_cast<int>(settings.ring_mib * 1024 * 1024));
  pcap_set_tstamp_precision(handle, PCAP_TSTAMP_PRECISION_NANO);
  const int status = pcap_activate(handle);
  if (status == PCAP_ERROR_NO_SUCH_DEVICE) {
    return "no such interface; there are: " + interface_names();
  }
  if (status == PCAP_ERROR_PERM_DENIED) {
    return "not permitted to capture: start as root or with CAP_NET_RAW";
  }
  if (status < 0) return pcap_geterr(handle);
  if (!settings.filter.empty()) {
    bpf_program program{};
    if (pcap_compile(handle, &program, settings.filter.c_str(), 1, PCAP_NETMASK_UNKNOWN) != 0) {
      return "capture filter \"" + settings.filter + "\": " + pcap_geterr(handle);
    }
    const int filtered = pcap_setfilter(handle, &program);
    pcap_freecode(&program);
    if (filtered != 0) return pcap_geterr(handle);
  }
  char reason[PCAP_ERRBUF_SIZE] = {};
  return pcap_setnonblock(handle, 1, reason) == 0 ? "" : reason;
}

}  // namespace

LiveCapture::Opened LiveCapture::open(const LiveCaptureSettings& settings) {
  const LowDescriptorsTaken low;
  if (!low.complete()) {
    return {nullptr, "the limit of open files must be above " +
                         std::to_string(kFirstCaptureDescriptor) + " (LimitNOFILE=, ulimit -n)"};
  }
  char reason[PCAP_ERRBUF_SIZE] = {};
  pcap_t* handle = pcap_create(settings.interface.c_str(), reason);
  if (handle == nullptr) return {nullptr, settings.interface + ": " + reason};
  const std::string error = activate(handle, settings);
  if (!error.empty()) {
    pcap_close(handle);
    return {nullptr, settings.interface + ": " + error};
  }
  return {std::unique_ptr<LiveCapture>(new LiveCapture(handle, settings)), ""};
}

LiveCapture::LiveCapture(pcap* handle, const LiveCaptureSettings& settings)
    : handle_(handle),
      descriptor_(pcap_get_selectable_fd(handle)),
      index_(if_nametoindex(settings.interface.c_str())),
      interfaces_{{settings.interface, static_cast<std::uint16_t>(pcap_datalink(handle)),
                   settings.snap_length}} {}

LiveCapture::~LiveCapture() { pcap_close(handle_); }

PacketSource::Next LiveCapture::next(RawPacket& packet) {
  if (gone_) return Next::end;
  pcap_pkthdr* header = nullptr;
  const u_char* data = nullptr;
  switch (pcap_next_ex(handle_, &header, &data)) {
    case 1:
      break;
    case 0:
      return down_ ? outage() : Next::idle;
    default:
      return outage();
  }
  down_ = false;
  ++received_;
  packet.bytes = {data, header->caplen};
  // With nanosecond precision libpcap keeps nanoseconds in tv_usec.
  packet.time = Timestamp{std::chrono::seconds(header->ts.tv_sec) +
                          std::chrono::nanoseconds(header->ts.tv_usec)};
  packet.original_length = header->len;
  last_packet_ = std::max(last_packet_, packet.time);
  packet.interface = 0;
  packet.interface_numbered = true;
  packet.link_type = interfaces_.front().link_type;
  return Next::packet;
}

/// Being down is told once, being gone after it not at all: so while it is down we look ourselves.
PacketSource::Next LiveCapture::outage() {
  char name[IF_NAMESIZE] = {};
  gone_ = if_indextoname(index_, name) == nullptr;
  if (gone_) return Next::end;
  if (!down_) ++outages_;
  down_ = true;
  return Next::idle;
}

InterfaceState LiveCapture::state() const {
  const CaptureLoss loss = this->loss();
  return {.name = interfaces_.front().name,
          .packets = loss.received,
          .dropped_by_kernel = loss.dropped_by_kernel,
          .dropped_by_interface = loss.dropped_by_interface,
          .outages = outages_,
          .is_gone = gone_,
          .last_packet = last_packet_};
}

CaptureLoss LiveCapture::loss() const {
  CaptureLoss loss;
  loss.received = received_;
  pcap_stat statistics{};
  if (pcap_stats(handle_, &statistics) == 0) {
    loss.dropped_by_kernel = statistics.ps_drop;
    loss.dropped_by_interface = statistics.ps_ifdrop;
  }
  return loss;
}

}  // namespace sightglass
