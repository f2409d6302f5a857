import { CAMPAIGNS, crumbsOf, pageOf } from "../records/room.ts";
import type { Typed } from "../records/routes.ts";
import type { Problem } from "../shell/api.ts";
import type { ConsoleContext } from "../shell/context.ts";
import { errorOf } from "../shell/forms.tsx";
import { consolePage } from "../shell/page.tsx";
import { Field, Fields, Section, Select } from "../shell/parts.tsx";

/** Members of the form by their path in the record. */
const INPUTS = [
  { path: "name", label: "Name", group: "Campaign" },
  { path: "auction.floor", label: "Floor", group: "Auction", hint: "The least a buyer must pay." },
  { path: "auction.publisher_share", label: "Publisher's share, percent", group: "Auction" },
  { path: "auction.min_margin", label: "Least margin", group: "Auction", hint: "Stays with the gateway on each sale." },
  { path: "deadlines.ping_ms", label: "Ping answered within, ms", group: "Deadlines" },
  { path: "deadlines.post_ms", label: "Post answered within, ms", group: "Deadlines" },
  { path: "deadlines.lead_ms", label: "One step answered within, ms", group: "Deadlines" },
  { path: "ping_ttl_s", label: "A ping id lives, s", group: "Deadlines" },
  { path: "duplicate_window_days", label: "Days until the same consumer again", group: "Consumers" },
  { path: "consent.max_age_hours", label: "Consent at most so many hours old", group: "Consumers" },
] as const;
const NUMBER = /^-?\d+(?:\.\d+)?$/;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function at(record: Record<string, unknown>, path: string): unknown {
  return path.split(".").reduce<unknown>((value, name) => (isObject(value) ? value[name] : undefined), record);
}

export function typedOfRecord(record: Record<string, unknown>): Typed {
  const values = INPUTS.map(({ path }) => [path, at(record, path)] as const);
  const typed = Object.fromEntries(values.map(([path, value]) => [path, value === undefined ? "" : String(value)]));
  return { ...typed, "auction.mode": String(at(record, "auction.mode") ?? "") };
}

/** The record with what was typed; empty takes a member away, so that its default holds. */
export function readForm(typed: Typed, present: Record<string, unknown>): { record: Record<string, unknown> } {
  const record: Record<string, unknown> = { ...present };
  for (const path of [...INPUTS.map((one) => one.path), "auction.mode"]) {
    const text = (typed[path] ?? "").trim();
    const value = text === "" ? undefined : path !== "name" && NUMBER.test(text) ? Number(text) : text;
    const [group = "", name] = path.split(".");
    if (name === undefined) {
      if (value === undefined) delete record[group];
      else record[group] = value;
      continue;
    }
    const before = record[group];
    const { [name]: _old, ...rest } = isObject(before) ? before : {};
    const inner = value === undefined ? rest : { ...rest, [name]: value };
    if (Object.keys(inner).length > 0 || before !== undefined) record[group] = inner;
  }
  return { record };
}

export function editPage(
  c: ConsoleContext,
  { id, typed, problem }: { id: string; typed: Typed; problem?: Problem },
): Response {
  const known = new Set<string>([...INPUTS.map(({ path }) => path), "auction.mode"]);
  const others = problem?.errors.filter(({ field }) => !known.has(field)) ?? [];
  const text =
    problem &&
    [problem.detail || problem.code, ...others.map(({ field, message }) => `${field} ${message}`)].join(". ");
  return consolePage(c, {
    title: `Edit ${typed.name || id}`,
    area: "campaigns",
    status: problem?.status,
    crumbs: crumbsOf(CAMPAIGNS, id),
    actions: <a href={`${pageOf(CAMPAIGNS, id)}/json`}>Everything, as JSON</a>,
    notice: text === undefined ? undefined : { tone: "bad", text },
    children: (
      <form method="post" action={`${pageOf(CAMPAIGNS, id)}/review`}>
        {typed.made_from && <input type="hidden" name="made_from" value={typed.made_from} />}
        {[...new Set(INPUTS.map(({ group }) => group))].map((group) => (
          <Section
            title={group}
            hint={group === "Auction" ? "What these would have sold is shown before they hold." : undefined}
          >
            <Fields>
              {group === "Auction" && (
                <Select
                  name="auction.mode"
                  label="Mode"
                  value={typed["auction.mode"]}
                  none="as usual: highest"
                  options={["highest", "priority_tiers"]}
                  error={errorOf(problem, "auction.mode")}
                />
              )}
              {INPUTS.filter((one) => one.group === group).map((input) => (
                <Field
                  name={input.path}
                  label={input.label}
                  value={typed[input.path]}
                  hint={"hint" in input ? input.hint : "Empty: as usual."}
                  required={input.path === "name"}
                  error={errorOf(problem, input.path)}
                />
              ))}
            </Fields>
          </Section>
        ))}
        <button type="submit" class="primary">
          Review changes
        </button>
      </form>
    ),
  });
}
