import { defineConfig } from "vitest/config";

// Packages resolve to their sources, so that tests run before any build.
const conditions = ["@pyspy/source", "node", "import", "default"];
const resolve = { conditions };
const ssr = { resolve: { conditions } };

export default defineConfig({
  test: {
    projects: [
      {
        resolve,
        ssr,
        test: {
          name: "unit",
          include: ["schemas/src/**/*.test.ts", "packages/*/src/**/*.test.ts"],
          // Property tests, on machines that are shared: an endless loop is meant, not a slow one.
          testTimeout: 60_000,
        },
      },
      {
        // Real interpreters, children and a browser; two cores, so one file at a time in each of the two
        // lanes of scripts/test-system.sh.
        resolve,
        ssr,
        test: {
          name: "system",
          include: ["test/**/*.test.ts"],
          fileParallelism: false,
          // They watch live programs on machines that are shared: a processor that is taken away at
          // the wrong moment may spoil one recording. What fails twice is wrong; the report shows
          // each test that was tried again.
          retry: 1,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
