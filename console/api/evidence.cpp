// The packets of an alert, as a capture file.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "console/api/endpoints.hpp"
#include "console/server/problem.hpp"

namespace sightglass::console {
namespace {

constexpr std::size_t kEvidenceMost = std::size_t{64} << 20;  // far more than a slice may have

/// The whole file, or nothing. Follows no link at its end.
std::optional<std::string> read_slice(const std::filesystem::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (descriptor < 0) return std::nullopt;
  std::string contents;
  struct stat status {};
  bool whole = ::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode) &&
               status.st_size >= 0 && static_cast<std::size_t>(status.st_size) <= kEvidenceMost;
  if (whole) contents.resize(static_cast<std::size_t>(status.st_size));
  for (std::size_t done = 0; whole && done < contents.size();) {
    const ssize_t count = ::read(descriptor, contents.data() + done, contents.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) {
      whole = false;
    } else {
      done += static_cast<std::size_t>(count);
    }
  }
  ::close(descriptor);
  return whole ? std::optional(std::move(contents)) : std::nullopt;
}

Response no_evidence(std::string_view detail) {
  return problem(404, "There are no packets of this alert", detail);
}

}  // namespace

Response evidence(Services& services, const Call& call) {
  const std::optional<AlertId> id = parse_alert_id(call.parameter);
  if (!id) return no_evidence("There is no such alert.");
  EvidenceRecord record;
  {
    Record::Lease reader = services.record.open();
    const StoreError error = reader->evidence(*id, record);
    if (error.kind == StoreError::Kind::missing) return no_evidence("None were kept.");
    require(error);
  }
  if (record.state == EvidenceState::collecting) {
    return no_evidence("They are still being collected.");
  }
  // The name is ours to make: what the record says is not followed anywhere.
  const std::string name = to_text(*id) + ".pcapng";
  std::optional<std::string> contents = read_slice(services.record.directory() / "evidence" / name);
  if (!contents) return no_evidence("Retention has removed them, or the file can not be read.");
  Response response;
  response.content_type = "application/vnd.tcpdump.pcap";
  response.headers["Content-Disposition"] = "attachment; filename=\"sightglass-" + name + "\"";
  response.body = std::move(*contents);
  return response;
}

}  // namespace sightglass::console
