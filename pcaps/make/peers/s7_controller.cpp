// s7_controller ADDRESS: a snap7 server on port 102 with data blocks 1, 2 and 100, flags, inputs,
// outputs, timers and counters.
#include <unistd.h>

#include <cstdio>

#include "snap7.h"

int main(int, char** argv) {
  static byte db1[2048], db2[512], db100[64], flags[256], inputs[128], outputs[128];
  static word timers[64], counters[64];
  for (unsigned i = 0; i < sizeof db1; ++i) db1[i] = static_cast<byte>(i);
  const S7Object server = Srv_Create();
  Srv_RegisterArea(server, srvAreaDB, 1, db1, sizeof db1);
  Srv_RegisterArea(server, srvAreaDB, 2, db2, sizeof db2);
  Srv_RegisterArea(server, srvAreaDB, 100, db100, sizeof db100);
  Srv_RegisterArea(server, srvAreaMK, 0, flags, sizeof flags);
  Srv_RegisterArea(server, srvAreaPE, 0, inputs, sizeof inputs);
  Srv_RegisterArea(server, srvAreaPA, 0, outputs, sizeof outputs);
  Srv_RegisterArea(server, srvAreaTM, 0, timers, sizeof timers);
  Srv_RegisterArea(server, srvAreaCT, 0, counters, sizeof counters);
  if (const int problem = Srv_StartTo(server, argv[1])) {
    std::printf("can not start: 0x%x\n", problem);
    return 1;
  }
  pause();
}
