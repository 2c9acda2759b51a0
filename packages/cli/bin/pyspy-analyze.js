#!/usr/bin/env node
// Runs the command line. Everything is in dist/, which a fresh checkout has yet to build.
import { existsSync } from "node:fs";

const dist = new URL("../dist/", import.meta.url);
if (existsSync(new URL("main.js", dist))) {
  const { main, processIo } = await import(new URL("index.js", dist).href);
  process.exitCode = await main(process.argv.slice(2), processIo());
} else {
  process.stderr.write("pyspy-analyze is not built yet: run npm run build in its repository\n");
  process.exitCode = 1;
}
