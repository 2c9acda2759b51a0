// Compiled by packages.test.ts against the installed packages, as a user's program would be.
import { readCaptures } from "@pyspy/analyze";
import { capture, snapshot } from "@pyspy/capture";
import { main } from "@pyspy/cli";
import { documentText } from "@pyspy/report";

export const used: readonly unknown[] = [readCaptures, capture, snapshot, main, documentText];
