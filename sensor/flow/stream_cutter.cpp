// Cutting in step, and the search for the next message out of step.
#include "sensor/flow/stream_cutter.hpp"

#include <algorithm>
#include <utility>

namespace sightglass {

void StreamCutter::begin(bool in_step) {
  searching_ = !in_step;
  begun_.clear();
  search_.reset();
}

void StreamCutter::gap(CutterHost& host) {
  if (!begun_.empty()) host.skipped(begun_.size());
  if (search_) host.skipped(search_->bytes.size());
  begin(false);
}

void StreamCutter::data(const StreamData& data, HeldBudget& budget, CutterHost& host) {
  if (searching_) return search(data, budget, host);
  const Bytes rest = begun_.empty() ? data.bytes : complete_begun(data, host);
  if (rest.empty()) return;
  const StreamData left{rest, data.carrier, data.layers};
  return searching_ ? search(left, budget, host) : cut(left, budget, host);
}

/// Feeds the message that was begun. What is left of `data` when it is complete.
Bytes StreamCutter::complete_begun(const StreamData& data, CutterHost& host) {
  Bytes rest = data.bytes;
  while (!begun_.empty()) {
    const std::size_t lacking = wanted_ > begun_.size() ? wanted_ - begun_.size() : 0;
    const Bytes part = rest.first(std::min(lacking, rest.size()));
    begun_.insert(begun_.end(), part.begin(), part.end());
    rest = rest.subspan(part.size());
    if (begun_.size() < wanted_) return {};
    const Framing framing = host.frame(begun_);
    if (framing.kind == Framing::Kind::message && framing.size - 1 < begun_.size()) {
      host.message(Bytes(begun_).first(framing.size), first_packet_, data.layers);
      begun_.erase(begun_.begin(), begun_.begin() + static_cast<std::ptrdiff_t>(framing.size));
      first_packet_ = data.carrier;
      wanted_ = begun_.size();
      continue;
    }
    if (framing.size > kMaxMessageBytes) {
      host.too_long();
      host.skipped(begun_.size());
      begin(false);
    } else if (framing.kind == Framing::Kind::not_mine) {
      host.out_of_step(begun_, first_packet_, data.layers);
      begin(false);
    } else {
      wanted_ = std::max(framing.size, begun_.size() + 1);
    }
  }
  return rest;
}

/// In step, with nothing begun.
void StreamCutter::cut(const StreamData& data, HeldBudget& budget, CutterHost& host) {
  Bytes rest = data.bytes;
  while (!rest.empty()) {
    const Framing framing = host.frame(rest);
    const bool is_message = framing.kind == Framing::Kind::message && framing.size > 0;
    if (is_message && framing.size <= rest.size()) {
      const Bytes message = rest.first(framing.size);
      rest = rest.subspan(framing.size);
      host.message(message, data.carrier, data.layers);
      continue;
    }
    if (framing.size > kMaxMessageBytes) {
      host.too_long();
      searching_ = true;
      return search({rest, data.carrier, data.layers}, budget, host);
    }
    if (!is_message && framing.kind != Framing::Kind::need_more) {
      return lose_step({rest, data.carrier, data.layers}, budget, host);
    }
    begun_.assign(rest.begin(), rest.end());
    wanted_ = std::max(framing.size, begun_.size() + 1);
    first_packet_ = data.carrier;
    return;
  }
}

void StreamCutter::lose_step(const StreamData& data, HeldBudget& budget, CutterHost& host) {
  searching_ = true;
  const Verdict verdict = find_message(data.bytes, {}, host);
  host.out_of_step(data.bytes.first(verdict.offset), data.carrier, data.layers);
  search_on(verdict, data, budget, host);
}

void StreamCutter::late(const StreamData& data, CutterHost& host) {
  Bytes rest = data.bytes;
  while (!rest.empty()) {
    const Framing framing = host.frame(rest);
    if (framing.kind != Framing::Kind::message || framing.size - 1 >= rest.size()) break;
    host.message(rest.first(framing.size), data.carrier, data.layers);
    rest = rest.subspan(framing.size);
  }
  if (!rest.empty()) host.skipped(rest.size());
}

/// What the bytes at `at` look like. Pending: more bytes will tell. `segment` is the segment that
/// begins at `at`, empty when none does.
StreamCutter::Verdict::Kind StreamCutter::judge(Bytes bytes, std::size_t at, Bytes segment,
                                                CutterHost& host) {
  using enum Verdict::Kind;
  const Framing first = host.frame(bytes.subspan(at));
  if (first.kind == Framing::Kind::need_more) return pending;
  if (first.kind == Framing::Kind::not_mine || first.size - 1 >= kMaxMessageBytes) return none;
  const std::size_t end = at + first.size;
  if (first.size == segment.size()) return found;
  if (end >= bytes.size()) return pending;
  const Framing second = host.frame(bytes.subspan(end));
  if (second.kind == Framing::Kind::message) return found;
  if (second.kind == Framing::Kind::not_mine) return none;
  return first.size < segment.size() ? found : pending;
}

/// The first place that a message begins for sure; else the first one where it may. A place at the
/// beginning of a segment where it may is waited for.
StreamCutter::Verdict StreamCutter::find_message(Bytes bytes, std::span<const Piece> pieces,
                                                 CutterHost& host) {
  Verdict result{Verdict::Kind::none, bytes.size()};
  auto piece = pieces.begin();
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    while (piece != pieces.end() && piece->begin < at) ++piece;
    Bytes segment;
    if (pieces.empty() && at == 0) segment = bytes;
    if (piece != pieces.end() && piece->begin == at && piece->begins_segment) {
      segment = bytes.subspan(at, piece->end - at);
    }
    const Verdict::Kind kind = judge(bytes, at, segment, host);
    if (kind == Verdict::Kind::found) return {kind, at};
    if (kind == Verdict::Kind::none) continue;
    if (result.kind == Verdict::Kind::none) result = {kind, at};
    if (!segment.empty()) break;
  }
  return result;
}

