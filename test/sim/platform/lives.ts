import { AccountCore } from "../../../durable-objects/account/core.ts";
import { BookRunner } from "../../../durable-objects/book/runner.ts";
import type { NumberedEvent } from "../../../schema/events.ts";
import { probePing, probePost } from "../../../worker/flows/probe.ts";
import type { SimGateway } from "./gateway.ts";
import type { Boot } from "./objects.ts";

/** Calls of an account that name its buyer first. */
const NAMED = new Set(["health", "terms", "entry"]);
const REARM_MS = 30_000;

/** The shells of production (durable-objects/*.ts) in small: what happens when the platform makes an object's instance. */
export function bootBook(gateway: SimGateway, shard: string): Boot {
  return ({ sql, now, timer, setAlarm, caller }) => {
    const book = new BookRunner({
      sql,
      shard,
      now,
      timer,
      setAlarm,
      effects: {
        enqueue: async (messages) => {
          await Promise.all(messages.map((message) => gateway.queue.send(caller, message, 0)));
        },
        settleConsumer: async (other, ...args) => {
          await gateway.object(`book:${other}`).call(caller, "settleConsumer", args);
        },
        project: (object, events) => gateway.d1.project(caller, object, events),
        failed: () => {},
      },
    });
    book.start();
    // For the end of a world: without a promise.
    const asked = (method: string, args: unknown[]) =>
      method === "storyNow" ? book.core.story(String(args[0])) : invoke(book, method, args);
    return { invoke: asked, alarm: () => book.alarm() };
  };
}

export function bootAccount(gateway: SimGateway, buyer: string): Boot {
  return ({ sql, now, setAlarm, caller }) => {
    const core = new AccountCore(sql, buyer, now);
    let armed: number | null = null;
    const arm = (at: number) => {
      armed = at;
      setAlarm(at);
    };
    const ports = {
      project: (object: string, events: NumberedEvent[]) => gateway.d1.project(caller, object, events),
      probes: {
        ping: (endpoint_id: string) => gateway.whileAlive(caller, (g) => probePing(g, endpoint_id)),
        post: (endpoint_id: string) => gateway.whileAlive(caller, (g) => probePost(g, endpoint_id)),
      },
    };
    return {
      invoke: (method, args) => {
        const reply = invoke(core, method, NAMED.has(method) ? args.slice(1) : args);
        const next = core.next();
        if (next !== null && (armed === null || next < armed)) arm(next);
        return reply;
      },
      alarm: async () => {
        arm(now() + REARM_MS);
        await core.work(ports);
        const next = core.next();
        armed = next;
        setAlarm(next);
      },
    };
  };
}

function invoke(target: object, method: string, args: unknown[]): unknown {
  const work = Reflect.get(target, method) as unknown;
  if (typeof work !== "function") throw new Error(`no such call: ${method}`);
  return Reflect.apply(work, target, args);
}
