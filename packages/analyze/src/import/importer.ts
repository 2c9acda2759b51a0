// SPDX-License-Identifier: MIT

/**
 * Makes a capture of what another program recorded, as the bytes arrive: what reads captures then need not
 * know where they are from. Both return what is written by now.
 */
export interface Importer {
  /**
   * Takes the next bytes, decompressed.
   *
   * @throws ForeignRecordingError, CaptureTooLargeError
   */
  push(bytes: Uint8Array): Uint8Array[];
  /**
   * Ends the input, and the capture.
   *
   * @throws ForeignRecordingError, CaptureTooLargeError
   */
  finish(): Uint8Array[];
}
