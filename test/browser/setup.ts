import type { TestProject } from "vitest/node";
import { startWorld, type Tokens } from "./world.ts";

declare module "vitest" {
  export interface ProvidedContext {
    url: string;
    tokens: Tokens;
    keys: Record<string, string>;
  }
}

/** One world for all browser tests: each test keeps to buyers, contracts and leads of its own. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const world = await startWorld();
  project.provide("url", world.url);
  project.provide("tokens", world.tokens);
  project.provide("keys", world.keys);
  return world.stop;
}
