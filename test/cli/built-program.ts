import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

export { temporaryFolder } from "../support/temporary-folder.ts";

/** The programs as npm installs them; `npm run build:ts` makes what they start. */
export const ANALYZE: string = fileURLToPath(
  new URL("../../packages/cli/bin/pyspy-analyze.js", import.meta.url),
);
export const CAPTURE: string = fileURLToPath(
  new URL("../../packages/capture/bin/pyspy-capture.js", import.meta.url),
);

/** Runs pyspy-analyze in a directory. */
export function analyze(cwd: string, ...argv: string[]): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [ANALYZE, ...argv], { cwd, encoding: "utf8" });
}

/** Runs a shell command in which $ANALYZE stands for the program. */
export function shell(cwd: string, command: string): SpawnSyncReturns<string> {
  const env = { ...process.env, ANALYZE: `${process.execPath} ${ANALYZE}` };
  return spawnSync("bash", ["-c", command], { cwd, env, encoding: "utf8" });
}

/** Why a test of permissions cannot run here: root may do everything, and only root becomes another. */
export const isRoot: boolean = process.getuid?.() === 0;
