// The system-call filter that makes the sensor deaf-mute in one direction, and the way down from
// root.
#include "sensor/capture/lockdown.hpp"

#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "sensor/capture/live_capture.hpp"

namespace sightglass {
namespace {

/// A call that is refused when one of its arguments is a capture descriptor.
struct DescriptorRule {
  int call;
  unsigned argument;  ///< index of the descriptor
};

constexpr DescriptorRule kOnCaptureSockets[] = {
    {SCMP_SYS(write), 0},
    {SCMP_SYS(pwrite64), 0},
    {SCMP_SYS(writev), 0},
    {SCMP_SYS(pwritev), 0},
    {SCMP_SYS(pwritev2), 0},
    {SCMP_SYS(sendto), 0},
    {SCMP_SYS(sendmsg), 0},
    {SCMP_SYS(sendmmsg), 0},
    {SCMP_SYS(sendfile), 0},
    {SCMP_SYS(splice), 2},
    {SCMP_SYS(vmsplice), 0},
    {SCMP_SYS(tee), 1},
    {SCMP_SYS(copy_file_range), 2},
    {SCMP_SYS(dup), 0},
    {SCMP_SYS(dup2), 0},
    {SCMP_SYS(dup3), 0},
    {SCMP_SYS(setsockopt), 0},
    {SCMP_SYS(bind), 0},
    {SCMP_SYS(connect), 0},
};

constexpr int kNever[] = {
    SCMP_SYS(io_uring_setup),
    SCMP_SYS(io_uring_enter),
    SCMP_SYS(io_uring_register),
    SCMP_SYS(pidfd_getfd),
    SCMP_SYS(ptrace),
    SCMP_SYS(process_vm_writev),
    SCMP_SYS(bpf),
    SCMP_SYS(execve),
    SCMP_SYS(execveat),
};

std::string failure(const char* what, int error) {
  return std::string(what) + ": " + std::strerror(error);
}

/// A condition on one argument of a call; the second datum is for masked comparison only.
scmp_arg_cmp condition(unsigned argument, scmp_compare op, scmp_datum_t datum) {
  return {argument, op, datum, 0};
}

int add_rules(scmp_filter_ctx context) {
  const auto capture = [](unsigned argument) {
    return condition(argument, SCMP_CMP_GE, kFirstCaptureDescriptor);
  };
  int status = 0;
  const auto refuse = [&](int call, std::initializer_list<scmp_arg_cmp> conditions) {
    if (status == 0) {
      status = seccomp_rule_add_array(context, SCMP_ACT_ERRNO(EPERM), call,
                                      static_cast<unsigned>(conditions.size()), conditions.begin());
    }
  };
  for (const auto& rule : kOnCaptureSockets) refuse(rule.call, {capture(rule.argument)});
  for (const int command : {F_DUPFD, F_DUPFD_CLOEXEC}) {
    refuse(SCMP_SYS(fcntl),
           {capture(0), condition(1, SCMP_CMP_EQ, static_cast<scmp_datum_t>(command))});
  }
  for (const int call : kNever) refuse(call, {});
  refuse(SCMP_SYS(socket), {condition(0, SCMP_CMP_NE, AF_UNIX)});
  return status;
}

std::string drop_capabilities() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct none[2] = {};
  if (syscall(SYS_capset, &header, none) != 0) return failure("dropping capabilities", errno);
  return "";
}

std::string become(const std::string& user) {
  errno = 0;
  const passwd* entry = getpwnam(user.c_str());
  if (entry == nullptr) {
    return "user \"" + user + "\" does not exist: create it (adduser --system --group " + user +
           ") or name another one in the configuration (run_as)";
  }
  const uid_t uid = entry->pw_uid;
  const gid_t gid = entry->pw_gid;
  if (setgroups(0, nullptr) != 0 || setresgid(gid, gid, gid) != 0 ||
      setresuid(uid, uid, uid) != 0) {
    return failure(("becoming user " + user).c_str(), errno);
  }
  return "";
}

}  // namespace

std::string forbid_transmission() {
  const std::unique_ptr<void, decltype(&seccomp_release)> context(seccomp_init(SCMP_ACT_ALLOW),
                                                                  &seccomp_release);
  if (!context) return "system-call filter: out of memory";
  int status = seccomp_attr_set(context.get(), SCMP_FLTATR_CTL_TSYNC, 1);
  if (status == 0) status = add_rules(context.get());
  if (status == 0) status = seccomp_load(context.get());
  return status == 0 ? "" : failure("system-call filter", -status);
}

std::string give_up_privileges(const std::string& user) {
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return failure("no new privileges", errno);
  if (geteuid() == 0) {
    const std::string error = become(user);
    if (!error.empty()) return error;
  }
  return drop_capabilities();
}

}  // namespace sightglass
