import type { DialectConfig } from "../../../schema/config/dialect.ts";
import type { Fields } from "../../../schema/rpc/auction.ts";
import type { WireRequest } from "../../../schema/rpc/dialer.ts";
import { withLong, withSpecial } from "./people.ts";
import { told } from "./post-checks.ts";
import { fail, pass, skipped, type Verdict } from "./report.ts";
import type { Meddled, Trial } from "./trial.ts";

const STEPS = skipped("the dialect has steps before its post: what they carry cannot be made up");
const NOBODY = skipped("no bid for it");
const NO_ROOM = skipped("no requests left");
/** What must be refused must be refused without a bid too. */
const NO_BID = { carried: {}, price: null };

/** A no, whatever words it has: not a yes, not a breakdown, and not silence. */
function refused(meddled: Meddled | null, todo: string): Verdict {
  if (!meddled) return skipped("the request could not be built");
  const { result, reading } = meddled;
  if (result.kind !== "answer")
    return fail(`no answer: ${result.kind === "failed" ? result.error : result.kind}`, todo);
  const said = `HTTP ${result.status}${reading ? `, read as ${reading.outcome}` : ""}`;
  if (reading?.outcome === "accepted") return fail(`it was accepted (${said})`, todo);
  return result.status >= 500 ? fail(`it broke (${said})`, todo) : pass(`refused (${said})`);
}

/** Names of the secrets that signatures are made with, and of all others. */
function secretsOf({ post, auth }: DialectConfig, all: string[]): { signing: string[]; others: string[] } {
  const signing = new Set(
    [...JSON.stringify(post.request.sign).matchAll(/secret\.(\w+)/g)].map(([, name = ""]) => name),
  );
  const used = JSON.stringify([auth ?? {}, { ...post.request, sign: [] }]);
  const others = all.filter((name) => new RegExp(`secret\\.${name}\\b`).test(used));
  return { signing: all.filter((name) => signing.has(name)), others };
}

const wrong = (secrets: Record<string, string>, names: string[]): Record<string, string> => ({
  ...secrets,
  ...Object.fromEntries(names.map((name) => [name, `wrong-${name}`])),
});

export async function credentials(trial: Trial): Promise<{ wrong_credential: Verdict; wrong_signature: Verdict }> {
  const { endpoint, secrets } = trial.input;
  const { signing, others } = secretsOf(endpoint.dialect, Object.keys(secrets));
  return {
    wrong_credential:
      others.length === 0
        ? skipped("the post carries no credential", "Protect the address: a key in a header, or a signature.")
        : await withWrong(trial, others, "Refuse a wrong credential with 401 or 403, and take nothing."),
    wrong_signature:
      signing.length === 0
        ? skipped("the dialect signs nothing")
        : await withWrong(
            trial,
            signing,
            "Verify the signature over the body as it arrived, before anything else; refuse with 401.",
          ),
  };
}

async function withWrong(trial: Trial, names: string[], todo: string): Promise<Verdict> {
  if (trial.dialect.steps.beforePost.length > 0) return STEPS;
  const { lead } = trial.next();
  if (!trial.has(2)) return NO_ROOM;
  const bid = (await trial.bid(lead)) ?? NO_BID;
  return refused(await trial.meddle(lead, bid, { secrets: wrong(trial.input.secrets, names) }), todo);
}

/** Half a body, and a lead without what every lead has. */
export async function badInput(trial: Trial): Promise<{ broken_body: Verdict; missing_fields: Verdict }> {
  if (trial.dialect.steps.beforePost.length > 0) return { broken_body: STEPS, missing_fields: STEPS };
  const { lead } = trial.next();
  if (!trial.has(3)) return { broken_body: NO_ROOM, missing_fields: NO_ROOM };
  const bid = (await trial.bid(lead)) ?? NO_BID;
  const half = (request: WireRequest): WireRequest => ({
    ...request,
    body: request.body?.slice(0, request.body.length >> 1) ?? null,
  });
  const { encoding } = trial.input.endpoint.dialect.post.request;
  const whole = encoding === "json" || encoding === "xml" || encoding === "soap";
  // A signature over half a body would be wrong: that alone would be refused.
  const signed = trial.input.endpoint.dialect.post.request.sign.length > 0;
  const broken_body = !whole
    ? skipped("a form cut in half is still a form")
    : refused(
        await trial.meddle(lead, bid, { request: half }),
        "Answer a body that cannot be parsed with 400, never with 500 and never with a yes.",
      );
  const bare: Fields = Object.fromEntries(Object.entries(lead).filter(([name]) => !PERSON.has(name)));
  const missing_fields = refused(
    await trial.meddle(bare, bid, {}),
    "Check what arrives: a lead without name and phone is refused with a reason, before it is bought.",
  );
  return {
    broken_body:
      signed && broken_body.state === "pass"
        ? { ...broken_body, found: `${broken_body.found}; its signature was that of the whole` }
        : broken_body,
    missing_fields,
  };
}

const PERSON = new Set(["first_name", "last_name", "phone", "email", "zip"]);

export async function values(trial: Trial): Promise<{ special_characters: Verdict; long_values: Verdict }> {
  const { texts } = trial.input;
  return {
    special_characters: await readable(
      trial,
      (lead) => withSpecial(lead, texts),
      "Take text as it comes: bind it as a parameter, escape it when you print it, read and store UTF-8.",
    ),
    long_values: await readable(
      trial,
      (lead) => withLong(lead, texts),
      "Take long values, cut them, or refuse the lead with a reason; do not break on them.",
    ),
  };
}

/** Whatever the buyer thinks of the lead, it must say so in a way that the dialect reads. */
async function readable(trial: Trial, change: (lead: Fields) => Fields, todo: string): Promise<Verdict> {
  const { lead, order } = trial.next(change);
  const bid = trial.has(2) ? await trial.bid(lead) : null;
  if (!bid) return NOBODY;
  const result = await trial.post(lead, order, bid);
  if (/content-type: text\/html/i.test(result.answer) && result.answer.includes("<script>x</script>"))
    return fail("it repeats markup of the lead in a page, unescaped", todo);
  const good = result.outcome === "accepted" || result.outcome === "rejected" || result.outcome === "duplicate";
  return good ? pass(told(result)) : fail(told(result), todo);
}
