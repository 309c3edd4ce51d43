// After the sockets are open and before the first hostile byte is read: give up what is not needed.
#pragma once

#include <string>

namespace sightglass {

/// Refuses, for every thread of the process and for ever, all ways to transmit on a capture socket
/// (descriptors from kFirstCaptureDescriptor on): write, pwrite64, writev, pwritev, pwritev2,
/// sendto, sendmsg, sendmmsg, sendfile, splice, vmsplice, tee, copy_file_range; all ways to get
/// such a socket under another number: dup, dup2, dup3, fcntl F_DUPFD, pidfd_getfd; a transmit ring
/// or another binding: setsockopt, bind, connect; and the ways around a filter: io_uring, ptrace,
/// bpf, process_vm_writev, execve, and new sockets of any family but AF_UNIX. Refused calls fail
/// with EPERM. Returns what went wrong, "" when the filter holds.
std::string forbid_transmission();

/// Becomes `user` (and its primary group, no others) when the process is root, and drops every
/// capability in any case; no program it could start gets any back. Returns what went wrong, or "".
std::string give_up_privileges(const std::string& user);

}  // namespace sightglass
