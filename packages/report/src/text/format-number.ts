// SPDX-License-Identifier: MIT

/** 1234567 as "1,234,567". The same in every locale, so that reports can be compared. */
export function formatCount(count: number): string {
  return Math.round(count)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ",");
}

/** "1 sample", "1,234 samples". */
export function formatCounted(count: number, singular: string, plural = `${singular}s`): string {
  return `${formatCount(count)} ${count === 1 ? singular : plural}`;
}

/**
 * The share of `part` in `whole` with one decimal, "38.2 %". What is not nothing does not read as
 * nothing ("<0.1 %"), what is not all does not read as all (">99.9 %").
 */
export function formatPercent(part: number, whole: number): string {
  if (!(whole > 0)) return "0.0 %";
  const percent = (100 * part) / whole;
  if (part > 0 && percent < 0.05) return "<0.1 %";
  if (part < whole && percent >= 99.95) return ">99.9 %";
  return `${percent.toFixed(1)} %`;
}

/** A rate without useless digits: 100, 99.8, 0.5. */
export function formatRate(hertz: number): string {
  return hertz >= 1000 ? formatCount(hertz) : String(Math.round(hertz * 10) / 10);
}