void StreamCutter::finish(HeldBudget& budget, CutterHost& host) {
  if (search_) {
    const auto is_message = [&](const Piece& piece) {
      const Bytes rest = Bytes(search_->bytes).subspan(piece.begin);
      const Framing framing = host.frame(rest);
      return piece.begins_segment && framing.kind == Framing::Kind::message &&
             framing.size - 1 < rest.size();
    };
    const auto first = std::find_if(search_->pieces.begin(), search_->pieces.end(), is_message);
    if (first != search_->pieces.end()) replay(first->begin, budget, host);
  }
  gap(host);
}

void StreamCutter::search(const StreamData& data, HeldBudget& budget, CutterHost& host) {
  if (search_) return search_kept(data, budget, host);
  const Verdict verdict = find_message(data.bytes, {}, host);
  if (verdict.offset > 0) host.skipped(verdict.offset);
  search_on(verdict, data, budget, host);
}

/// Acts on what was found in `data`; what is before it has been told.
void StreamCutter::search_on(const Verdict& verdict, const StreamData& data, HeldBudget& budget,
                             CutterHost& host) {
  const Bytes run = data.bytes.subspan(verdict.offset);
  if (verdict.kind == Verdict::Kind::found) {
    searching_ = false;
    cut({run, data.carrier, data.layers}, budget, host);
  } else if (verdict.kind == Verdict::Kind::pending) {
    keep(data, run, budget, host);
  }
}

void StreamCutter::keep(const StreamData& data, Bytes run, HeldBudget& budget, CutterHost& host) {
  const bool fits =
      budget.has_room(HeldPacket::cost_of(data.layers)) && run.size() <= kMaxSearchBytes;
  if (!fits) {
    host.search_overflow();
    host.skipped(run.size());
    return;
  }
  if (!search_) search_ = std::make_unique<Search>();
  const auto begin = static_cast<std::uint32_t>(search_->bytes.size());
  search_->bytes.insert(search_->bytes.end(), run.begin(), run.end());
  const auto end = static_cast<std::uint32_t>(search_->bytes.size());
  const bool begins_segment = run.size() == data.bytes.size();
  search_->pieces.push_back(
      {HeldPacket(data.layers, budget), data.carrier, begin, end, begins_segment});
}

void StreamCutter::search_kept(const StreamData& data, HeldBudget& budget, CutterHost& host) {
  if (search_->bytes.size() + data.bytes.size() > kMaxSearchBytes ||
      search_->pieces.size() >= kMaxSearchSegments) {
    host.search_overflow();
    host.skipped(search_->bytes.size());
    search_.reset();
    return search(data, budget, host);
  }
  keep(data, data.bytes, budget, host);
  const Verdict verdict = find_message(search_->bytes, search_->pieces, host);
  if (verdict.kind == Verdict::Kind::found) return replay(verdict.offset, budget, host);
  if (verdict.kind == Verdict::Kind::none) {
    host.skipped(search_->bytes.size());
    search_.reset();
    return;
  }
  // Bytes before the first place that is still possible are of no message. Whole pieces go.
  const auto first_kept =
      std::find_if(search_->pieces.begin(), search_->pieces.end(),
                   [&](const Piece& piece) { return piece.end > verdict.offset; });
  const std::uint32_t dropped = first_kept->begin;
  if (dropped == 0) return;
  host.skipped(dropped);
  search_->bytes.erase(search_->bytes.begin(), search_->bytes.begin() + dropped);
  search_->pieces.erase(search_->pieces.begin(), first_kept);
  for (Piece& piece : search_->pieces) {
    piece.begin -= dropped;
    piece.end -= dropped;
  }
}

/// The next message begins at `offset` of what is kept: in step from there, each run with the
/// packet that carried it.
void StreamCutter::replay(std::size_t offset, HeldBudget& budget, CutterHost& host) {
  const std::unique_ptr<Search> kept = std::exchange(search_, nullptr);
  if (offset > 0) host.skipped(offset);
  searching_ = false;
  for (const Piece& piece : kept->pieces) {
    if (piece.end <= offset) continue;
    const std::size_t from = std::max<std::size_t>(piece.begin, offset);
    const Bytes run = Bytes(kept->bytes).subspan(from, piece.end - from);
    data({run, piece.carrier, piece.packet.layers()}, budget, host);
  }
}

}  // namespace sightglass
