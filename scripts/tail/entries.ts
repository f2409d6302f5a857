import * as z from "zod";
import type { LogLine } from "../../worker/telemetry/log.ts";
import type { Piece } from "./documents.ts";

/** One thing to show. `at`: epoch ms, where the log knows it. */
export type Entry =
  | { kind: "line"; line: LogLine & { event: string }; at: number | null; text: string }
  /** Somebody's words, an exception, a request that ended badly. */
  | { kind: "words"; text: string; level: string; at: number | null }
  /** Not ours: passed on as it is. */
  | { kind: "other"; text: string };

const lineSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));

/** What `wrangler tail --format json` prints for one event of the Worker. */
const eventSchema = z.looseObject({
  outcome: z.string(),
  eventTimestamp: z.number().nullish(),
  logs: z.array(z.looseObject({ message: z.array(z.unknown()), level: z.string(), timestamp: z.number().nullish() })),
  exceptions: z
    .array(z.looseObject({ name: z.string(), message: z.string(), timestamp: z.number().nullish() }))
    .default([]),
});

export function entriesOf({ text, value }: Piece): Entry[] {
  if (value === undefined) return [{ kind: "other", text }];
  const ours = lineOf(value);
  if (ours) return [{ kind: "line", line: ours, at: null, text }];
  const event = eventSchema.safeParse(value);
  if (!event.success) return [{ kind: "other", text }];
  const { outcome, eventTimestamp, logs, exceptions } = event.data;
  const began = eventTimestamp ?? null;
  return [
    ...logs.flatMap(({ message, level, timestamp }) => message.map((one) => logged(one, level, timestamp ?? began))),
    ...exceptions.map(
      ({ name, message, timestamp }): Entry => ({
        ...{ kind: "words", level: "error" },
        text: `${name}: ${message}`,
        at: timestamp ?? began,
      }),
    ),
    ...(outcome === "ok" || outcome === "canceled"
      ? []
      : [{ kind: "words", level: "error", text: `the Worker's event ended: ${outcome}`, at: began } as const]),
  ];
}

function logged(message: unknown, level: string, at: number | null): Entry {
  const text = typeof message === "string" ? message : JSON.stringify(message);
  const line = lineOf(parsed(text));
  return line ? { kind: "line", line, at, text } : { kind: "words", text, level, at };
}

function lineOf(value: unknown): (LogLine & { event: string }) | null {
  const line = lineSchema.safeParse(value);
  if (!line.success) return null;
  const { event } = line.data;
  return typeof event === "string" ? { ...line.data, event } : null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
