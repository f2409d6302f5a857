import type { Load } from "../gateway/admission.ts";
import type { Gateway } from "../gateway/gateway.ts";
import type { FlowProblem } from "./answers.ts";

export const overloaded = (retry_after_s: number): FlowProblem => ({
  kind: "problem",
  status: 429,
  code: "overloaded",
  detail: "The gateway has as much work as it can do in time. Nothing was read or sold; send the same request again.",
  retry_after_s,
});

/** Does the work if the isolate has room for it. The room is free again when the answer is there. */
export async function admitted<T>(
  g: Gateway,
  load: Load,
  publisher_id: string,
  work: () => Promise<T>,
): Promise<T | FlowProblem> {
  const { admission, gauges } = g.isolate;
  const leave = admission.enter(load, publisher_id, g.deps.now());
  if (!leave) {
    gauges.count("refused_by_load");
    return overloaded(admission.refuses(load, publisher_id, g.deps.now()) ?? 1);
  }
  try {
    return await work();
  } finally {
    leave();
  }
}
