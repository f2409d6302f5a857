import { env } from "cloudflare:workers";

/** How a call to D1 goes. `lost`: it is done, but the caller only sees a broken connection. */
export type Fault = "none" | "throws" | "hangs" | "lost";
export interface LedgerCall {
  /** Counts the calls since the faults were put in. */
  n: number;
  batch: boolean;
}

type Call = (...args: unknown[]) => Promise<unknown>;
const away = () => new Error("D1_ERROR: Network connection lost.");

/**
 * D1 as it fails: the Worker and the objects share one binding here, so all of them meet these faults. Put back with `end()`;
 * calls that hung hang for ever.
 */
export class LedgerFaults {
  calls = 0;
  private readonly restore: (() => void)[] = [];

  constructor(private readonly faultOf: (call: LedgerCall) => Fault) {
    this.wrap(env.DB, "batch", true);
    const statement = Object.getPrototypeOf(env.DB.prepare("SELECT 1")) as object;
    for (const name of ["first", "run", "all", "raw"]) this.wrap(statement, name, false);
  }

  end(): void {
    for (const put of this.restore.splice(0)) put();
  }

  private wrap(target: object, name: string, batch: boolean): void {
    const own = Object.getOwnPropertyDescriptor(target, name);
    const real = Reflect.get(target, name) as Call;
    const call = (self: unknown, args: unknown[]) => this.call(() => Reflect.apply(real, self, args), batch);
    Object.defineProperty(target, name, {
      configurable: true,
      writable: true,
      value(this: unknown, ...args: unknown[]) {
        return call(this, args);
      },
    });
    this.restore.push(() => {
      if (own) Object.defineProperty(target, name, own);
      else Reflect.deleteProperty(target, name);
    });
  }

  private async call(real: () => Promise<unknown>, batch: boolean): Promise<unknown> {
    const fault = this.faultOf({ n: this.calls++, batch });
    if (fault === "throws") throw away();
    if (fault === "hangs") return new Promise(() => {});
    const result = await real();
    if (fault === "lost") throw away();
    return result;
  }
}

export const ledgerAway = (fault: "throws" | "hangs"): LedgerFaults => new LedgerFaults(() => fault);

export async function rows<T = Record<string, unknown>>(sql: string, ...values: (string | number)[]): Promise<T[]> {
  const result = await env.DB.prepare(sql)
    .bind(...values)
    .all<T>();
  return result.results;
}
