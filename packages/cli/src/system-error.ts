// SPDX-License-Identifier: MIT

/** Reason of a failed system call in words; Node's own where they are not for people. */
const REASONS: Readonly<Record<string, string>> = {
  EISDIR: "it is a directory",
  ELOOP: "too many symbolic links",
  ENOENT: "no such file or directory",
  ENOTDIR: "a part of the path is not a directory",
};

/** Whether an error was told by the operating system. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "syscall" in error && "code" in error;
}

/** "no such file or directory", "no space left on device". */
export function systemReason(error: NodeJS.ErrnoException): string {
  const known = REASONS[error.code ?? ""];
  if (known !== undefined) return known;
  // "EACCES: permission denied, open 'run.pspy'"
  return /^[A-Z0-9]+: ([^,]+)/.exec(error.message)?.[1] ?? error.message;
}
