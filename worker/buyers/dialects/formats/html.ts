import { decodeEntities } from "./entities.ts";

/** Characters of the text that are kept, tags and fields that are looked at. */
const MAX_TEXT = 20_000;
const MAX_TAGS = 5_000;
const MAX_FIELDS = 500;
const MAX_ATTRIBUTES = 50;

/** A page for people: what a proxy or a login sends where something else was asked for. */
export const isPage = (text: string): boolean =>
  /^\s*(?:<!--|<!doctype\s+html|<(?:html|head|body|title|h[1-6]|center|script|style|meta)\b)/i.test(
    text.slice(0, 2_000),
  );

/**
 * HTML as names and values, or undefined where there is no tag: each form field (`input`, `textarea`, chosen `option`) by its id and by its
 * name, each other element with an id by the text right in it, `title`, and `text`: the page without tags. Any order and quoting of
 * attributes; one pass.
 */
export function parseHtml(body: string): Record<string, unknown> | undefined {
  if (!/<[a-z!/]/i.test(body)) return undefined;
  const page = new Page();
  let at = 0;
  for (let tags = 0; at < body.length && tags < MAX_TAGS; tags++) {
    const open = body.indexOf("<", at);
    const text = body.slice(at, open < 0 ? body.length : open);
    page.addText(text);
    if (open < 0) break;
    at = page.addTag(body, open);
  }
  return page.done();
}

const TAG_NAME = /<(\/?)([a-z][a-z0-9]*)/iy;
const ATTRIBUTE = /[\s/]*([^\s=>/"'<]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']*)))?/y;
const BREAKS = new Set(["br", "p", "div", "tr", "li", "h1", "h2", "h3", "h4", "table", "option"]);
const HIDDEN = new Set(["script", "style"]);

class Page {
  private readonly fields = new Map<string, string>();
  private title = "";
  private text = "";
  /** What the next text belongs to. */
  private open: { names: string[]; tag: string } | null = null;
  private select: string[] = [];

  addText(raw: string): void {
    if (raw === "" || (this.open === null && this.text.length >= MAX_TEXT)) return;
    const text = decodeEntities(raw.slice(0, MAX_TEXT));
    if (this.open?.tag === "title") this.title ||= text.trim();
    else if (this.text.length < MAX_TEXT) this.text += text;
    if (this.open) for (const name of this.open.names) this.set(name, text.trim());
    this.open = null;
  }

  /** Takes the tag that begins at `from`; returns where the text after it begins. */
  addTag(body: string, from: number): number {
    if (body.startsWith("<!--", from)) return after(body, "-->", from + 4);
    if (body[from + 1] === "!" || body[from + 1] === "?") return after(body, ">", from);
    const name = stick(TAG_NAME, body, from);
    if (!name) {
      this.text += "<";
      return from + 1;
    }
    const tag = (name[2] ?? "").toLowerCase();
    const closing = name[1] === "/";
    const { attributes, end } = attributesOf(body, from + name[0].length);
    this.text += BREAKS.has(tag) ? "\n" : " ";
    this.open = null;
    // A tag that was cut off says nothing: half of a value may be another value.
    if (body[end - 1] !== ">") return end;
    if (closing) {
      if (tag === "select") this.select = [];
      return end;
    }
    if (HIDDEN.has(tag)) return closeOf(body, tag, end);
    this.note(tag, attributes);
    return end;
  }

  private note(tag: string, attributes: Map<string, string>): void {
    const names = [attributes.get("id") ?? "", attributes.get("name") ?? ""].filter((name) => name !== "");
    const value = attributes.get("value");
    if (tag === "input") {
      const unticked = /^(radio|checkbox)$/i.test(attributes.get("type") ?? "") && !attributes.has("checked");
      if (!unticked) for (const name of names) this.set(name, value ?? "");
    } else if (tag === "select") this.select = names;
    else if (tag === "option") {
      if (!attributes.has("selected")) return;
      if (value === undefined) this.open = { names: this.select, tag };
      else for (const name of this.select) this.set(name, value);
    } else if (tag === "title" || tag === "textarea" || attributes.has("id")) this.open = { names, tag };
  }

  private set(name: string, value: string): void {
    if (this.fields.size < MAX_FIELDS && !this.fields.get(name)) this.fields.set(name, value);
  }

  done(): Record<string, unknown> {
    const text = this.text
      .slice(0, MAX_TEXT)
      .replace(/[^\S\n]+/g, " ")
      .replace(/ ?\n[ \n]*/g, "\n")
      .trim();
    return { ...Object.fromEntries(this.fields), title: this.title, text };
  }
}

function attributesOf(body: string, from: number): { attributes: Map<string, string>; end: number } {
  const attributes = new Map<string, string>();
  let at = from;
  for (let count = 0; count < MAX_ATTRIBUTES; count++) {
    const found = stick(ATTRIBUTE, body, at);
    if (!found) break;
    const value = found[2] ?? found[3] ?? found[4] ?? "";
    const name = (found[1] ?? "").toLowerCase();
    if (!attributes.has(name)) attributes.set(name, decodeEntities(value));
    at += found[0].length;
  }
  return { attributes, end: after(body, ">", at) };
}

function after(body: string, mark: string, from: number): number {
  const at = body.indexOf(mark, from);
  return at < 0 ? body.length : at + mark.length;
}

function closeOf(body: string, tag: string, from: number): number {
  const close = new RegExp(`</${tag}`, "gi");
  close.lastIndex = from;
  return close.exec(body)?.index ?? body.length;
}

function stick(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}
