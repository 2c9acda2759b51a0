// SPDX-License-Identifier: MIT

// Makes what is released, from what `npm run build` built:
//
//   node scripts/pack.mjs [DIRECTORY]      default: release/
//
//   pyspy-*.tgz                     every npm package, and the package of this platform with the agent
//   pyspy-capture-VERSION-linux-x64 the agent alone, for machines without Node
//   pyspy-*.1                       the manual pages, which are in the packages, too
//   SHA256SUMS                      of all these
//
// The packages carry no source, no source map, and no install script. That of the platform is an optional
// dependency of @pyspy/capture: npm installs it where its `os` and `cpu` fit.

import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFile, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const root = fileURLToPath(new URL("..", import.meta.url));
const target = resolve(process.argv[2] ?? join(root, "release"));

const PACKAGES = [
  "schemas",
  "packages/symbols",
  "packages/analyze",
  "packages/report",
  "packages/capture",
  "packages/cli",
];

/** The native code of a platform: name in the package, and what the build made. */
const PLATFORM = { os: "linux", cpu: "x64" };
const NATIVE = {
  "bin/pyspy-capture": "packages/capture/native/build/pyspy-capture",
  "bin/pyspy-capture.node": "packages/capture/native/build/pyspy-capture.node",
};

/** Of which package the pages are. */
const MANUALS = { "packages/capture": "pyspy-capture.1", "packages/cli": "pyspy-analyze.1" };

const { manualPages } = await import(new URL("../packages/cli/dist/index.js", import.meta.url));
const manuals = await manualPages();
const capture = await manifestOf("packages/capture");
const platformName = `${capture.name}-${PLATFORM.os}-${PLATFORM.cpu}`;

await rm(target, { recursive: true, force: true });
await mkdir(target, { recursive: true });
const staging = await mkdtemp(join(tmpdir(), "pyspy-pack-"));
try {
  for (const folder of PACKAGES) await pack(await stage(folder));
  await pack(await stagePlatform());
} finally {
  await rm(staging, { recursive: true });
}
const binary = `pyspy-capture-${capture.version}-${PLATFORM.os}-${PLATFORM.cpu}`;
await copyFile(join(root, NATIVE["bin/pyspy-capture"]), join(target, binary));
for (const [name, text] of manuals) await writeFile(join(target, name), text);
await writeChecksums();

async function manifestOf(folder) {
  return JSON.parse(await readFile(join(root, folder, "package.json"), "utf8"));
}

/** Copies a package as it is published; returns the folder. */
async function stage(folder) {
  const manual = MANUALS[folder];
  const manifest = published(await manifestOf(folder), manual);
  const staged = await newFolder(manifest);
  if (manual !== undefined) {
    await mkdir(join(staged, "man"));
    await writeFile(join(staged, "man", manual), manuals.get(manual));
  }
  for (const part of manifest.files.filter((part) => part !== "man")) {
    await cp(join(root, folder, part), join(staged, part), {
      recursive: true,
      filter: (path) => !path.endsWith(".map") && !path.endsWith(".tsbuildinfo"),
    });
  }
  await dropSourceMapComments(staged);
  return staged;
}

/** Without what only this repository has: its sources, and what develops them. */
function published(manifest, manual) {
  const { devDependencies: _, ...kept } = manifest;
  const exports = Object.entries(manifest.exports).map(
    ([name, { "@pyspy/source": _, ...rest }]) => [name, rest],
  );
  kept.exports = Object.fromEntries(exports);
  if (manual !== undefined) {
    kept.man = [`man/${manual}`];
    kept.files = [...manifest.files, "man"];
  }
  if (manifest.name === capture.name) {
    kept.optionalDependencies = { [platformName]: manifest.version };
  }
  return kept;
}

async function stagePlatform() {
  const { version, license, engines, repository } = capture;
  const staged = await newFolder({
    name: platformName,
    version,
    description: `The agent of ${capture.name} for ${PLATFORM.os} ${PLATFORM.cpu}: a static program, and an addon of Node.`,
    license,
    repository,
    engines,
    type: "module",
    os: [PLATFORM.os],
    cpu: [PLATFORM.cpu],
    files: Object.keys(NATIVE),
    // Package managers that keep packages zipped must unpack this one: a program runs from a file.
    preferUnplugged: true,
  });
  for (const [name, built] of Object.entries(NATIVE)) {
    await cp(join(root, built), join(staged, name));
  }
  return staged;
}

async function newFolder(manifest) {
  const staged = join(staging, manifest.name.replace("/", "-"));
  await mkdir(staged);
  await writeFile(join(staged, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  await copyFile(join(root, "LICENSE"), join(staged, "LICENSE"));
  await writeFile(join(staged, "README.md"), `# ${manifest.name}\n\n${manifest.description}\n`);
  return staged;
}

/** The maps are not published, so nothing may point to them. */
async function dropSourceMapComments(folder) {
  for (const name of await readdir(folder, { recursive: true })) {
    if (!/\.(js|d\.ts)$/.test(name)) continue;
    const path = join(folder, name);
    const text = await readFile(path, "utf8");
    await writeFile(path, text.replace(/\n\/\/# sourceMappingURL=\S+\s*$/, "\n"));
  }
}

async function pack(folder) {
  await run("npm", ["pack", "--silent", "--pack-destination", target], { cwd: folder });
}

async function writeChecksums() {
  const lines = [];
  for (const name of (await readdir(target)).sort()) {
    const digest = createHash("sha256").update(await readFile(join(target, name)));
    lines.push(`${digest.digest("hex")}  ${name}\n`);
  }
  await writeFile(join(target, "SHA256SUMS"), lines.join(""));
  process.stdout.write(lines.join(""));
}
