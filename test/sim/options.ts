import { parseArgs } from "node:util";

export interface Options {
  seed: number;
  leads: number;
  /** Leads of one world. */
  size: number;
  procs: number;
  /** Only this world. */
  world: number | null;
  trace: boolean;
  mutations: boolean;
  /** Only the mutation with this id. */
  only: string | null;
}

/** @throws on an option that is unknown or no number. */
export function optionsOf(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      seed: { type: "string", default: "1" },
      leads: { type: "string", default: "2000" },
      size: { type: "string", default: "200" },
      procs: { type: "string", default: "1" },
      world: { type: "string" },
      trace: { type: "boolean", default: false },
      mutations: { type: "boolean", default: false },
      only: { type: "string" },
    },
  });
  const whole = (name: string, text: string): number => {
    if (!/^\d{1,9}$/.test(text)) throw new Error(`--${name} must be a whole number`);
    return Number(text);
  };
  return {
    seed: whole("seed", values.seed),
    leads: whole("leads", values.leads),
    size: Math.max(1, whole("size", values.size)),
    procs: Math.max(1, whole("procs", values.procs)),
    world: values.world === undefined ? null : whole("world", values.world),
    trace: values.trace,
    mutations: values.mutations,
    only: values.only ?? null,
  };
}
