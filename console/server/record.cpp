#include "console/server/record.hpp"

namespace sightglass::console {

Record::Lease::~Lease() {
  const std::scoped_lock lock(record_.mutex_);
  if (generation_ == record_.generation_) record_.idle_.push_back(std::move(reader_));
}

Record::Lease Record::open() {
  std::uint64_t generation = 0;
  {
    const std::scoped_lock lock(mutex_);
    generation = generation_;
    if (!idle_.empty()) {
      std::unique_ptr<RecordReader> reader = std::move(idle_.back());
      idle_.pop_back();
      return Lease(*this, std::move(reader), generation);
    }
  }
  RecordReader::Opened opened = RecordReader::open(file());
  require(opened.error);
  return Lease(*this, std::move(opened.reader), generation);
}

void Record::forget_readers() {
  const std::scoped_lock lock(mutex_);
  idle_.clear();
  ++generation_;
}

bool Record::is_case() const {
  std::error_code ignored;
  return std::filesystem::exists(directory_ / "manifest.json", ignored);
}

std::string why_unreadable(const std::filesystem::path& directory) {
  const StoreError error = RecordReader::open(Record(directory).file()).error;
  if (error.kind != StoreError::Kind::missing) return error.message;
  return directory.string() + ": holds no record.db: neither a case nor a sensor's directory";
}

void require(const StoreError& error) {
  if (!error.ok()) throw RecordUnavailable{error.message};
}

}  // namespace sightglass::console
