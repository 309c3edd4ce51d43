// The table of detectors: the loader checks names against it, the reference prints it.
#include "rules/detectors.hpp"

#include <algorithm>

#include "rules/rule_set.hpp"

namespace sightglass {
namespace {

constexpr std::array<DetectorSpec, kDetectors> kSpecs = {{
    {Detector::new_host, "baseline.new_host", true, false,
     "A host sends that was not there while learning."},
    {Detector::new_conversation, "baseline.new_conversation", true, false,
     "Two known hosts talk in a way they did not while learning (transport and server port, or "
     "EtherType)."},
    {Detector::new_function, "baseline.new_function", true, false,
     "A client uses a function on a server and unit that it did not use while learning; not told "
     "when a more specific alert tells it."},
    {Detector::new_reader, "baseline.new_reader", true, false,
     "A client reads addresses it did not read while learning, with a function it did use."},
    {Detector::new_call, "baseline.new_call", true, false,
     "A client calls a method of a server that it did not call while learning."},
    {Detector::new_writer, "baseline.new_writer", false, false,
     "A station writes that has no right to: by the server's list of writers, else by its role in "
     "the site file or by what it wrote while learning."},
    {Detector::new_address, "baseline.new_address", true, false,
     "A known writer writes an address it never wrote while learning, compared address by "
     "address."},
    {Detector::unit_scan, "baseline.unit_scan", true, true,
     "A client asks many units behind one server that it did not ask while learning."},
    {Detector::write_sweep, "baseline.write_sweep", false, true,
     "A client writes many objects of one server without having written them before."},
    {Detector::conflicting_writers, "control.conflicting_writers", false, false,
     "A second station writes an object within 60 s of the first, both accepted, and the baseline "
     "does not know both as its writers."},
    {Detector::value_fight, "control.value_fight", false, true,
     "A station overwrites another's value with a different one within 2 s, repeatedly."},
    {Detector::broadcast_write, "control.broadcast_write", false, false,
     "A write to unit 0 of a device with several units behind it, which nobody answers."},
    {Detector::address_conflict, "network.address_conflict", false, false,
     "Two MAC addresses claim one IP address in turn within 5 min."},
    {Detector::address_moved, "network.address_moved", false, false,
     "An IP address is claimed by another MAC address than before."},
    {Detector::address_spoofed, "network.address_spoofed", false, false,
     "A MAC address takes over the IP address of another station by an ARP reply nobody asked for, "
     "under a false Ethernet source, or takes over several."},
    {Detector::weaker_security, "network.weaker_security", false, false,
     "A client opens a session with less security than it had with the same server before."},
    {Detector::certificate_changed, "network.certificate_changed", false, false,
     "A server opens a secure channel with another certificate than before."},
    {Detector::inbound_from_outside, "network.inbound_from_outside", false, false,
     "A host outside the site file's own networks opens a conversation with one inside."},
    {Detector::outbound_to_outside, "network.outbound_to_outside", false, false,
     "A host inside the site file's own networks opens a conversation with one outside."},
    {Detector::protocol_confirmed, "stream.protocol_confirmed", false, false,
     "A protocol was recognised on a port that is not its own."},
    {Detector::other_protocol, "stream.other_protocol", false, false,
     "What passes on a protocol's own port is something else."},
    {Detector::stream_overlap, "stream.overlap_conflict", false, false,
     "A TCP segment repeats bytes already seen with other content."},
    {Detector::half_open, "stream.half_open", false, true,
     "A client sends a SYN and nothing else within 2 s, and is not refused."},
    {Detector::no_traffic, "sensor.no_traffic", false, false,
     "Live, no packet at all has come for 15 s."},
    {Detector::one_way_mirror, "sensor.one_way_mirror", false, false,
     "Of more than 95 % of the new TCP sessions with data only one end is seen."},
    {Detector::capture_loss, "sensor.capture_loss", false, false,
     "Packets were dropped on the way to the sensor, or more than one gap per 100 PDUs shows that "
     "the mirror lost what the receivers have."},
    {Detector::duplicated_mirror, "sensor.duplicates", false, false,
     "More than 20 % of the packets came twice within milliseconds; the copies are dropped."},
    {Detector::clock_step, "sensor.clock_step", false, false,
     "The time of packets goes back by more than 1 s."},
    {Detector::memory_short, "sensor.memory", false, false,
     "Live, the sensor takes more memory than it may, and gives up what it can best do without."},
}};

}  // namespace

std::span<const DetectorSpec> all_detectors() { return kSpecs; }

const DetectorSpec* find_detector(std::string_view name) {
  if (name.empty()) return nullptr;  // most rules have a condition
  const auto found = std::ranges::find(kSpecs, name, &DetectorSpec::name);
  return found == kSpecs.end() ? nullptr : &*found;
}

DetectorRules::DetectorRules(const RuleSet& rules) {
  for (const Rule& rule : rules.rules()) {
    const DetectorSpec* spec = find_detector(rule.detector);
    if (spec == nullptr) continue;
    rules_[static_cast<std::size_t>(spec->detector)] = &rule;
  }
}

}  // namespace sightglass
