import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
export default defineConfig({
  test: {
    projects: [
      { plugins: [cloudflareTest({ wrangler: { configPath: "./wrangler.toml" } })], test: { name: "workers", include: ["test/worker/**/*.test.ts"] } },
      { test: { name: "node", environment: "node", include: ["test/pure/**/*.test.ts"] } },
    ],
  },
});
