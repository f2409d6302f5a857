import { mkdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";
import type { Kind } from "./world/kinds.ts";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const OUT = join(ROOT, "node_modules/.cache/sim");

/** A deliberate fault: `find` (which must stand exactly once in `file`) becomes `put`. */
export interface Mutation {
  id: string;
  file: string;
  /** What is wrong then, in a sentence. */
  description: string;
  find: string;
  put: string;
  /** The kind of worlds in which what it breaks happens often; absent: the usual mix. */
  kind?: Kind;
  /** Leads of a world in which it shows; absent: as the run was asked for. */
  size?: number;
}

let bundles = 0;

/** Bundles the simulation, with a fault in it if one is given. Returns the bundle's path. */
export async function bundle(mutation: Mutation | null): Promise<string> {
  mkdirSync(OUT, { recursive: true });
  const outfile = join(OUT, `${mutation?.id ?? "plain"}-${process.pid}-${bundles++}.mjs`);
  await build({
    entryPoints: [join(ROOT, "test/sim/share.ts")],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node22",
    external: ["cloudflare:*"],
    sourcemap: "inline",
    logLevel: "error",
    // Packages in CommonJS ask for node's own modules by require.
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
    plugins: mutation ? [faultIn(mutation)] : [],
  });
  return outfile;
}

function faultIn({ id, file, find, put }: Mutation): Plugin {
  const path = join(ROOT, file);
  return {
    name: "fault",
    setup(setup) {
      setup.onLoad({ filter: /\.ts$/ }, (args) => {
        if (args.path !== path) return null;
        const text = readFileSync(path, "utf8");
        const places = text.split(find).length - 1;
        if (places !== 1)
          throw new Error(`${id}: its text stands ${places} times in ${relative(ROOT, path)}, not once`);
        return { contents: text.replace(find, () => put), loader: "ts" };
      });
    },
  };
}
