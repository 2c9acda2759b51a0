// SPDX-License-Identifier: MIT

import { digamma, trigamma, trigammaInverse } from "./polygamma.ts";
import type { Spread } from "./window-spread.ts";

/** A common spread is not taken from fewer. */
const LEAST_SPREADS = 8;
/** A spread beyond the common one by this factor is its own: with 18 degrees of freedom, one in 150 is by chance. */
const MOST_RATIO = 2;
const MOST_DEGREES = 200;

/**
 * Spreads that are poorly known by themselves, each drawn towards what they have in common, as far as they
 * have: empirical Bayes, by the moments of their logarithms (Smyth 2004). Those that are clearly larger stay.
 * In the order of `spreads`.
 */
export function moderate(spreads: readonly Spread[]): Spread[] {
  const known = spreads.filter(({ variance, degrees }) => variance > 0 && degrees >= 1);
  if (known.length < LEAST_SPREADS) return [...spreads];
  const logarithms = known.map(
    ({ variance, degrees }) => Math.log(variance) - digamma(degrees / 2) + Math.log(degrees / 2),
  );
  const middle = mean(logarithms);
  const scatter =
    logarithms.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (known.length - 1);
  // What is left beyond what so few degrees of freedom explain is how much they truly differ.
  const truly = scatter - mean(known.map(({ degrees }) => trigamma(degrees / 2)));
  const shared = truly > 0 ? Math.min(MOST_DEGREES, 2 * trigammaInverse(truly)) : MOST_DEGREES;
  const common = Math.exp(truly > 0 ? middle + digamma(shared / 2) - Math.log(shared / 2) : middle);
  return spreads.map((spread) => {
    const { variance, degrees } = spread;
    if (!(variance > 0) || variance > MOST_RATIO * common) return spread;
    return {
      variance: (degrees * variance + shared * common) / (degrees + shared),
      degrees: degrees + shared,
    };
  });
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
