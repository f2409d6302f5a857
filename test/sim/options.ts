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
  /** Of the mutations one in so many, and which of these parts. */
  share: number;
  part: number;
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
      share: { type: "string", default: "1" },
      part: { type: "string", default: "0" },
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
    share: Math.max(1, whole("share", values.share)),
    part: whole("part", values.part),
    only: values.only ?? null,
  };
}
