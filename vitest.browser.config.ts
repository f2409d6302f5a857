import { defineConfig } from "vitest/config";

/** The console in real Chromium against the gateway on workerd: `npm run test:browser`. Needs Debian's `chromium` (or CHROMIUM=path). */
export default defineConfig({
  test: {
    include: ["test/browser/**/*.test.ts"],
    environment: "node",
    globalSetup: ["test/browser/setup.ts"],
    // One after the other: they share one gateway, and two browsers at once would fight for two cores.
    fileParallelism: false,
    testTimeout: 90_000,
    hookTimeout: 180_000,
  },
});
