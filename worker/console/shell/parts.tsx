import type { Child } from "hono/jsx";
import { useContext } from "hono/jsx";
import { count, dateTime, duration, money } from "./format.ts";
import { ViewerContext } from "./viewer.ts";

export { Button, Check, Confirm, Field, Fields, Select, TextArea } from "./forms.tsx";
export { type Column, Table } from "./table.tsx";

export type Tone = "good" | "bad" | "warn" | "quiet" | "info";

/** A part of a page under a heading of its own. */
export function Section(props: { title: string; hint?: Child; actions?: Child; children: Child; id?: string }) {
  return (
    <section id={props.id}>
      <header>
        <h2>{props.title}</h2>
        {props.actions && <div class="actions">{props.actions}</div>}
      </header>
      {props.hint && <p class="quiet">{props.hint}</p>}
      {props.children}
    </section>
  );
}

/** A word that says a state; the tone only underlines it. */
export function Badge({ tone = "quiet", children, title }: { tone?: Tone; children: Child; title?: string }) {
  return (
    <span class={`badge ${tone}`} title={title}>
      {children}
    </span>
  );
}

export function Money({ amount, currency }: { amount: number | null | undefined; currency?: string }) {
  return amount === null || amount === undefined ? (
    <span class="quiet">–</span>
  ) : (
    <span class="money">{money(amount, currency)}</span>
  );
}

/** A time in the viewer's zone; UTC as its title. */
export function When({ at }: { at: number | string | null | undefined }) {
  const { zone } = useContext(ViewerContext);
  const ms = typeof at === "string" ? Date.parse(at) : at;
  if (ms === null || ms === undefined || Number.isNaN(ms)) return <span class="quiet">–</span>;
  const iso = new Date(ms).toISOString();
  return (
    <time datetime={iso} title={`${iso} (UTC); shown in ${zone}`}>
      {dateTime(ms, zone)}
    </time>
  );
}

/** How long ago, the time itself as its title. */
export function Ago({ at }: { at: number | string | null | undefined }) {
  const { zone, now } = useContext(ViewerContext);
  const ms = typeof at === "string" ? Date.parse(at) : at;
  if (ms === null || ms === undefined || Number.isNaN(ms)) return <span class="quiet">–</span>;
  const ahead = ms > now;
  return (
    <time datetime={new Date(ms).toISOString()} title={`${dateTime(ms, zone)} ${zone}`}>
      {ahead ? `in ${duration(ms - now)}` : `${duration(now - ms)} ago`}
    </time>
  );
}

/** Nothing here: why, and what would bring something. */
export function Empty({ children }: { children: Child }) {
  return <p class="empty">{children}</p>;
}

/** How much of a limit is used; text beside it says the figures, so that the picture is not alone. */
export function Bar({ used, limit, label, text }: { used: number; limit: number; label: string; text?: string }) {
  const share = limit > 0 ? used / limit : 1;
  const tone = share >= 1 ? "bad" : share >= 0.8 ? "warn" : "good";
  return (
    <span class="use">
      <span class="track" aria-hidden="true">
        <span class={`fill ${tone}`} style={`width:${Math.min(100, Math.round(share * 100))}%`}></span>
      </span>
      <span>
        <span class="hidden">{label}: </span>
        {text ?? `${count(used)} of ${count(limit)}`}
      </span>
    </span>
  );
}

export interface StatProps {
  name: string;
  value: Child;
  /** The figure's definition. */
  hint?: string;
  best_effort?: boolean;
  href?: string;
  tone?: Tone;
  /** Beneath the value: against what, since when. */
  note?: Child;
}

/** One figure. A row of them stands in `<Stats>`. */
export function Stat({ name, value, hint, best_effort, href, tone = "quiet", note }: StatProps) {
  return (
    <div class={`stat ${tone}`}>
      <dt title={hint}>
        {name}
        {best_effort && (
          <small title="Counted in memory and sampled: it may miss some, and no money is settled by it.">
            {" "}
            best effort
          </small>
        )}
      </dt>
      <dd>
        {href ? <a href={href}>{value}</a> : value}
        {note && <small>{note}</small>}
      </dd>
    </div>
  );
}
export function Stats({ children }: { children: Child }) {
  return <dl class="stats">{children}</dl>;
}

/** Names and values of one thing. */
export function Facts({ children }: { children: Child }) {
  return <dl class="facts">{children}</dl>;
}
export function Fact({ name, children, hint }: { name: string; children: Child; hint?: string }) {
  return (
    <div>
      <dt title={hint}>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

export function Tabs({
  label,
  tabs,
  now,
}: {
  label: string;
  tabs: { href: string; label: Child; id: string }[];
  now: string;
}) {
  return (
    <nav class="tabs" aria-label={label}>
      {tabs.map((tab) => (
        <a href={tab.href} aria-current={tab.id === now ? "page" : undefined}>
          {tab.label}
        </a>
      ))}
    </nav>
  );
}

/** Cursor paging: there is a next page or not. */
export function Pager({ next, first }: { next?: string | null; first?: string | null }) {
  if (!next && !first) return null;
  return (
    <nav class="pager" aria-label="Pages">
      {first && <a href={first}>Back to the first page</a>}
      {next && (
        <a href={next} rel="next">
          Next page
        </a>
      )}
    </nav>
  );
}

/** Text that is made to be copied; the button works with script, the text without. */
export function Copy({ text, label = "Copy" }: { text: string; label?: string }) {
  return (
    <span class="copy">
      <code>{text}</code>
      <button type="button" class="link" data-copy={text} aria-label={`${label}: ${text}`}>
        {label}
      </button>
    </span>
  );
}
/** Text in a box; it scrolls by keyboard too. */
export function CodeBlock({ text }: { text: string }) {
  return (
    <div class="code">
      <pre tabindex={0}>
        <code>{text}</code>
      </pre>
      <button type="button" class="link" data-copy={text}>
        Copy
      </button>
    </div>
  );
}

/** Personal data that is not shown until somebody opens it. */
export function Masked({ what = "personal data" }: { what?: string }) {
  return (
    <span class="masked" title={`${what}: sealed. Opening it is written to the audit.`}>
      ••••••<span class="hidden"> {what}, sealed</span>
    </span>
  );
}
