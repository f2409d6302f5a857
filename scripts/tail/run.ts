import { otelAttributes } from "../../worker/telemetry/points.ts";
import { Documents } from "./documents.ts";
import { type Entry, entriesOf } from "./entries.ts";
import { type Filter, fits } from "./filter.ts";
import { shown } from "./show.ts";

/** `lines`: for people; `json`: the lines themselves; `otel`: under OpenTelemetry's names. */
export type Form = "lines" | "json" | "otel";

/** Reads text as it comes and tells each entry that fits, one line each. */
export async function tail(
  source: AsyncIterable<string>,
  filter: Filter,
  form: Form,
  tell: (line: string) => void,
): Promise<void> {
  const documents = new Documents();
  const told = (pieces: Iterable<Parameters<typeof entriesOf>[0]>) => {
    for (const piece of pieces)
      for (const entry of entriesOf(piece)) {
        const text = fits(entry, filter) ? formed(entry, form) : null;
        if (text !== null) tell(text);
      }
  };
  for await (const chunk of source) told(documents.feed(chunk));
  told(documents.end());
}

/** Programs get our lines alone. */
function formed(entry: Entry, form: Form): string | null {
  if (form === "lines") return shown(entry);
  if (entry.kind !== "line") return null;
  const at = entry.at === null ? {} : { time: new Date(entry.at).toISOString() };
  return JSON.stringify({ ...at, ...(form === "otel" ? otelAttributes(entry.line) : entry.line) });
}
