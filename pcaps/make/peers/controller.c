// A Modbus/TCP server on libmodbus: 200 of each kind of point, any number of clients.
//
//   controller ADDRESS PORT
//
// libmodbus refuses functions it does not know with exception 01 and never answers function 7.

#include <modbus/modbus.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/select.h>
#include <unistd.h>

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  modbus_t* m = modbus_new_tcp_pi(argv[1], argv[2]);
  modbus_mapping_t* points = modbus_mapping_new(200, 200, 200, 200);
  for (int i = 0; i < 200; i++) {
    points->tab_registers[i] = (uint16_t)(100 + i);
    points->tab_input_registers[i] = (uint16_t)(1000 + i);
    points->tab_bits[i] = i % 3 == 0;
    points->tab_input_bits[i] = i % 2 == 0;
  }
  int listener = modbus_tcp_pi_listen(m, 8);
  if (listener < 0) {
    perror("listen");
    return 1;
  }
  puts("ready");
  fflush(stdout);

  fd_set open;
  FD_ZERO(&open);
  FD_SET(listener, &open);
  for (;;) {
    fd_set readable = open;
    if (select(FD_SETSIZE, &readable, NULL, NULL, NULL) < 0) return 1;
    for (int fd = 0; fd < FD_SETSIZE; fd++) {
      if (!FD_ISSET(fd, &readable)) continue;
      if (fd == listener) {
        int client = modbus_tcp_pi_accept(m, &listener);
        if (client >= 0) FD_SET(client, &open);
        continue;
      }
      uint8_t request[MODBUS_TCP_MAX_ADU_LENGTH];
      modbus_set_socket(m, fd);
      int length = modbus_receive(m, request);
      if (length > 0) modbus_reply(m, request, length, points);
      if (length < 0) {
        close(fd);
        FD_CLR(fd, &open);
      }
    }
  }
}
