#include "sensor/evidence/offline_evidence.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <map>

#include "sensor/capture/merged_captures.hpp"
#include "sensor/packet/decode.hpp"

namespace sightglass {
namespace {

constexpr std::uint64_t kPacketsPerProgress = 65536;

// One sync of the file system instead of two for each of many slices.
std::string sync_all(const std::filesystem::path& directory) {
  const int descriptor = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = descriptor >= 0 && ::syncfs(descriptor) == 0;
  const int code = errno;
  if (descriptor >= 0) ::close(descriptor);
  return synced ? "" : directory.string() + ": sync: " + std::strerror(code);
}

}  // namespace

OfflineEvidence cut_offline(std::span<const std::string> captures, std::span<const Alert> alerts,
                            const std::filesystem::path& directory, const std::string& application,
                            std::uint64_t packets, std::shared_ptr<const site::Site> site,
                            const EvidenceLimits& limits,
                            const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
  OfflineEvidence result;
  if (alerts.empty()) return result;
  MergedCaptures::Opened opened = MergedCaptures::open(captures);
  if (opened.captures == nullptr) {
    result.errors = std::move(opened.errors);
    return result;
  }
  MergedCaptures& source = *opened.captures;
  std::map<AlertId, EvidenceRecord> found;
  EvidenceCutter cutter(directory, {application, {}}, limits, EvidenceCutter::Sync::by_caller,
                        [&](const EvidenceRecord& record) { found[record.alert] = record; },
                        {std::move(site), &source.interfaces()});
  for (const Alert& alert : alerts) cutter.add(alert);

  RawPacket packet;
  Layers layers;
  std::uint64_t number = 0;
  while (number < packets && source.next(packet) == PacketSource::Next::packet) {
    decode(packet, ++number, layers);
    cutter.frame(layers);
    if (progress && number % kPacketsPerProgress == 0) {
      progress(source.bytes_read(), source.total_size());
    }
  }
  cutter.finish();
  if (std::string error = sync_all(directory / "evidence"); !error.empty()) {
    result.errors.push_back(std::move(error));
  }
  for (const Alert& alert : alerts) result.records.push_back(found[alert.id]);
  result.counters = cutter.counters();
  return result;
}

}  // namespace sightglass
