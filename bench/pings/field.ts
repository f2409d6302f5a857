import { startBare, startNode } from "./contenders.ts";
import { type BenchGateway, startGateway } from "./gateway.ts";
import type { Field } from "./measure.ts";
import type { Contender } from "./plan.ts";
import { end, startScript } from "./processes.ts";
import type { GatewayOptions } from "./records.ts";

export interface Contest {
  field: Field;
  /** Where the buyers answer. */
  site: string;
  gateway: BenchGateway;
  bare: Contender;
  bare_direct: Contender;
  node: Contender | null;
}

/** Starts buyers, load generator and contenders, lets them be used, and ends them all. @param sizes numbers of buyers that are pinged */
export async function contest<T>(
  sizes: number[],
  use: (contest: Contest) => Promise<T>,
  options: Partial<GatewayOptions> & { node?: boolean; inspector_bare?: number } = {},
): Promise<T> {
  const stops: (() => Promise<void>)[] = [];
  const ends = <S extends { stop(): Promise<void> }>(one: S): S => {
    stops.push(() => one.stop());
    return one;
  };
  try {
    const buyers = await startScript("./buyers.ts");
    stops.push(() => end(buyers.child));
    const load = await startScript("./load.ts");
    stops.push(() => end(load.child));
    const site = `http://127.0.0.1:${buyers.port}`;
    const [bare, bare_direct] = await startBare(site, options.timeout_ms, options.inspector_bare);
    ends(bare);
    const node = options.node ? ends(await startNode(site)) : null;
    const gateway = ends(await startGateway(site, sizes, options));
    return await use({
      field: { load: load.child, buyers: buyers.child },
      ...{ site, gateway, bare, bare_direct, node },
    });
  } finally {
    for (const stop of stops.toReversed()) await stop();
  }
}
