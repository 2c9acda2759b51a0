// SPDX-License-Identifier: MIT
import { setTimeout as delay } from "node:timers/promises";

const LOOK_MS = 10;

/**
 * Looks again and again until there is an answer, and returns it: for what happens in another
 * process without a word. The test's own limit ends what never comes.
 */
export async function until<T>(look: () => T | undefined | false): Promise<T> {
  for (;;) {
    const found = look();
    if (found !== undefined && found !== false) return found;
    await delay(LOOK_MS);
  }
}
