import { once } from "node:events";

interface Target {
  id: string;
  title: string;
  webSocketDebuggerUrl: string;
}
/** A node of V8's sampling heap profile. */
interface Sampled {
  selfSize: number;
  children: Sampled[];
}

/** What an isolate allocates, by V8's sampling heap profiler over workerd's inspector. Memory outside V8's heap is not in it. */
export class Allocations {
  private readonly socket: WebSocket;
  private readonly waiting = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>();
  private next = 1;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.addEventListener("message", ({ data }) => this.heard(String(data)));
  }

  /** @throws when the runtime shows no isolate there */
  static async of(port: number): Promise<Allocations> {
    const targets = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as Target[];
    const target = targets.find(({ title, id }) => /gateway/.test(`${title} ${id}`)) ?? targets[0];
    if (!target) throw new Error("the inspector shows no isolate");
    const socket = new WebSocket(target.webSocketDebuggerUrl);
    await once(socket, "open");
    const found = new Allocations(socket);
    await found.call("HeapProfiler.enable", {});
    return found;
  }

  /** Bytes that are allocated meanwhile, collected or not: one sample in 8 KiB on average. */
  async during(work: () => Promise<unknown>): Promise<number> {
    await this.call("HeapProfiler.startSampling", {
      samplingInterval: 8_192,
      includeObjectsCollectedByMajorGC: true,
      includeObjectsCollectedByMinorGC: true,
    });
    await work();
    const { profile } = (await this.call("HeapProfiler.stopSampling", {})) as { profile: { head: Sampled } };
    return total(profile.head);
  }

  close(): void {
    this.socket.close();
  }

  private call(method: string, params: object): Promise<unknown> {
    const id = this.next++;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.socket.send(JSON.stringify({ id, method, params }));
    });
  }

  private heard(text: string): void {
    const { id, result, error } = JSON.parse(text) as { id?: number; result?: unknown; error?: { message: string } };
    const waiting = id === undefined ? undefined : this.waiting.get(id);
    if (id === undefined || !waiting) return;
    this.waiting.delete(id);
    if (error) waiting.reject(new Error(error.message));
    else waiting.resolve(result);
  }
}

const total = ({ selfSize, children }: Sampled): number =>
  children.reduce((sum, child) => sum + total(child), selfSize);
