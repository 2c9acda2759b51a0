// SPDX-License-Identifier: MIT

/** What a binary recording of profiling.sampling is made of, for tests. */
export interface TachyonParts {
  readonly records: readonly number[];
  readonly strings: readonly string[];
  /** File, name (indexes of strings), line, column. */
  readonly frames: readonly (readonly [number, number, number, number])[];
  /** mode + 1 in the lowest three bits. */
  readonly flags?: number;
  readonly zstd?: boolean;
}

export function leb128(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) | 0x80);
  }
}

/** A record of a thread: kind and what belongs to it. */
export function record(thread: number, kind: number, ...rest: readonly number[]): number[] {
  return [...uint(thread, 8), ...uint(0, 4), kind, ...rest];
}

export function tachyonBytes({
  records,
  strings,
  frames,
  flags = 1,
  zstd = false,
}: TachyonParts): Uint8Array {
  const body = zstd ? rawZstd(records) : records;
  const stringTable = strings.flatMap((text) => {
    const bytes = letters(text);
    return [...leb128(bytes.length), ...bytes];
  });
  const frameTable = frames.flatMap(([file, name, line, column]) => [
    ...leb128(file),
    ...leb128(name),
    ...leb128(line * 2),
    ...[0, ...leb128(column * 2), 0, 255],
  ]);
  const stringsAt = 64 + body.length;
  const framesAt = stringsAt + stringTable.length;
  const end = framesAt + frameTable.length + 88;
  return Uint8Array.from([
    ...letters("HCAT"),
    ...[...uint(1, 4), 3, 15, 2, 0],
    ...[...uint(123_456, 8), ...uint(1000, 8), ...uint(3, 8), ...uint(1, 4)],
    ...[...uint(stringsAt, 8), ...uint(framesAt, 8), ...uint(zstd ? 1 : 0, 4), ...uint(flags, 4)],
    ...body,
    ...stringTable,
    ...frameTable,
    ...[...double(1), ...double(1000), ...double(20), ...double(0), ...uint(3, 8)],
    ...letters("TACHSTAT"),
    ...[...uint(1, 4), ...uint(56, 4), ...uint(strings.length, 4), ...uint(frames.length, 4)],
    ...[...uint(end, 8), ...uint(0, 16)],
  ]);
}

function letters(text: string): number[] {
  return Array.from(text, (letter) => letter.charCodeAt(0));
}

function uint(value: number, bytes: number): number[] {
  return Array.from({ length: bytes }, (_, i) => Math.floor(value / 256 ** i) % 256);
}

function double(value: number): number[] {
  return [...new Uint8Array(Float64Array.of(value).buffer)];
}

/** A frame of one block that is not compressed (RFC 8878). */
function rawZstd(plain: readonly number[]): number[] {
  const size = uint(plain.length, 4);
  const block = uint((plain.length << 3) | 1, 3);
  return [0x28, 0xb5, 0x2f, 0xfd, 0xa0, ...size, ...block, ...plain];
}
