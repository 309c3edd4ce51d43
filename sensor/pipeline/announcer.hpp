// What the judge says, on its way to the disk.
#pragma once

#include "rules/alert/alert.hpp"
#include "sensor/evidence/live_evidence.hpp"
#include "store/record_writer.hpp"

namespace sightglass {

/// Gathers alerts and hands them to the record and to the evidence. Judge's thread.
class Announcer final : public AlertSink {
 public:
  /// Both outlive it.
  Announcer(RecordWriter& writer, LiveEvidence& evidence) : writer_(writer), evidence_(evidence) {}

  void alert(const Alert& alert) override;
  /// After each tick: what it brought goes out together.
  void send();

 private:
  RecordWriter& writer_;
  LiveEvidence& evidence_;
  Batch batch_;
};

}  // namespace sightglass
