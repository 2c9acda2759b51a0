// SPDX-License-Identifier: MIT

import type { Step } from "../neighbour-box.ts";
import type { Viewer } from "./viewer.ts";

/**
 * Keys, wherever the focus is: arrows walk over the boxes as they lie on the screen, Enter zooms,
 * Backspace zooms out a level, Home shows everything, Ctrl-F, F3 or "/" search, Escape ends that.
 */
export function listenToKeys(viewer: Viewer): void {
  addEventListener("keydown", (event) => {
    if (isFind(event)) {
      // A second Ctrl-F is for the browser's own search.
      if (viewer.toolbar.searchHasFocus) return;
      viewer.toolbar.focusSearch();
    } else if (isControl(event.target) || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    } else if (!act(viewer, event.key)) {
      return;
    }
    event.preventDefault();
  });
}

function isFind(event: KeyboardEvent): boolean {
  if (event.key === "F3" || ((event.ctrlKey || event.metaKey) && event.key === "f")) return true;
  return event.key === "/" && !isControl(event.target);
}

function isControl(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement || target instanceof HTMLButtonElement;
}

/** Whether the key means something here. */
function act(viewer: Viewer, key: string): boolean {
  const step = stepOf(key, viewer.view.direction === "flame");
  if (step !== undefined) viewer.step(step);
  else if (key === "Enter") viewer.zoomToActive();
  else if (key === "Backspace") viewer.zoomOut();
  else if (key === "Home") viewer.zoomTo(0);
  else if (key === "Escape" && viewer.view.pattern !== "") viewer.leaveSearch();
  else return false;
  return true;
}

export function stepOf(key: string, rootIsBelow: boolean): Step | undefined {
  switch (key) {
    case "ArrowDown":
      return rootIsBelow ? "parent" : "child";
    case "ArrowUp":
      return rootIsBelow ? "child" : "parent";
    case "ArrowLeft":
      return "before";
    case "ArrowRight":
      return "after";
    default:
      return undefined;
  }
}
