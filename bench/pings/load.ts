import { Agent, request } from "node:http";
import { person } from "../../test/kills/people.ts";
import { seededRandom } from "../../test/support/random.ts";
import type { Answer, Load, LoadResult } from "./plan.ts";

/** The load generator, in a process of its own, so that it costs the measured process nothing. */
process.on("message", (load: Load) => {
  run(load).then((result) => process.send?.(result));
});
process.once("disconnect", () => process.exit(0));
process.send?.({ port: 0 });

/** Whoever gets no answer for so long is gone. */
const GIVE_UP_MS = 30_000;
const nowMs = (): number => Number(process.hrtime.bigint()) / 1e6;

async function run(load: Load): Promise<LoadResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: load.at_once });
  const result: LoadResult = { ms: 0, accepted: 0, odd: {}, answers: [] };
  const began = nowMs();
  await (load.rate === undefined ? closed(agent, load, result) : open(agent, load, load.rate, result));
  result.ms = nowMs() - began;
  agent.destroy();
  return result;
}

/** `at_once` requests are always under way until `count` are done. */
async function closed(agent: Agent, load: Load, result: LoadResult): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (next < load.count) await one(agent, load, next++, nowMs(), result);
  };
  await Promise.all(Array.from({ length: Math.min(load.at_once, load.count) }, lane));
}

/** Arrivals come when they come. */
async function open(agent: Agent, load: Load, rate: number, result: LoadResult): Promise<void> {
  const random = seededRandom(load.seed ?? 1);
  const under: Promise<void>[] = [];
  let due = nowMs();
  for (let i = 0; i < load.count; i++) {
    due += (-Math.log(1 - random()) * 1_000) / rate;
    const wait = due - nowMs();
    // A timer rings up to a millisecond late; what is due within that is sent now.
    if (wait > 1) await new Promise((resolve) => setTimeout(resolve, wait - 1));
    under.push(one(agent, load, i, Math.min(due, nowMs()), result));
  }
  await Promise.all(under);
}

async function one(agent: Agent, load: Load, i: number, due: number, result: LoadResult): Promise<void> {
  const mark = `${load.name}_${i}`;
  const { status, text, retry_after } = await post(agent, load, bodyOf(load, mark, i));
  const good = text.includes(load.good);
  const answer: Answer = { mark, due, at: nowMs(), status, good };
  if (retry_after !== undefined) answer.retry_after = retry_after;
  const kept = load.keep === undefined ? undefined : new RegExp(load.keep).exec(text)?.[1];
  if (kept !== undefined) answer.kept = kept;
  result.answers.push(answer);
  if (good) result.accepted++;
  else {
    const kind = `${status} ${/"code":"(\w+)"/.exec(text)?.[1] ?? text.slice(0, 80)}`;
    result.odd[kind] = (result.odd[kind] ?? 0) + 1;
  }
}

function bodyOf(load: Load, mark: string, i: number): string {
  const body = load.body.replaceAll("{{mark}}", mark);
  const one = load.people?.[i];
  if (one === undefined) return body;
  return body.replaceAll("{{value}}", one.value ?? "").replaceAll("{{phone}}", person(one.number).phone);
}

interface Got {
  status: number;
  text: string;
  retry_after?: number;
}

function post(agent: Agent, load: Load, body: string): Promise<Got> {
  const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body), ...load.headers };
  return new Promise((resolve) => {
    const sent = request(load.url, { method: "POST", agent, headers, timeout: GIVE_UP_MS }, (answer) => {
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (chunk: string) => {
        text += chunk;
      });
      const retry = answer.headers["retry-after"];
      const got = { status: answer.statusCode ?? 0, ...(retry === undefined ? {} : { retry_after: Number(retry) }) };
      answer.on("end", () => resolve({ ...got, text }));
      answer.on("error", (error) => resolve({ status: 0, text: error.message }));
    });
    sent.on("timeout", () => sent.destroy(new Error("given up")));
    sent.on("error", (error) => resolve({ status: 0, text: error.message }));
    sent.end(body);
  });
}
