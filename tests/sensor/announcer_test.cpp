// What the judge says reaches the record, and what it may not take away there.
#include "sensor/pipeline/announcer.hpp"

#include <gtest/gtest.h>

#include "tests/store/sample_rows.hpp"

namespace sightglass {
namespace {

struct AnnouncerTest : testing::Test {
  AnnouncerTest() {
    settings.directory = directory.path();
    settings.most_waiting = 0;  // everything is refused
  }
  EvidenceRecord evidence() {
    EXPECT_TRUE(writer->flush().error.ok());
    EvidenceRecord record;
    EXPECT_TRUE(sample::reader(directory / "record.db")->evidence(sample::id(1), record).ok());
    return record;
  }

  sample::Directory directory;
  std::unique_ptr<RecordWriter> writer = sample::writer(directory / "record.db");
  PacketRing ring{0};
  LiveEvidenceSettings settings;
};

TEST_F(AnnouncerTest, RefusedEvidenceOfANewAlertSaysWhy) {
  LiveEvidence live(ring, settings, [](const EvidenceRecord&) {});
  Announcer announcer(*writer, live);
  announcer.alert(sample::alert(1));
  announcer.send();
  EXPECT_EQ(evidence().state, EvidenceState::none);
  EXPECT_EQ(evidence().lack, EvidenceLack::busy);
}

TEST_F(AnnouncerTest, RefusedEvidenceOfAnUpdateLeavesWhatIsThere) {
  Batch batch = sample::batch_of({sample::alert(1)});
  batch.evidence.push_back({.alert = sample::id(1),
                            .state = EvidenceState::ready,
                            .path = "evidence/x.pcapng",
                            .bytes = 700,
                            .frames = 5});
  writer->submit(std::move(batch));
  LiveEvidence live(ring, settings, [](const EvidenceRecord&) {});
  Announcer announcer(*writer, live);
  Alert update = sample::alert(1);
  update.revision = 2;
  announcer.alert(update);
  announcer.send();
  EXPECT_EQ(evidence().state, EvidenceState::ready);
  EXPECT_EQ(evidence().path, "evidence/x.pcapng");
}

}  // namespace
}  // namespace sightglass
