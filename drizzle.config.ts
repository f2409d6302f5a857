import { defineConfig } from "drizzle-kit";

/** `npm run db:generate` writes the next migration of the ledger from its tables; wrangler applies it. */
export default defineConfig({ dialect: "sqlite", schema: "./schema/tables.ts", out: "./schema/migrations" });
