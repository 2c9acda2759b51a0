// SPDX-License-Identifier: MIT

/** Debug information that breaks a rule of its format, or asks for more than any real file needs. Caught
 * where a part of a file can be given up: it never reaches the caller of the package. */
export class DamagedFile extends Error {}

/** @throws DamagedFile always. */
export function damaged(message: string): never {
  throw new DamagedFile(message);
}

/** What `read` returns; `otherwise` where the file is damaged. */
export function unlessDamaged<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof DamagedFile) return otherwise;
    throw error;
  }
}
