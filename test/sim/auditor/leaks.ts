import type { NumberedEvent } from "../../../schema/events.ts";
import type { Files } from "./files.ts";

/** As every lead of a world has it: nothing that is sealed looks like it. */
const PLAIN = /Canary\d|canary\.\d|15122\d{6}|198\.51\.1/;

/** The ledger, the queue and the log get nothing personal in plain. */
export function checkLeaks(files: Files, events: readonly NumberedEvent[]): void {
  for (const { table, row } of events)
    for (const [column, value] of Object.entries(row))
      if (typeof value === "string" && PLAIN.test(value))
        files.broken(null, `the ledger's ${table}.${column} has personal data in plain`);
}

export function checkWritten(files: Files, where: string, text: string): void {
  if (PLAIN.test(text)) files.broken(null, `${where} has personal data in plain`);
}
