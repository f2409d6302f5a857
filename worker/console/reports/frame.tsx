import type { Child } from "hono/jsx";
import type { Problem } from "../shell/api.ts";
import type { ConsoleContext } from "../shell/context.ts";
import { consolePage, problemPage } from "../shell/page.tsx";
import { Field, Fields, Select, Tabs } from "../shell/parts.tsx";
import { type Asked, asked, type FILTERS, linkTo, PRESETS } from "./asked.ts";

export const PAGES = [
  { id: "summary", path: "/ops/reports", label: "Summary" },
  { id: "groups", path: "/ops/reports/groups", label: "By group" },
  { id: "reasons", path: "/ops/reports/reasons", label: "Reasons" },
  { id: "bids", path: "/ops/reports/bids", label: "Bids" },
  { id: "lost", path: "/ops/reports/lost", label: "Caps and breakers" },
  { id: "figures", path: "/ops/reports/figures", label: "Definitions" },
] as const;
export type PageId = (typeof PAGES)[number]["id"];

export interface Shown {
  children: Child;
  /** Files of the same rows. */
  files?: { label: string; href: string }[];
  scripts?: string[];
}
type Filter = (typeof FILTERS)[number];

/** A page of the reports: range, zone and filters above, what `make` reads beneath. A page that cannot be read says why. */
export async function reportPage(
  c: ConsoleContext,
  id: PageId,
  filters: readonly Filter[],
  make: (of: Asked) => Promise<Shown | { problem: Problem }>,
): Promise<Response> {
  const of = asked(c);
  const own: Asked = {
    ...of,
    filters: Object.fromEntries(filters.flatMap((f) => (of.filters[f] ? [[f, of.filters[f]]] : []))),
  };
  const made = of.wrong ? { children: null } : await make(own);
  // A name that no id can be, or a range that is too long for its step: said above, and what was typed stays.
  if ("problem" in made && made.problem.status !== 422) return problemPage(c, made.problem, "reports");
  const problem = "problem" in made ? made.problem : undefined;
  const { children, files = [], scripts = [] } = "problem" in made ? ({ children: null } as Shown) : made;
  return consolePage(c, {
    title: "Reports",
    area: "reports",
    scripts: scripts,
    actions: files.map(({ label, href }) => (
      <a class="button" href={href} download>
        {label}
      </a>
    )),
    children: (
      <>
        <link rel="stylesheet" href="/console/reports.css" />
        <Tabs
          label="Reports"
          now={id}
          tabs={PAGES.map(({ id: page, path, label }) => ({ id: page, href: linkTo(path, of), label }))}
        />
        {id !== "figures" && (
          <Range
            of={of}
            path={PAGES.find((page) => page.id === id)?.path ?? ""}
            filters={filters}
            extra={c.req.query("group")}
          />
        )}
        {problem && (
          <p class="notice bad" role="alert">
            {problem.errors.map(({ field, message }) => `${field} ${message}`).join("; ") || problem.detail}
          </p>
        )}
        {children}
      </>
    ),
  });
}

function Range({ of, path, filters, extra }: { of: Asked; path: string; filters: readonly Filter[]; extra?: string }) {
  const error = (field: "from" | "to" | "zone") => (of.wrong?.field === field ? of.wrong.message : undefined);
  return (
    <form method="get" action={path} class="range" aria-label="Range and filters">
      {extra && <input type="hidden" name="group" value={extra} />}
      <input type="hidden" name="shown" value={of.wrong ? "" : `${of.from}/${of.to}`} />
      <Fields>
        <Select name="range" label="Range" value={of.range} options={PRESETS} />
        <Field name="from" label="From" type="date" value={of.from} error={error("from")} />
        <Field name="to" label="To, inclusive" type="date" value={of.to} error={error("to")} />
        <Field name="zone" label="Time zone" value={of.zone} error={error("zone")} />
        {filters.map((name) => (
          <Field name={name} label={`Only this ${name}`} value={of.filters[name] ?? ""} placeholder="all, or its id" />
        ))}
      </Fields>
      <button type="submit" class="primary">
        Show
      </button>
    </form>
  );
}
