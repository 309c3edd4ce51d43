// A Modbus/TCP client on libmodbus that does what its arguments say, one step each.
//
//   station ADDRESS PORT STEP...
//
//   1|2|3|4 ADDR QTY         read coils, discrete inputs, holding, input registers
//   5 ADDR 0|1   6 ADDR V    write one coil, one register
//   15 ADDR B..  16 ADDR V.. write several
//   17                       report server id
//   22 ADDR AND OR           mask write
//   23 RADDR RQTY WADDR V..  read and write
//   raw HEX...               any PDU; libmodbus adds the header
//   unit N, timeout SECONDS, sleep SECONDS, at SECONDS, reconnect
//
// "at" waits for that many seconds after START_AT (Unix time, environment), else after the start.
// A failed request is reported and the next step follows.

#include <errno.h>
#include <modbus/modbus.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static double response_timeout = 0.5;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_REALTIME, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static void pause_for(double seconds) {
  if (seconds <= 0) return;
  struct timespec t = {(time_t)seconds, (long)((seconds - (time_t)seconds) * 1e9)};
  nanosleep(&t, NULL);
}

static void set_timeout(modbus_t* m) {
  modbus_set_response_timeout(m, (uint32_t)response_timeout,
                              (uint32_t)((response_timeout - (uint32_t)response_timeout) * 1e6));
}

// The answer is read from the socket: libmodbus does not know the length of every answer.
static int raw(modbus_t* m, int unit, const long* v, int n) {
  uint8_t pdu[256] = {(uint8_t)unit}, answer[300];
  for (int i = 0; i < n; i++) pdu[i + 1] = (uint8_t)v[i];
  if (modbus_send_raw_request(m, pdu, n + 1) < 0) return -1;
  struct pollfd p = {modbus_get_socket(m), POLLIN, 0};
  if (poll(&p, 1, (int)(response_timeout * 1000)) < 1) {
    errno = ETIMEDOUT;
    return -1;
  }
  return (int)recv(p.fd, answer, sizeof answer, 0);
}

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  double start = getenv("START_AT") ? atof(getenv("START_AT")) : now();
  int unit = 1;
  modbus_t* m = modbus_new_tcp_pi(argv[1], argv[2]);
  modbus_set_slave(m, unit);
  set_timeout(m);
  int connected = 0;

  for (int a = 3; a < argc; a++) {
    char word[16] = "", text[1024];
    int used = 0;
    snprintf(text, sizeof text, "%s", argv[a]);
    if (sscanf(text, "%15s%n", word, &used) != 1) continue;
    const char* rest = text + used;
    double number = atof(rest);
    if (!strcmp(word, "sleep")) {
      pause_for(number);
      continue;
    }
    if (!strcmp(word, "at")) {
      pause_for(start + number - now());
      continue;
    }
    if (!strcmp(word, "unit")) {
      unit = (int)number;
      modbus_set_slave(m, unit);
      continue;
    }
    if (!strcmp(word, "timeout")) {
      response_timeout = number;
      set_timeout(m);
      continue;
    }
    if (!strcmp(word, "reconnect")) {
      if (connected) modbus_close(m);
      connected = 0;
      continue;
    }
    if (!connected) {
      if (modbus_connect(m) < 0) {
        fprintf(stderr, "connect: %s\n", modbus_strerror(errno));
        continue;
      }
      connected = 1;
    }

    long v[300];
    int n = 0, base = strcmp(word, "raw") ? 0 : 16;
    for (char* end; n < 300; n++, rest = end) {
      v[n] = strtol(rest, &end, base);
      if (end == rest) break;
    }
    uint8_t bits[2048];
    uint16_t words[300];
    for (int i = 1; i < n; i++) {
      bits[i - 1] = (uint8_t)v[i];
      words[i - 1] = (uint16_t)v[i];
    }
    int r = -1;
    switch (atoi(word)) {
      case 0:
        r = raw(m, unit, v, n);
        break;
      case 1:
        r = modbus_read_bits(m, (int)v[0], (int)v[1], bits);
        break;
      case 2:
        r = modbus_read_input_bits(m, (int)v[0], (int)v[1], bits);
        break;
      case 3:
        r = modbus_read_registers(m, (int)v[0], (int)v[1], words);
        break;
      case 4:
        r = modbus_read_input_registers(m, (int)v[0], (int)v[1], words);
        break;
      case 5:
        r = modbus_write_bit(m, (int)v[0], (int)v[1]);
        break;
      case 6:
        r = modbus_write_register(m, (int)v[0], (uint16_t)v[1]);
        break;
      case 15:
        r = modbus_write_bits(m, (int)v[0], n - 1, bits);
        break;
      case 16:
        r = modbus_write_registers(m, (int)v[0], n - 1, words);
        break;
      case 17:
        r = modbus_report_slave_id(m, sizeof bits, bits);
        break;
      case 22:
        r = modbus_mask_write_register(m, (int)v[0], (uint16_t)v[1], (uint16_t)v[2]);
        break;
      case 23:
        r = modbus_write_and_read_registers(m, (int)v[2], n - 3, words + 2, (int)v[0], (int)v[1],
                                            words + 100);
        break;
    }
    if (r < 0) {
      int e = errno;
      fprintf(stderr, "%s: %s\n", argv[a], modbus_strerror(e));
      if (e == EPIPE || e == ECONNRESET || e == EBADF) {
        modbus_close(m);
        connected = 0;
      }
    }
  }
  if (connected) modbus_close(m);
  modbus_free(m);
  return 0;
}
