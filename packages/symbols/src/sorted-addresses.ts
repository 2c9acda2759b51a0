// SPDX-License-Identifier: MIT

/** How many of the addresses, which are ascending, are below `limit`. */
export function countBelow(addresses: Float64Array, limit: number): number {
  let low = 0;
  let high = addresses.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (addresses[middle]! < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Each of the addresses once, ascending. */
export function sortedAddresses(addresses: Iterable<number>): Float64Array {
  return Float64Array.from(new Set(addresses)).sort();
}
