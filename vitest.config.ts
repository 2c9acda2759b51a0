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
        },
      },
      {
        // Real interpreters, children and a browser; two cores, so one file at a time.
        resolve,
        ssr,
        test: {
          name: "system",
          include: ["test/**/*.test.ts"],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
