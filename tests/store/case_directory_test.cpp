// Cases: built aside, put in their place at once, the same for the same input.
#include "store/case_directory.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <iterator>

#include "sample_rows.hpp"

namespace sightglass {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

std::string contents(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

CaseManifest manifest() {
  CaseManifest result;
  result.tool_version = "0.1.0";
  result.inputs = {{"a \"quoted\".pcap", std::string(64, 'a'), 12345}, {"-", "", 0}};
  result.packets = 99;
  result.first_packet = sample::at(0);
  result.last_packet = sample::at(60);
  result.settings = {{"learn_for", "288s"}, {"rules", "sha256:..."}};
  result.alerts = 1;
  return result;
}

void build(const fs::path& path, std::uint64_t alert_number) {
  auto created = CaseDirectory::create(path);
  ASSERT_TRUE(created.error.ok()) << created.error.message;
  auto writer = sample::writer(created.directory->record(), WriterSettings::offline());
  ASSERT_TRUE(writer->submit(sample::batch_of({sample::alert(alert_number)})));
  ASSERT_TRUE(writer->finish_case().ok());
  writer.reset();
  const StoreError error = created.directory->publish(manifest());
  ASSERT_TRUE(error.ok()) << error.message;
}

std::vector<std::string> names_in(const fs::path& path) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(path)) names.push_back(entry.path().filename());
  return names;
}

TEST(Case, IsWholeAndReadOnlyWhenPublished) {
  const sample::Directory directory;
  build(directory / "case", 5);
  EXPECT_THAT(names_in(directory / "case"),
              testing::UnorderedElementsAre("record.db", "evidence", "manifest.json"));
  EXPECT_THAT(names_in(directory.path()), testing::ElementsAre("case"));

  auto opened = CaseDirectory::open(directory / "case");
  ASSERT_TRUE(opened.error.ok()) << opened.error.message;
  CaseManifest found;
  ASSERT_TRUE(opened.directory->read_manifest(found).ok());
  EXPECT_EQ(found, manifest());
  Alert alert;
  EXPECT_TRUE(sample::reader(opened.directory->record())->alert(sample::id(5), alert).ok());
  EXPECT_THAT(names_in(directory / "case"), testing::SizeIs(3)) << "reading left something";
}

TEST(Case, ReplacesAnOlderOne) {
  const sample::Directory directory;
  build(directory / "case", 1);
  build(directory / "case", 2);
  auto reader = sample::reader(directory / "case/record.db");
  Alert alert;
  EXPECT_EQ(reader->alert(sample::id(1), alert).kind, StoreError::Kind::missing);
  EXPECT_TRUE(reader->alert(sample::id(2), alert).ok());
  EXPECT_THAT(names_in(directory.path()), testing::ElementsAre("case"));
}

TEST(Case, OlderOneStaysUntilTheNewIsPublished) {
  const sample::Directory directory;
  build(directory / "case", 1);
  {
    auto created = CaseDirectory::create(directory / "case");
    ASSERT_TRUE(created.error.ok());
    sample::writer(created.directory->record(), WriterSettings::offline()).reset();
  }
  Alert alert;
  EXPECT_TRUE(sample::reader(directory / "case/record.db")->alert(sample::id(1), alert).ok());
  EXPECT_THAT(names_in(directory.path()), testing::ElementsAre("case"));
}

TEST(Case, EmptyDirectoryIsTakenAndAFullOneRefused) {
  const sample::Directory directory;
  fs::create_directory(directory / "empty");
  build(directory / "empty", 1);
  EXPECT_TRUE(CaseDirectory::open(directory / "empty").error.ok());

  fs::create_directory(directory / "mine");
  std::ofstream(directory / "mine/thesis.txt") << "years of work";
  const auto refused = CaseDirectory::create(directory / "mine");
  EXPECT_EQ(refused.error.kind, StoreError::Kind::not_a_case);
  EXPECT_THAT(refused.error.message, HasSubstr("exists and is no case"));
  EXPECT_EQ(contents(directory / "mine/thesis.txt"), "years of work");
  std::ofstream(directory / "file") << "x";
  EXPECT_EQ(CaseDirectory::create(directory / "file").error.kind, StoreError::Kind::not_a_case);
}

TEST(Case, WhatIsNoCaseIsNotOpened) {
  const sample::Directory directory;
  EXPECT_EQ(CaseDirectory::open(directory / "none").error.kind, StoreError::Kind::missing);
  EXPECT_EQ(CaseDirectory::open(directory.path()).error.kind, StoreError::Kind::not_a_case);
}

TEST(Case, UnfinishedRecordIsNotPublished) {
  const sample::Directory directory;
  auto created = CaseDirectory::create(directory / "case");
  auto writer = sample::writer(created.directory->record());
  EXPECT_EQ(created.directory->publish(manifest()).kind, StoreError::Kind::invalid);
}

TEST(CaseManifest, SameContentsAreSameBytes) {
  EXPECT_EQ(to_json(manifest()), to_json(manifest()));
  CaseManifest parsed;
  ASSERT_TRUE(parse_manifest(to_json(manifest()), parsed).ok());
  EXPECT_EQ(parsed, manifest());
}

TEST(CaseManifest, NewerVersionIsRefused) {
  CaseManifest newer = manifest();
  newer.version = 99;
  CaseManifest parsed;
  EXPECT_EQ(parse_manifest(to_json(newer), parsed).kind, StoreError::Kind::newer_schema);
}

TEST(CaseManifest, EveryTruncationIsAnErrorNotACrash) {
  const std::string text = to_json(manifest());
  for (std::size_t size = 0; size + 2 < text.size(); ++size) {
    CaseManifest parsed;
    EXPECT_FALSE(parse_manifest(text.substr(0, size), parsed).ok()) << size;
  }
}

TEST(CaseInput, HashIsSha256) {
  const sample::Directory directory;
  std::ofstream(directory / "x.pcap") << "abc";
  CaseInput input;
  ASSERT_TRUE(hash_input(directory / "x.pcap", input).ok());
  EXPECT_EQ(input.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(input.bytes, 3u);
  EXPECT_EQ(input.name, "x.pcap");
  EXPECT_EQ(hash_input(directory / "none", input).kind, StoreError::Kind::io);
}

}  // namespace
}  // namespace sightglass
