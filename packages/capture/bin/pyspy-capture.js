#!/usr/bin/env node
// Starts the static agent. Everything is in dist/, which a fresh checkout has yet to build.
import { existsSync } from "node:fs";

const main = new URL("../dist/main.js", import.meta.url);
if (existsSync(main)) {
  process.exitCode = await (await import(main.href)).main(process.argv.slice(2));
} else {
  process.stderr.write("pyspy-capture is not built yet: run npm run build in its repository\n");
  process.exitCode = 1;
}
