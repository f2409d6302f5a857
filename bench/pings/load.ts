import { Agent, request } from "node:http";
import type { Load, LoadResult } from "./plan.ts";

/** The load generator, in a process of its own: `at_once` pings are always under way until `count` are done. */
process.on("message", (load: Load) => {
  run(load).then((result) => process.send?.(result));
});
process.once("disconnect", () => process.exit(0));
process.send?.({ port: 0 });

async function run(load: Load): Promise<LoadResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: load.at_once });
  const result: LoadResult = { ms: 0, statuses: {}, accepted: 0, took: [], ended: [] };
  let next = 0;
  const began = process.hrtime.bigint();
  const lane = async () => {
    while (next < load.count) {
      const mark = `${load.name}_${next++}`;
      const from = process.hrtime.bigint();
      const { status, text } = await post(agent, load, mark);
      const at = process.hrtime.bigint();
      result.statuses[status] = (result.statuses[status] ?? 0) + 1;
      if (text.includes(load.good)) result.accepted++;
      result.took.push(Number(at - from) / 1e6);
      result.ended.push([mark, String(at)]);
    }
  };
  await Promise.all(Array.from({ length: load.at_once }, lane));
  result.ms = Number(process.hrtime.bigint() - began) / 1e6;
  agent.destroy();
  return result;
}

function post(agent: Agent, load: Load, mark: string): Promise<{ status: number; text: string }> {
  const body = load.body.replaceAll("{{mark}}", mark);
  const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body), ...load.headers };
  return new Promise((resolve) => {
    const sent = request(load.url, { method: "POST", agent, headers }, (answer) => {
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (chunk: string) => {
        text += chunk;
      });
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, text }));
      answer.on("error", () => resolve({ status: 0, text: "" }));
    });
    sent.on("error", () => resolve({ status: 0, text: "" }));
    sent.end(body);
  });
}
