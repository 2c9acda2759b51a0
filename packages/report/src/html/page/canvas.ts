// SPDX-License-Identifier: MIT

const DARK = matchMedia("(prefers-color-scheme: dark)");

/** Whether the page is dark now. */
export function isDark(): boolean {
  return DARK.matches;
}

/** Calls back when the page turns dark or light. */
export function onThemeChange(changed: () => void): void {
  DARK.addEventListener("change", changed);
}

/** A custom property of the page's style sheet: a colour. */
export function themeColor(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** Makes a canvas so large, as fine as the screen is, and clears it. Units of what is drawn are CSS pixels. */
export function resized(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
): CanvasRenderingContext2D {
  const scale = devicePixelRatio;
  const [columns, rows] = [Math.round(width * scale), Math.round(height * scale)];
  if (canvas.width !== columns || canvas.height !== rows) {
    canvas.width = columns;
    canvas.height = rows;
    canvas.setAttribute("data-height", String(height));
    // Allowed under the policy: it is the script that sets it, not markup.
    canvas.style.height = `${height}px`;
  }
  const context = canvas.getContext("2d")!;
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}
