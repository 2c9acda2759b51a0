// SPDX-License-Identifier: MIT

import { ACTIVITIES, type Activity } from "@pyspy/analyze";

interface ActivityLook {
  /** As legends say it. */
  readonly text: string;
  readonly light: string;
  readonly dark: string;
}

/**
 * Blue is work, the darker the more it keeps from others; orange is time lost; grey is rest. Told apart also by
 * who sees no red or green, and in print without colours.
 */
export const ACTIVITY_LOOKS: Readonly<Record<Activity, ActivityLook>> = {
  gil: { text: "holds the GIL", light: "#1d5a9e", dark: "#5b9be0" },
  wait: { text: "waits for the GIL", light: "#e07b1a", dark: "#f0a04b" },
  run: { text: "runs without it", light: "#86b4dc", dark: "#2f5f8f" },
  idle: { text: "idle", light: "#e9ecef", dark: "#2a2f35" },
};

/** The custom properties of a page's style sheet. */
export function activityProperties(theme: "light" | "dark"): string {
  return ACTIVITIES.map((activity) => `--${activity}:${ACTIVITY_LOOKS[activity][theme]};`).join("");
}

/** As an attribute of SVG: right also where styles are forbidden. */
export function activityFill(activity: Activity): string {
  return `var(--${activity},${ACTIVITY_LOOKS[activity].light})`;
}
