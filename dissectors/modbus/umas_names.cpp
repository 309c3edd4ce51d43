// The codes of UMAS, and what they do in our words. Uploads and downloads are named by UMAS from
// the controller's side of the wire: what it calls an upload brings a program into the controller,
// which is a download in ours.
#include <algorithm>
#include <iterator>

#include "dissectors/modbus/umas.hpp"

namespace sightglass::modbus {
namespace {

constexpr SubFunctionSpec kCodes[] = {
    {0x01, Operation::other, "Unity (Schneider): Initialize Communication (90/1)"},
    {0x02, Operation::discover, "Unity (Schneider): Read Identification (90/2)"},
    {0x03, Operation::discover, "Unity (Schneider): Read Project Information (90/3)"},
    {0x04, Operation::diagnose, "Unity (Schneider): Read PLC Status (90/4)"},
    {0x05, Operation::discover, "Unity (Schneider): Read Loader Information (90/5)"},
    {0x06, Operation::discover, "Unity (Schneider): Read Memory Card Information (90/6)"},
    {0x07, Operation::discover, "Unity (Schneider): Read Block Information (90/7)"},
    {0x0a, Operation::diagnose, "Unity (Schneider): Repeat (90/10)"},
    {0x10, Operation::authenticate, "Unity (Schneider): Take Reservation (90/16)"},
    {0x11, Operation::other, "Unity (Schneider): Release Reservation (90/17)"},
    {0x12, Operation::other, "Unity (Schneider): Keep Alive (90/18)"},
    {0x20, Operation::read, "Unity (Schneider): Read Memory Block (90/32)"},
    {0x21, Operation::write, "Unity (Schneider): Write Memory Block (90/33)"},
    {0x22, Operation::read, "Unity (Schneider): Read Variables (90/34)"},
    {0x23, Operation::write, "Unity (Schneider): Write Variables (90/35)"},
    {0x24, Operation::read, "Unity (Schneider): Read Coils and Registers (90/36)"},
    {0x25, Operation::write, "Unity (Schneider): Write Coils and Registers (90/37)"},
    {0x26, Operation::discover, "Unity (Schneider): Read Data Dictionary (90/38)"},
    {0x27, Operation::discover, "Unity (Schneider): Preload Data Dictionary (90/39)"},
    {0x28, Operation::read, "Unity (Schneider): Read Physical Address (90/40)"},
    {0x29, Operation::write, "Unity (Schneider): Write Physical Address (90/41)"},
    {0x2a, Operation::diagnose, "Unity (Schneider): Browse Events (90/42)"},
    {0x30, Operation::download, "Unity (Schneider): Initialize Upload to PLC (90/48)"},
    {0x31, Operation::download, "Unity (Schneider): Upload Block to PLC (90/49)"},
    {0x32, Operation::download, "Unity (Schneider): End Upload to PLC (90/50)"},
    {0x33, Operation::upload, "Unity (Schneider): Initialize Download from PLC (90/51)"},
    {0x34, Operation::upload, "Unity (Schneider): Download Block from PLC (90/52)"},
    {0x35, Operation::upload, "Unity (Schneider): End Download from PLC (90/53)"},
    {0x36, Operation::other, "Unity (Schneider): Backup (90/54)"},
    {0x37, Operation::download, "Unity (Schneider): Preload Blocks (90/55)"},
    {kUmasSigned, Operation::other, "Unity (Schneider): Signed Message (90/56)"},
    {0x39, Operation::read, "Unity (Schneider): Read Ethernet Master Data (90/57)"},
    {0x40, Operation::start, "Unity (Schneider): Start PLC (90/64)"},
    {0x41, Operation::stop, "Unity (Schneider): Stop PLC (90/65)"},
    {0x42, Operation::restart, "Unity (Schneider): Initialize PLC (90/66)"},
    {0x43, Operation::configure, "Unity (Schneider): Swap Blocks (90/67)"},
    {0x50, Operation::read, "Unity (Schneider): Monitor PLC (90/80)"},
    {0x51, Operation::diagnose, "Unity (Schneider): Get Automatic Modifications (90/81)"},
    {0x52, Operation::diagnose, "Unity (Schneider): Get Forced Bits (90/82)"},
    {0x53, Operation::diagnose, "Unity (Schneider): Get Selected Blocks (90/83)"},
    {0x58, Operation::diagnose, "Unity (Schneider): Check PLC (90/88)"},
    {0x60, Operation::configure, "Unity (Schneider): Set Breakpoint (90/96)"},
    {0x61, Operation::configure, "Unity (Schneider): Delete Breakpoint (90/97)"},
    {0x62, Operation::call, "Unity (Schneider): Step Over (90/98)"},
    {0x63, Operation::call, "Unity (Schneider): Step In (90/99)"},
    {0x64, Operation::call, "Unity (Schneider): Step Out (90/100)"},
    {0x65, Operation::diagnose, "Unity (Schneider): Get Call Stack (90/101)"},
    {0x66, Operation::diagnose, "Unity (Schneider): Check Debug Allowed (90/102)"},
    {0x6c, Operation::other, "Unity (Schneider): Process Message (90/108)"},
    {0x6d, Operation::other, "Unity (Schneider): Private Message (90/109)"},
    {0x6e, Operation::authenticate, "Unity (Schneider): Exchange Nonces (90/110)"},
    {0x70, Operation::read, "Unity (Schneider): Read I/O Object (90/112)"},
    {0x71, Operation::write, "Unity (Schneider): Write I/O Object (90/113)"},
    {0x72, Operation::discover, "Unity (Schneider): Read Rack (90/114)"},
    {0x73, Operation::diagnose, "Unity (Schneider): Get Module Status (90/115)"},
    {0x74, Operation::read, "Unity (Schneider): Read Device Data (90/116)"},
};

}  // namespace

const SubFunctionSpec* umas_spec(std::uint8_t code) {
  const auto* found = std::find_if(std::begin(kCodes), std::end(kCodes),
                                   [code](const SubFunctionSpec& row) { return row.code == code; });
  return found == std::end(kCodes) ? nullptr : found;
}

}  // namespace sightglass::modbus
