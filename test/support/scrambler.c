/* SPDX-License-Identifier: MIT
 *
 * Overwrites memory with what looks like pointers, sizes and nothing, for ever: what a target does
 * that wants to break whoever reads it. Only for a process in which nobody uses that memory.
 */
#include <stddef.h>
#include <stdint.h>

static uint64_t state = 88172645463325252u;

static uint64_t next_random(void) { /* xorshift64 */
  state ^= state << 13;
  state ^= state >> 7;
  return state ^= state << 17;
}

void scramble(const uint64_t *starts, const uint64_t *sizes, size_t count) {
  for (;;) {
    const size_t region = next_random() % count;
    uint64_t *const word = (uint64_t *)starts[region] + next_random() % (sizes[region] / 8);
    const size_t other = next_random() % count;
    switch (next_random() % 6) {
      case 0: *word = 0; break;
      case 1: *word = next_random(); break;
      case 2: *word = next_random() % 65536; break;
      case 3: *word = UINT64_MAX - next_random() % 65536; break;
      default: *word = starts[other] + next_random() % sizes[other]; break;
    }
  }
}
