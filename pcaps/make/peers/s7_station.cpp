// s7_station ADDRESS TYPE STEP...: a snap7 client; TYPE is pg, op or basic. A step is one argument:
//   read AREA NUMBER START COUNT SIZE     AREA: db m i q t c; SIZE: bit byte word dword real ...
//   write AREA NUMBER START SIZE HEX
//   many                                  five items, one of them missing
//   many-write
//   blocks | type LETTERS | info LETTERS NUMBER
//   list ID INDEX                         system status list, hexadecimal
//   clock | set-clock SECONDS | stop | hot | cold | compress | copy | status
//   password WORD | no-password | upload LETTERS NUMBER | download LETTERS NUMBER TO | delete ...
//   sleep SECONDS | reconnect
#include <time.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "snap7.h"

namespace {

const std::map<std::string, int> kAreas = {{"db", S7AreaDB}, {"m", S7AreaMK}, {"i", S7AreaPE},
                                           {"q", S7AreaPA},  {"t", S7AreaTM}, {"c", S7AreaCT}};
const std::map<std::string, int> kSizes = {
    {"bit", S7WLBit},   {"byte", S7WLByte},   {"word", S7WLWord},      {"dword", S7WLDWord},
    {"real", S7WLReal}, {"timer", S7WLTimer}, {"counter", S7WLCounter}};
const std::map<std::string, int> kBlocks = {
    {"OB", Block_OB},   {"DB", Block_DB}, {"SDB", Block_SDB}, {"FC", Block_FC},
    {"SFC", Block_SFC}, {"FB", Block_FB}, {"SFB", Block_SFB}};

byte buffer[65536];

struct Words {
  std::istringstream in;
  std::string next() {
    std::string word;
    in >> word;
    return word;
  }
  int number(int base = 10) { return static_cast<int>(std::strtol(next().c_str(), nullptr, base)); }
};

int bytes_from(const std::string& hex) {
  int count = 0;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    buffer[count++] = static_cast<byte>(std::stoi(hex.substr(i, 2), nullptr, 16));
  }
  return count;
}

int read(S7Object client, Words& words) {
  const int area = kAreas.at(words.next());
  const int number = words.number(), start = words.number(), count = words.number();
  return Cli_ReadArea(client, area, number, start, count, kSizes.at(words.next()), buffer);
}

int write(S7Object client, Words& words) {
  const int area = kAreas.at(words.next());
  const int number = words.number(), start = words.number();
  const std::string size = words.next();
  const int width = size == "word" || size == "timer" || size == "counter" ? 2
                    : size == "dword" || size == "real"                    ? 4
                                                                           : 1;
  const int count = bytes_from(words.next()) / width;
  return Cli_WriteArea(client, area, number, start, count, kSizes.at(size), buffer);
}

int many(S7Object client, bool writes) {
  static byte values[5][16];
  TS7DataItem items[] = {{S7AreaDB, S7WLByte, 0, 1, 0, 8, values[0]},
                         {S7AreaMK, S7WLByte, 0, 0, 4, 3, values[1]},
                         {S7AreaPE, S7WLByte, 0, 0, 0, 4, values[2]},
                         {S7AreaDB, S7WLReal, 0, 2, 0, 2, values[3]},
                         {S7AreaDB, S7WLByte, 0, 77, 0, 4, values[4]}};
  return writes ? Cli_WriteMultiVars(client, items, 5) : Cli_ReadMultiVars(client, items, 5);
}

int download(S7Object client, Words& words) {
  const int type = kBlocks.at(words.next()), from = words.number(), to = words.number();
  int size = sizeof buffer;
  const int problem = Cli_FullUpload(client, type, from, buffer, &size);
  return problem != 0 ? problem : Cli_Download(client, to, buffer, size);
}

/// A block that never was on the device.
int download_own(S7Object client, Words& words) {
  static byte block[128] = {0x70, 0x70, 1, 1, 1, 0x0a, 0, 1, 0, 0, 0, 128};
  return Cli_Download(client, words.number(), block, sizeof block);
}

