// SPDX-License-Identifier: MIT

/**
 * Colours of everything but the boxes. The style sheet has the same for light and dark pages; these
 * are the presentation attributes with which the picture is right where styles are forbidden.
 */
export const INK = "#1b1f24";
export const MUTED = "#59636e";
export const PAPER = "#ffffff";
export const REST = "#d5d9de";

/** Not "monospace" alone, which browsers draw smaller than other fonts. */
export const MONO_FONT =
  "ui-monospace,'SF Mono',Menlo,Consolas,'DejaVu Sans Mono','Liberation Mono',monospace";
export const TEXT_FONT = "system-ui,-apple-system,'Segoe UI',Roboto,'DejaVu Sans',sans-serif";

/** Geometry of the picture, px. Shared by the static picture and the script. */
export const WIDTH = 1200;
export const MARGIN = 16;
export const ROW_HEIGHT = 18;
/** Rows and neighbours are kept apart by this. */
export const GAP = 1;
export const FONT_SIZE = 12;
/** Widest advance of the fonts above at that size (SF Mono's), so that no label overflows. */
export const CELL_WIDTH = 7.42;
/** Room at both sides of a label. */
export const LABEL_PADDING = 4;
