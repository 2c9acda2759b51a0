// SPDX-License-Identifier: MIT

/** Base64 is decoded, and what is inflated handed out, in pieces between which the browser may breathe. */
const PIECE_CHARACTERS = 4 << 20;

/** The bytes that a block of the page carries, as Base64 of gzip. @throws where it is damaged. */
export async function* inflateBlock(text: string): AsyncGenerator<Uint8Array> {
  const inflated = new DecompressionStream("gzip");
  const written = writeAll(text, inflated.writable);
  // Awaited below, where reading the other end may throw first.
  written.catch(() => {});
  const source = inflated.readable.getReader();
  for (;;) {
    const { done, value } = await source.read();
    if (done) break;
    yield value;
  }
  await written;
}

async function writeAll(text: string, writable: WritableStream<BufferSource>): Promise<void> {
  const writer = writable.getWriter();
  try {
    for (let at = 0; at < text.length; at += PIECE_CHARACTERS) {
      await writer.write(bytesOf(atob(text.slice(at, at + PIECE_CHARACTERS))));
    }
    await writer.close();
  } catch (error) {
    await writer.abort(error);
    throw error;
  }
}

function bytesOf(binary: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at);
  return bytes;
}
