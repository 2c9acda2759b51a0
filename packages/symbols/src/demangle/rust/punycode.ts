// SPDX-License-Identifier: MIT

const BASE = 36;
const FIRST = 0x80;

/** Decodes an identifier in which "_" stands for the "-" of RFC 3492; `undefined`: it is none. */
export function decodePunycode(text: string): string | undefined {
  const delimiter = text.lastIndexOf("_");
  const points = [...text.slice(0, Math.max(delimiter, 0))].map((one) => one.codePointAt(0)!);
  const digits = text.slice(delimiter + 1);
  let point = FIRST;
  let index = 0;
  let bias = 72;
  for (let at = 0; at < digits.length; ) {
    const before = index;
    let weight = 1;
    for (let k = BASE; ; k += BASE) {
      const digit = digitOf(digits[at++]);
      if (digit === undefined) return undefined;
      index += digit * weight;
      const threshold = Math.min(Math.max(k - bias, 1), 26);
      if (digit < threshold) break;
      weight *= BASE - threshold;
    }
    const count = points.length + 1;
    bias = adapted(index - before, count, before === 0);
    point += Math.floor(index / count);
    index %= count;
    if (point > 0x10_ffff) return undefined;
    points.splice(index++, 0, point);
  }
  return String.fromCodePoint(...points);
}

function digitOf(letter: string | undefined): number | undefined {
  if (letter === undefined) return undefined;
  if (/^[a-z]$/.test(letter)) return letter.charCodeAt(0) - 97;
  return /^\d$/.test(letter) ? Number(letter) + 26 : undefined;
}

function adapted(change: number, count: number, isFirst: boolean): number {
  let delta = Math.floor(change / (isFirst ? 700 : 2));
  delta += Math.floor(delta / count);
  let k = 0;
  for (; delta > 455; k += BASE) delta = Math.floor(delta / 35);
  return k + Math.floor((36 * delta) / (delta + 38));
}
