// How sentences name objects: as the engineers of each protocol do.
#include "rules/alert/object_text.hpp"

#include <gtest/gtest.h>

namespace sightglass {
namespace {

constexpr Object kRegister{ObjectSpace::holding_register, 1, 0, 40, 1};
constexpr Object kDataBlock{ObjectSpace::s7_data_block, 0, 1, 32, 32};
constexpr Object kNode{ObjectSpace::node, 13, 2, 1001, 1};

TEST(SpokenObject, NamesTheUnitLastAndOnlyWhereThereIsOne) {
  EXPECT_EQ(spoken_object(kRegister), "holding register 40 of unit 1");
  EXPECT_EQ(spoken_object(kDataBlock), "DB1.DBB4-7");
  EXPECT_EQ(spoken_object(kNode), "node ns=2;i=1001 Value");
}

TEST(SpokenObject, NodesAreNamedAsTheirServerDoes) {
  Object node{ObjectSpace::named_node, 13, 1, 0x5d1c0a2b, 1, "Boiler.Setpoint"};
  EXPECT_EQ(spoken_object(node), "node ns=1;s=Boiler.Setpoint Value");
  node.container = 0;
  node.unit = 99;
  EXPECT_EQ(spoken_object(node), "node s=Boiler.Setpoint attribute 99");
  node.name = std::string_view("\x00\xffguid", 6);
  EXPECT_EQ(spoken_object(node), "node 0x00ff67756964 attribute 99")
      << "what is no text is not shown as text";
  node.name = {};
  EXPECT_EQ(spoken_object(node), "node #5d1c0a2b attribute 99") << "its name was not kept";
  EXPECT_EQ(spoken_object({ObjectSpace::method, 0, 0, 2258, 1}), "method i=2258");
}

TEST(SpokenObject, KindHasNoAddress) {
  EXPECT_EQ(spoken_kind(kRegister), "holding register of unit 1");
  EXPECT_EQ(spoken_kind(kDataBlock), "data block");
  EXPECT_EQ(spoken_kind(kNode), "node");
}

TEST(SpokenObject, PlaceHasAUnitOnlyWhereTheProtocolHasUnits) {
  EXPECT_EQ(spoken_place(Protocol::modbus, unit_of(kRegister), "PLC-1"), "unit 1 of PLC-1");
  EXPECT_EQ(spoken_place(Protocol::s7comm, unit_of(kDataBlock), "PLC-1"), "PLC-1");
}

TEST(UnitOf, IsNotTheAttributeOfANode) {
  EXPECT_EQ(unit_of(kRegister).unit, 1u);
  EXPECT_EQ(unit_of(kNode), Object{});
}

}  // namespace
}  // namespace sightglass
