import { availableParallelism } from "node:os";
import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import { MTLS_STANDIN, TEST_BINDINGS } from "./test/support/settings.ts";

const migrations = await readD1Migrations("./schema/migrations");

export default defineConfig({
  test: {
    // The gateway's log lines are shown only where a test fails.
    silent: "passed-only",
    // The runner's own default leaves a core free, which on two cores is half of the machine.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        // In workerd, with the bindings of the real wrangler.toml.
        plugins: [
          cloudflareTest({
            wrangler: { configPath: "./wrangler.toml" },
            miniflare: {
              bindings: { ...TEST_BINDINGS, TEST_MIGRATIONS: migrations, COSTS_PINGS: process.env.COSTS_PINGS ?? "" },
              // The local runtime has no client certificates: another Worker stands for a binding that shows one.
              serviceBindings: { MTLS_STANDIN: "mtls-stand-in" },
              workers: [{ name: "mtls-stand-in", modules: true, script: MTLS_STANDIN }],
            },
          }),
        ],
        test: {
          name: "workers",
          deps: { optimizer: { ssr: { enabled: true, include: ["itty-durable"] } } },
          include: ["test/worker/**/*.test.ts"],
          setupFiles: ["./test/support/apply-migrations.ts"],
          testTimeout: 30_000,
        },
      },
      // Pure rules, and whatever runs on the emulated platform in virtual time.
      { test: { name: "node", environment: "node", include: ["test/pure/**/*.test.ts"], testTimeout: 60_000 } },
    ],
  },
});
