// SPDX-License-Identifier: MIT

const BARS = "▁▂▃▄▅▆▇█";
const ASCII_BARS = "_.-=+*#@";

/** Values from 0 to `most` as a line of bars, the last `cells` of them. */
export function sparkline(
  values: readonly number[],
  most: number,
  cells: number,
  unicode: boolean,
): string {
  const bars = unicode ? BARS : ASCII_BARS;
  return values
    .slice(Math.max(0, values.length - cells))
    .map((value) => {
      const share = most > 0 ? Math.min(Math.max(value / most, 0), 1) : 0;
      return bars[Math.round(share * (bars.length - 1))]!;
    })
    .join("");
}
