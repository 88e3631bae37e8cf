/**
 * @module Calls that nobody proves, by what is known of their codes: a guest that makes one was built for something else.
 */

const DEFERRED = 'it verifies proofs of other runs (deferred proofs), which is not supported';
const BEFORE_V1 = 'of SP1 before version 1, which no later version of SP1 runs either';
const V6 = 'of SP1 version 6, whose guests are 64-bit: build the guest with sp1-zkvm 5.2.4';

/** Names of codes, and what there is to say. Those of SP1: crates/core/executor/src/syscalls/code.rs of versions 5.2.4 and 6.4.0. */
const KNOWN: ReadonlyMap<number, readonly [name: string, remark: string]> = new Map([
  [0x1b, ['VERIFY_SP1_PROOF', DEFERRED]],
  [100, ['HALT', BEFORE_V1]],
  [101, ['LWA', BEFORE_V1]],
  [999, ['WRITE', BEFORE_V1]],
  [0x00010130, ['UINT256_ADD_CARRY', V6]],
  [0x00010131, ['UINT256_MUL_CARRY', V6]],
  [0x00000132, ['MPROTECT', V6]],
  [0x00000134, ['SIG_RETURN', V6]],
]);

/** Calls of Linux that C libraries and language runtimes make (include/uapi/asm-generic/unistd.h). */
const LINUX: ReadonlyMap<number, string> = new Map([
  ...([
    [17, 'getcwd'],
    [25, 'fcntl'],
    [29, 'ioctl'],
    [48, 'faccessat'],
    [56, 'openat'],
    [57, 'close'],
  ] as const),
  ...([
    [62, 'lseek'],
    [63, 'read'],
    [64, 'write'],
    [65, 'readv'],
    [66, 'writev'],
    [78, 'readlinkat'],
  ] as const),
  ...([
    [79, 'fstatat'],
    [80, 'fstat'],
    [93, 'exit'],
    [94, 'exit_group'],
    [96, 'set_tid_address'],
  ] as const),
  ...([
    [98, 'futex'],
    [99, 'set_robust_list'],
    [113, 'clock_gettime'],
    [129, 'kill'],
    [131, 'tgkill'],
  ] as const),
  ...([
    [134, 'rt_sigaction'],
    [135, 'rt_sigprocmask'],
    [160, 'uname'],
    [169, 'gettimeofday'],
    [172, 'getpid'],
  ] as const),
  ...([
    [178, 'gettid'],
    [214, 'brk'],
    [215, 'munmap'],
    [220, 'clone'],
    [222, 'mmap'],
    [226, 'mprotect'],
  ] as const),
  ...([
    [233, 'madvise'],
    [261, 'prlimit64'],
    [278, 'getrandom'],
    [403, 'clock_gettime64'],
    [422, 'futex_time64'],
  ] as const),
]);

/**
 * Why a call with this code ends the run.
 * @param a7 - where Linux takes the code of a call from.
 */
export function unknownCall(code: number, a7: number): string {
  const known = KNOWN.get(code);
  const what = `unknown system call 0x${code.toString(16)}`;
  if (known !== undefined) return `${what}, ${known[0]}: ${known[1]}`;
  const linux = LINUX.get(a7);
  if (linux === undefined) return what;
  return `${what} (t0); in a7 stands ${a7}, which is ${linux} of Linux: build the guest for bare metal`;
}
