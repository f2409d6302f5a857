import type { XmlElement } from "@rgrove/parse-xml";
import type { Findings } from "./verdict.ts";
import { childElements, localName, type XsdModel } from "./xsd-model.ts";

/** What may stand within an element, one after the other. */
export interface Particle {
  kind: "element" | "sequence" | "choice" | "all" | "any";
  min: number;
  max: number;
  /** Of an element. */
  name: string;
  declaration?: XmlElement;
  parts: Particle[];
}

const MAX_DEPTH = 30;

/** The particle that a declaration's node makes; null for nodes that are none. */
export function particleOf(model: XsdModel, node: XmlElement, found: Findings, depth = 0): Particle | null {
  // Groups may name each other many times over: what they come to together is bounded, not only how deep.
  if (depth > MAX_DEPTH || !found.goOn(depth)) return null;
  const { minOccurs = "1", maxOccurs = "1", ref, name } = node.attributes;
  const occurs = {
    min: Number(minOccurs),
    max: maxOccurs === "unbounded" ? Number.POSITIVE_INFINITY : Number(maxOccurs),
  };
  const inner = (of: XmlElement): Particle[] =>
    childElements(of).flatMap((child) => particleOf(model, child, found, depth + 1) ?? []);
  switch (localName(node.name)) {
    case "element": {
      const declaration = ref === undefined ? node : model.elements.get(localName(ref));
      return { kind: "element", ...occurs, name: localName(ref ?? name ?? ""), declaration, parts: [] };
    }
    case "sequence":
      return { kind: "sequence", ...occurs, name: "", parts: inner(node) };
    case "choice":
      return { kind: "choice", ...occurs, name: "", parts: inner(node) };
    case "all":
      return { kind: "all", ...occurs, name: "", parts: inner(node) };
    case "any":
      found.skip("xs:any");
      return { kind: "any", ...occurs, name: "", parts: [] };
    case "group": {
      const group = model.groups.get(localName(ref ?? ""));
      return group ? { kind: "sequence", ...occurs, name: "", parts: inner(group) } : null;
    }
    default:
      return null;
  }
}

/** Looks at each child with its declaration; the order is judged here. */
export type Visit = (child: XmlElement, declaration: XmlElement | undefined, at: number) => void;

interface Run {
  children: XmlElement[];
  visit: Visit;
  /** What is missing at this place. */
  miss(what: string): void;
}

/** Takes children from `at` on, as many as the particle can; answers where it stopped. XML Schema's own rule makes looking one ahead enough. */
export function take(particle: Particle, run: Run, from: number): number {
  let at = from;
  for (let count = 0; count < particle.max; count++) {
    const next = begins(particle, run.children[at]) ? once(particle, run, at) : at;
    if (next === at) {
      if (count < particle.min && !emptiable(particle)) run.miss(wanted(particle));
      break;
    }
    at = next;
  }
  return at;
}

function once(particle: Particle, run: Run, from: number): number {
  const child = run.children[from];
  switch (particle.kind) {
    case "element":
      if (child) run.visit(child, particle.declaration, from);
      return from + 1;
    case "any":
      return from + 1;
    case "sequence":
      return particle.parts.reduce((at, part) => take(part, run, at), from);
    case "choice": {
      const branch = particle.parts.find((part) => begins(part, child));
      return branch ? take(branch, run, from) : from;
    }
    case "all":
      return inAnyOrder(particle, run, from);
  }
}

function inAnyOrder(particle: Particle, run: Run, from: number): number {
  const open = new Set(particle.parts);
  let at = from;
  for (let part = next(); part; part = next()) {
    open.delete(part);
    at = take(part, run, at);
  }
  for (const part of open) if (part.min > 0 && !emptiable(part)) run.miss(wanted(part));
  return at;

  function next(): Particle | undefined {
    return [...open].find((part) => begins(part, run.children[at]));
  }
}

/** Can the particle begin with this child? */
function begins(particle: Particle, child: XmlElement | undefined, depth = 0): boolean {
  if (!child || depth > MAX_DEPTH) return false;
  switch (particle.kind) {
    case "element":
      return particle.name === localName(child.name);
    case "any":
      return true;
    case "sequence":
      for (const part of particle.parts) {
        if (begins(part, child, depth + 1)) return true;
        if (part.min > 0 && !emptiable(part)) return false;
      }
      return false;
    default:
      return particle.parts.some((part) => begins(part, child, depth + 1));
  }
}

function emptiable(particle: Particle, depth = 0): boolean {
  if (depth > MAX_DEPTH) return true;
  const empty = (part: Particle): boolean => part.min === 0 || emptiable(part, depth + 1);
  if (particle.kind === "choice") return particle.parts.length === 0 || particle.parts.some(empty);
  return particle.kind !== "element" && particle.kind !== "any" && particle.parts.every(empty);
}

function wanted(particle: Particle): string {
  if (particle.kind === "element") return particle.name;
  if (particle.kind === "choice") return particle.parts.map(wanted).slice(0, 8).join(" or ");
  const first = particle.parts.find((part) => part.min > 0 && !emptiable(part));
  return first ? wanted(first) : "content";
}