int set_clock(S7Object client, Words& words) {
  const time_t at = words.number();
  tm parts{};
  gmtime_r(&at, &parts);
  return Cli_SetPlcDateTime(client, &parts);
}

int clock(S7Object client) {
  tm parts{};
  return Cli_GetPlcDateTime(client, &parts);
}

int status_list(S7Object client, Words& words) {
  const int id = words.number(16), index = words.number(16);
  int size = sizeof buffer;
  return Cli_ReadSZL(client, id, index, reinterpret_cast<TS7SZL*>(buffer), &size);
}

int upload(S7Object client, Words& words) {
  const int type = kBlocks.at(words.next()), number = words.number();
  int size = sizeof buffer;
  return Cli_FullUpload(client, type, number, buffer, &size);
}

using Step = std::function<int(S7Object, Words&)>;
const std::map<std::string, Step> kSteps = {
    {"read", read},
    {"write", write},
    {"many", [](S7Object client, Words&) { return many(client, false); }},
    {"many-write", [](S7Object client, Words&) { return many(client, true); }},
    {"blocks",
     [](S7Object client, Words&) {
       TS7BlocksList list;
       return Cli_ListBlocks(client, &list);
     }},
    {"type",
     [](S7Object client, Words& words) {
       int count = 8192;
       return Cli_ListBlocksOfType(client, kBlocks.at(words.next()),
                                   reinterpret_cast<TS7BlocksOfType*>(buffer), &count);
     }},
    {"info",
     [](S7Object client, Words& words) {
       TS7BlockInfo info;
       const int type = kBlocks.at(words.next());
       return Cli_GetAgBlockInfo(client, type, words.number(), &info);
     }},
    {"list", status_list},
    {"clock", [](S7Object client, Words&) { return clock(client); }},
    {"set-clock", set_clock},
    {"stop", [](S7Object client, Words&) { return Cli_PlcStop(client); }},
    {"hot", [](S7Object client, Words&) { return Cli_PlcHotStart(client); }},
    {"cold", [](S7Object client, Words&) { return Cli_PlcColdStart(client); }},
    {"compress", [](S7Object client, Words&) { return Cli_Compress(client, 1000); }},
    {"copy", [](S7Object client, Words&) { return Cli_CopyRamToRom(client, 1000); }},
    {"status",
     [](S7Object client, Words&) {
       int status = 0;
       return Cli_GetPlcStatus(client, &status);
     }},
    {"password", [](S7Object client,
                    Words& words) { return Cli_SetSessionPassword(client, words.next().data()); }},
    {"no-password", [](S7Object client, Words&) { return Cli_ClearSessionPassword(client); }},
    {"upload", upload},
    {"download", download},
    {"download-own", download_own},
    {"delete",
     [](S7Object client, Words& words) {
       const int type = kBlocks.at(words.next());
       return Cli_Delete(client, type, words.number());
     }},
    {"sleep",
     [](S7Object, Words& words) {
       usleep(static_cast<useconds_t>(std::stod(words.next()) * 1e6));
       return 0;
     }},
};

}  // namespace

int main(int argc, char** argv) {
  const std::map<std::string, word> types = {
      {"pg", CONNTYPE_PG}, {"op", CONNTYPE_OP}, {"basic", CONNTYPE_BASIC}};
  const S7Object client = Cli_Create();
  Cli_SetConnectionType(client, types.at(argv[2]));
  constexpr int kRack = 0, kSlot = 2;
  if (const int problem = Cli_ConnectTo(client, argv[1], kRack, kSlot)) {
    std::printf("can not connect: 0x%x\n", problem);
    return 1;
  }
  for (int i = 3; i < argc; ++i) {
    Words words{std::istringstream(argv[i])};
    const int result = kSteps.at(words.next())(client, words);
    std::printf("%-40s 0x%08x\n", argv[i], result);
  }
  Cli_Disconnect(client);
}
