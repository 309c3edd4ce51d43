// Tells the capture formats apart.
#include "sensor/capture/capture_file.hpp"

#include <utility>

namespace sightglass {

CaptureFile::Opened CaptureFile::open(const std::string& path, CaptureInput::Tap tap) {
  CaptureInput::Opened opened = CaptureInput::open(path, std::move(tap));
  if (!opened.input) return {nullptr, opened.error};
  for (const auto recognise : {recognise_pcap, recognise_pcapng}) {
    RecognisedFormat recognised = recognise(*opened.input);
    if (!recognised.error.empty()) return {nullptr, path + ": " + recognised.error};
    if (!recognised.format) continue;
    return {std::unique_ptr<CaptureFile>(
                new CaptureFile(path, std::move(opened.input), std::move(recognised.format))),
            {}};
  }
  if (!opened.input->failure().empty()) return {nullptr, path + ": " + opened.input->failure()};
  const bool empty = opened.input->peek(1).empty();
  return {nullptr, path + (empty ? ": empty, not a capture" : ": not a capture (pcap or pcapng)")};
}

}  // namespace sightglass
