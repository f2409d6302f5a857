import { compileDialect } from "../../worker/buyers/dialects/index.ts";
import { buildJson, buildXml, readJson, readXml } from "./by-hand.ts";
import { JSON_ANSWERS, JSON_DIALECT, LEADS, XML_ANSWERS, XML_DIALECT } from "./cases.ts";

/** One way to do one thing, over and over, on workerd. `?check=1`: do dialect and hand come to the same? */

const json = compileDialect(JSON_DIALECT);
const xml = compileDialect(XML_DIALECT);
const CONTEXT = { after_unknown: false, idempotent: true };

const over =
  <I>(inputs: readonly I[], work: (input: I) => unknown) =>
  (n: number): unknown =>
    work(inputs[n % inputs.length] as I);

const WORK: Record<string, (n: number) => unknown> = {
  "json build dialect": over(LEADS, (facts) => json.buildPost(facts)),
  "json build hand": over(LEADS, (facts) => ({ ok: true, request: buildJson(facts) })),
  "json read dialect": over(JSON_ANSWERS, (answer) => json.readOutcome(answer, CONTEXT)),
  "json read hand": over(JSON_ANSWERS, readJson),
  "xml build dialect": over(LEADS, (facts) => xml.buildPost(facts)),
  "xml build hand": over(LEADS, (facts) => ({ ok: true, request: buildXml(facts) })),
  "xml read dialect": over(XML_ANSWERS, (answer) => xml.readOutcome(answer, CONTEXT)),
  "xml read hand": over(XML_ANSWERS, readXml),
  compile: over([JSON_DIALECT, XML_DIALECT], compileDialect),
};

/** What both of a pair must agree on. */
function told(result: unknown): string {
  const { outcome, price, buyer_lead_id, reason, ...rest } = result as Record<string, unknown>;
  return JSON.stringify(outcome === undefined ? rest : { outcome, price, buyer_lead_id, reason: reason || undefined });
}

function check(): string[] {
  return Object.keys(WORK)
    .filter((name) => name.endsWith("dialect"))
    .flatMap((name) =>
      LEADS.flatMap((_, n) => {
        const [ours, theirs] = [told(WORK[name]?.(n)), told(WORK[name.replace("dialect", "hand")]?.(n))];
        return ours === theirs ? [] : [`${name}: ${ours} is not ${theirs}`];
      }),
    );
}

export default {
  fetch(request: Request): Response {
    const { searchParams } = new URL(request.url);
    if (searchParams.has("check")) return Response.json(check());
    const work = WORK[searchParams.get("work") ?? ""];
    if (!work) return Response.json(Object.keys(WORK));
    const count = Number(searchParams.get("count"));
    let last: unknown;
    for (let n = 0; n < count; n++) last = work(n);
    return Response.json(typeof last);
  },
};
