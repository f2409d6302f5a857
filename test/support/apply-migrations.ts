import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";

// Each test file has a ledger of its own, made by the migrations that production applies.
await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
