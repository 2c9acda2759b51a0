// SPDX-License-Identifier: MIT

/**
 * What formats call the place of a file in memory. Addresses are those of the file, which every
 * process that had it loaded shares, so each file is said to fill all of memory from 0 on: pprof
 * (elfexec.GetBase) and what follows it take this to mean just that.
 */
export const WHOLE_MEMORY: { readonly start: number; readonly limit: bigint } = {
  start: 0,
  limit: 2n ** 64n - 1n,
};
