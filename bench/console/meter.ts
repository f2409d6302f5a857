import { cpuMs, workerdsBelow } from "../shared/processes.ts";

/** Requests in a row, so that the ticks in which processor time is counted are small beside them. */
const IN_A_ROW = 5;
/** No look-up at all: what HTTP, the router and the local runtime's own front cost. */
export const EMPTY = "/docs/init.js";

const median = (values: number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** Requests in turns, and the processor time of all workerd processes that each took. */
export class Meter {
  readonly status = new Map<string, number>();
  private readonly sums = new Map<string, { cpu: number; n: number; walls: number[] }>();
  private readonly url: string;
  private readonly headers: Record<string, string>;
  private readonly workerds = workerdsBelow(process.pid);
  constructor(url: string, headers: Record<string, string>) {
    this.url = url;
    this.headers = headers;
  }

  async run(path: string, count: boolean): Promise<void> {
    const sum = this.sums.get(path) ?? { cpu: 0, n: 0, walls: [] };
    const before = cpuMs(this.workerds);
    for (let i = 0; i < IN_A_ROW; i++) {
      const began = performance.now();
      const { headers } = this;
      const response = await fetch(this.url + path, {
        headers,
        redirect: "manual",
        signal: AbortSignal.timeout(60_000),
      });
      await response.arrayBuffer();
      this.status.set(path, response.status);
      if (count) sum.walls.push(performance.now() - began);
    }
    if (!count) return;
    sum.cpu += cpuMs(this.workerds) - before;
    sum.n += IN_A_ROW;
    this.sums.set(path, sum);
  }

  cpu(path: string): number {
    const sum = this.sums.get(path);
    return sum ? sum.cpu / sum.n : 0;
  }
  wall(path: string): number {
    return median(this.sums.get(path)?.walls ?? []);
  }
}
