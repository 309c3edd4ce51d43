#include "dissectors/opcua/names.hpp"

#include <algorithm>

namespace sightglass::opcua {
namespace {

// In order of the number.
constexpr Service kServices[] = {
    {397, 397, "ServiceFault (397)", Operation::other, false, false},
    {422, 422, "FindServers (422)", Operation::discover, true, false},
    {425, 422, "FindServers (422)", Operation::discover, false, false},
    {428, 428, "GetEndpoints (428)", Operation::discover, true, false},
    {431, 428, "GetEndpoints (428)", Operation::discover, false, false},
    {437, 437, "RegisterServer (437)", Operation::configure, true, false},
    {440, 437, "RegisterServer (437)", Operation::configure, false, false},
    {446, 446, "OpenSecureChannel (446)", Operation::other, true, false},
    {449, 446, "OpenSecureChannel (446)", Operation::other, false, false},
    {452, 452, "CloseSecureChannel (452)", Operation::other, true, false},
    {455, 452, "CloseSecureChannel (452)", Operation::other, false, false},
    {461, 461, "CreateSession (461)", Operation::other, true, false},
    {464, 461, "CreateSession (461)", Operation::other, false, false},
    {467, 467, "ActivateSession (467)", Operation::authenticate, true, false},
    {470, 467, "ActivateSession (467)", Operation::authenticate, false, false},
    {473, 473, "CloseSession (473)", Operation::other, true, false},
    {476, 473, "CloseSession (473)", Operation::other, false, false},
    {479, 479, "Cancel (479)", Operation::other, true, false},
    {482, 479, "Cancel (479)", Operation::other, false, false},
    {488, 488, "AddNodes (488)", Operation::configure, true, true},
    {491, 488, "AddNodes (488)", Operation::configure, false, true},
    {494, 494, "AddReferences (494)", Operation::configure, true, true},
    {497, 494, "AddReferences (494)", Operation::configure, false, true},
    {500, 500, "DeleteNodes (500)", Operation::erase, true, true},
    {503, 500, "DeleteNodes (500)", Operation::erase, false, true},
    {506, 506, "DeleteReferences (506)", Operation::erase, true, true},
    {509, 506, "DeleteReferences (506)", Operation::erase, false, true},
    {527, 527, "Browse (527)", Operation::discover, true, false},
    {530, 527, "Browse (527)", Operation::discover, false, false},
    {533, 533, "BrowseNext (533)", Operation::discover, true, false},
    {536, 533, "BrowseNext (533)", Operation::discover, false, false},
    {554, 554, "TranslateBrowsePathsToNodeIds (554)", Operation::discover, true, false},
    {557, 554, "TranslateBrowsePathsToNodeIds (554)", Operation::discover, false, false},
    {560, 560, "RegisterNodes (560)", Operation::other, true, false},
    {563, 560, "RegisterNodes (560)", Operation::other, false, false},
    {566, 566, "UnregisterNodes (566)", Operation::other, true, false},
    {569, 566, "UnregisterNodes (566)", Operation::other, false, false},
    {615, 615, "QueryFirst (615)", Operation::read, true, false},
    {618, 615, "QueryFirst (615)", Operation::read, false, false},
    {621, 621, "QueryNext (621)", Operation::read, true, false},
    {624, 621, "QueryNext (621)", Operation::read, false, false},
    {631, 631, "Read (631)", Operation::read, true, false},
    {634, 631, "Read (631)", Operation::read, false, false},
    {664, 664, "HistoryRead (664)", Operation::read, true, false},
    {667, 664, "HistoryRead (664)", Operation::read, false, false},
    {673, 673, "Write (673)", Operation::write, true, true},
    {676, 673, "Write (673)", Operation::write, false, true},
    {700, 700, "HistoryUpdate (700)", Operation::write, true, true},
    {703, 700, "HistoryUpdate (700)", Operation::write, false, true},
    {712, 712, "Call (712)", Operation::call, true, false},
    {715, 712, "Call (712)", Operation::call, false, false},
    {751, 751, "CreateMonitoredItems (751)", Operation::subscribe, true, false},
    {754, 751, "CreateMonitoredItems (751)", Operation::subscribe, false, false},
    {763, 763, "ModifyMonitoredItems (763)", Operation::subscribe, true, false},
    {766, 763, "ModifyMonitoredItems (763)", Operation::subscribe, false, false},
    {769, 769, "SetMonitoringMode (769)", Operation::subscribe, true, false},
    {772, 769, "SetMonitoringMode (769)", Operation::subscribe, false, false},
    {775, 775, "SetTriggering (775)", Operation::subscribe, true, false},
    {778, 775, "SetTriggering (775)", Operation::subscribe, false, false},
    {781, 781, "DeleteMonitoredItems (781)", Operation::subscribe, true, false},
    {784, 781, "DeleteMonitoredItems (781)", Operation::subscribe, false, false},
    {787, 787, "CreateSubscription (787)", Operation::subscribe, true, false},
    {790, 787, "CreateSubscription (787)", Operation::subscribe, false, false},
    {793, 793, "ModifySubscription (793)", Operation::subscribe, true, false},
    {796, 793, "ModifySubscription (793)", Operation::subscribe, false, false},
    {799, 799, "SetPublishingMode (799)", Operation::subscribe, true, false},
    {802, 799, "SetPublishingMode (799)", Operation::subscribe, false, false},
    {826, 826, "Publish (826)", Operation::subscribe, true, false},
    {829, 826, "Publish (826)", Operation::subscribe, false, false},
    {832, 832, "Republish (832)", Operation::subscribe, true, false},
    {835, 832, "Republish (832)", Operation::subscribe, false, false},
    {841, 841, "TransferSubscriptions (841)", Operation::subscribe, true, false},
    {844, 841, "TransferSubscriptions (841)", Operation::subscribe, false, false},
    {847, 847, "DeleteSubscriptions (847)", Operation::subscribe, true, false},
    {850, 847, "DeleteSubscriptions (847)", Operation::subscribe, false, false},
    {12208, 12208, "FindServersOnNetwork (12208)", Operation::discover, true, false},
    {12209, 12208, "FindServersOnNetwork (12208)", Operation::discover, false, false},
    {12211, 12211, "RegisterServer2 (12211)", Operation::configure, true, false},
    {12212, 12211, "RegisterServer2 (12211)", Operation::configure, false, false},
};

}  // namespace

const Service* service_of(std::uint32_t id) {
  const auto* const found =
      std::lower_bound(std::begin(kServices), std::end(kServices), id,
                       [](const Service& row, std::uint32_t wanted) { return row.id < wanted; });
  return found != std::end(kServices) && found->id == id ? found : nullptr;
}

std::span<const Service> services() { return kServices; }

std::string_view token_name(std::uint32_t encoding) {
  switch (encoding) {
    case 321:
      return "anonymous";
    case 324:
      return "user name";
    case 327:
      return "certificate";
    case 940:
      return "issued token";
    default:
      return "";
  }
}

}  // namespace sightglass::opcua
