import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
export default defineConfig({
  test: {
    projects: [
      {
        plugins: [
          cloudflareTest(async () => ({
            wrangler: { configPath: "./wrangler.toml" },
            miniflare: { bindings: { TEST_MIGRATIONS: await readD1Migrations("./schema/migrations") } },
          })),
        ],
        test: { name: "workers", include: ["test/worker/**/*.test.ts"], setupFiles: ["./test/support/apply-migrations.ts"] },
      },
      { test: { name: "node", environment: "node", include: ["test/pure/**/*.test.ts"] } },
    ],
  },
});
