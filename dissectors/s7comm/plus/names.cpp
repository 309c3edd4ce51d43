#include "dissectors/s7comm/plus/names.hpp"

#include <algorithm>
#include <iterator>

namespace sightglass::s7comm::plus {
namespace {

struct FunctionRow {
  std::uint16_t code;
  Meaning meaning;
  Depth depth;
};

// Objects are created, set and deleted by every client for its own session and subscriptions: by
// themselves these are no operation on the controller.
constexpr FunctionRow kFunctions[] = {
    {kExplore, {"Explore (0x04bb)", Operation::discover}, Depth::partly},
    {kCreateObject, {"CreateObject (0x04ca)", Operation::other}, Depth::partly},
    {kDeleteObject, {"DeleteObject (0x04d4)", Operation::other}, Depth::decoded},
    {kSetVariable, {"SetVariable (0x04f2)", Operation::other}, Depth::decoded},
    {kGetLink, {"GetLink (0x0524)", Operation::read}, Depth::decoded},
    {kSetMultiVariables, {"SetMultiVariables (0x0542)", Operation::write}, Depth::decoded},
    {kGetMultiVariables, {"GetMultiVariables (0x054c)", Operation::read}, Depth::decoded},
    {0x0556, {"BeginSequence (0x0556)", Operation::other}, Depth::named},
    {0x0560, {"EndSequence (0x0560)", Operation::other}, Depth::named},
    {0x056b, {"Invoke (0x056b)", Operation::call}, Depth::named},
    {0x057c, {"SetVarSubStreamed (0x057c)", Operation::other}, Depth::named},
    {kGetVarSubStreamed, {"GetVarSubStreamed (0x0586)", Operation::read}, Depth::decoded},
    {0x05b3, {"InitSSL (0x05b3)", Operation::authenticate}, Depth::named},
};

constexpr const Meaning* kMeanings[] = {&kOpensSession, &kSubscribes, &kDownloads,  &kUploads,
                                        &kStarts,       &kStops,      &kSetsSession};

const FunctionRow* find(std::uint16_t function) {
  const auto* found = std::find_if(std::begin(kFunctions), std::end(kFunctions),
                                   [&](const FunctionRow& row) { return row.code == function; });
  return found == std::end(kFunctions) ? nullptr : found;
}

}  // namespace

bool is_function(std::uint16_t function) { return find(function) != nullptr; }

Meaning meaning_of(std::uint16_t function) {
  const FunctionRow* row = find(function);
  return row != nullptr ? row->meaning : Meaning{kUnknownFunctionName, Operation::other};
}

std::vector<Function> functions() {
  std::vector<Function> all;
  const auto add = [&all](const Meaning& meaning, Depth depth) {
    all.push_back({Protocol::s7comm_plus, meaning.name, meaning.operation, depth});
  };
  for (const FunctionRow& row : kFunctions) add(row.meaning, row.depth);
  for (const Meaning* meaning : kMeanings) add(*meaning, Depth::partly);
  add({kNotificationName, Operation::subscribe}, Depth::decoded);
  for (const std::string_view name :
       {kPartName, kTornName, kKeepAliveName, kSystemEventName, kUnknownFunctionName}) {
    add({name, Operation::other}, Depth::named);
  }
  return all;
}

}  // namespace sightglass::s7comm::plus
