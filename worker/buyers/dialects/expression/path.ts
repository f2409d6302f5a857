import { DialectProblem } from "./problem.ts";

/** One step into a document: a member (or list position), every member, the first of that name at any depth, the first with that value. */
export type PathStep =
  | { kind: "member"; name: string }
  | { kind: "every" }
  | { kind: "anywhere"; name: string }
  | { kind: "where"; name: string; value: string };

/** Marks an object as one XML element: `*` over it is a list of one, where a JSON object's `*` are its members. */
export const ELEMENT: unique symbol = Symbol("element");

const MAX_STEPS = 20;
/** Values that one path visits at most: what an answer can make us do is bounded. */
const MAX_VISITED = 2_000;

/**
 * `data.bids.0.price`, `Errors.*.Message` (all of them, as a list), `..price` (anywhere below), `["a name"].b`, `Error.@Code` (an XML
 * attribute), `fields[name=status].value` (the first of a list with that member, whatever the case). The empty path is the whole.
 */
export function parsePath(text: string): PathStep[] {
  const steps: PathStep[] = [];
  const parts =
    /\[\s*(?:"([^"]*)"|'([^']*)'|(\d+|\*))\s*\]|(\.\.)?([^.[\]]+)|(\.)|\[\s*([\w@#-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\]"'\s]+))\s*\]/gy;
  let expectsName = false;
  for (let match = parts.exec(text); match; match = parts.exec(text)) {
    const [, double, single, position, deep, name, dot, key, ...wanted] = match;
    if (key !== undefined) {
      steps.push({ kind: "where", name: key, value: wanted.find((value) => value !== undefined) ?? "" });
      expectsName = false;
    } else if (dot !== undefined) {
      if (expectsName || match.index === 0) throw new DialectProblem(`path ${text}: a name is missing`);
      expectsName = true;
    } else {
      steps.push(stepOf(double ?? single ?? position ?? name ?? "", deep !== undefined, double ?? single));
      expectsName = false;
    }
    if (parts.lastIndex === text.length) break;
  }
  const read = text === "" || parts.lastIndex === text.length;
  if (!read || expectsName) throw new DialectProblem(`path ${text}: cannot be read`);
  if (steps.length > MAX_STEPS) throw new DialectProblem(`path ${text}: has more than ${MAX_STEPS} steps`);
  return steps;
}

function stepOf(name: string, deep: boolean, quoted: string | undefined): PathStep {
  if (deep) return { kind: "anywhere", name };
  return name === "*" && quoted === undefined ? { kind: "every" } : { kind: "member", name };
}

/** Compiles a path. With `*` in it the result is a list of what was found (undefined, if nothing); else one value. */
export function compilePath(text: string): (document: unknown) => unknown {
  const steps = parsePath(text);
  const single = steps.every(({ kind }) => kind === "member");
  if (single) return (document) => plain(steps.reduce<unknown>((value, step) => member(value, nameOf(step)), document));
  const list = steps.some(({ kind }) => kind === "every");
  return (document) => {
    let found = [document];
    for (const step of steps) found = found.flatMap((value) => follow(value, step)).slice(0, MAX_VISITED);
    const values = found.map(plain).filter((value) => value !== undefined && value !== null);
    return list ? (values.length > 0 ? values : undefined) : values[0];
  };
}

const nameOf = (step: PathStep): string => (step.kind === "member" ? step.name : "");

function follow(value: unknown, step: PathStep): unknown[] {
  if (step.kind === "every") return everyMember(value);
  if (step.kind === "where") return firstWhere(value, step.name, step.value);
  const found = step.kind === "member" ? member(value, step.name) : anywhere(value, step.name);
  return found === undefined ? [] : [found];
}

/** A value that stands alone counts as a list of one: XML does not tell them apart. */
function everyMember(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  if (typeof value === "object" && value !== null && !(ELEMENT in value)) return Object.values(value);
  return value === undefined || value === null || value === "" ? [] : [value];
}

/** The first of a list (or the one that stands alone) that has this value, compared as text. */
function firstWhere(value: unknown, name: string, wanted: string): unknown[] {
  const found = [value].flat().find((item) => {
    const own = typeof item === "object" && item !== null ? plain(member(item, name)) : undefined;
    return own !== undefined && typeof own !== "object" && String(own).trim().toLowerCase() === wanted.toLowerCase();
  });
  return found === undefined ? [] : [found];
}

/** Own members only. In a list: the position, or the first element that has the name; position 0 of what is no list is itself. */
function member(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null) return name === "0" && value !== null ? value : undefined;
  if (Array.isArray(value)) {
    if (/^\d{1,6}$/.test(name)) return value[Number(name)];
    const holder = value.find((item) => typeof item === "object" && item !== null && Object.hasOwn(item, name));
    return holder === undefined ? undefined : (holder as Record<string, unknown>)[name];
  }
  if (Object.hasOwn(value, name)) return (value as Record<string, unknown>)[name];
  return name === "0" ? value : undefined;
}

function anywhere(document: unknown, name: string): unknown {
  const open: unknown[] = [document];
  for (let at = 0; at < open.length; at++) {
    const value = open[at];
    if (typeof value !== "object" || value === null) continue;
    if (!Array.isArray(value) && Object.hasOwn(value, name)) return (value as Record<string, unknown>)[name];
    open.push(...Object.values(value).slice(0, MAX_VISITED - open.length));
  }
  return undefined;
}

/** An XML element with attributes stands for its text. */
function plain(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.hasOwn(value, "#text") ? (value as Record<string, unknown>)["#text"] : value;
}
