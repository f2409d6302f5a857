import { CONSENT_TIME } from "../least-lead.ts";

/** A JSON value as a literal of a language: its words, and how it writes what is in between. */
interface Language {
  yes: string;
  no: string;
  nothing: string;
  text(value: string): string;
  member(name: string, value: string): string;
  open: string;
  close: string;
  /** The expression that holds the time of consent. */
  consent_time: string;
}

const json = (value: string): string => JSON.stringify(value);
const BRACES = { open: "{", close: "}", yes: "true", no: "false", nothing: "null" };

export const JAVASCRIPT: Language = {
  ...BRACES,
  text: json,
  member: (name, value) => `${name}: ${value}`,
  consent_time: "consentTime",
};
export const PYTHON: Language = {
  ...BRACES,
  ...{ yes: "True", no: "False", nothing: "None" },
  text: json,
  member: (name, value) => `${json(name)}: ${value}`,
  consent_time: "consent_time",
};
/** In single quotes only these two mean something. */
const phpText = (value: string): string => `'${value.replace(/[\\']/g, "\\$&")}'`;
export const PHP: Language = {
  ...{ open: "[", close: "]", yes: "true", no: "false", nothing: "null" },
  text: phpText,
  member: (name, value) => `${phpText(name)} => ${value}`,
  consent_time: "$consentTime",
};
export const CSHARP: Language = {
  ...BRACES,
  open: "new Dictionary<string, object> {",
  text: json,
  member: (name, value) => `[${json(name)}] = ${value}`,
  consent_time: "consentTime",
};

/** Short objects stand on one line. */
const WIDTH = 100;

/** A value of ours (plain objects, texts, numbers, booleans) as the language writes it; `depth`: steps of two spaces. */
export function literal(language: Language, value: unknown, depth = 0): string {
  if (typeof value === "string") return value === CONSENT_TIME ? language.consent_time : language.text(value);
  if (typeof value === "boolean") return value ? language.yes : language.no;
  if (typeof value !== "object" || value === null) return value === null ? language.nothing : String(value);
  const members = Object.entries(value).map(([name, one]) => language.member(name, literal(language, one, depth + 1)));
  const pad = language.close === "]" ? "" : " ";
  const line = `${language.open}${pad}${members.join(", ")}${pad}${language.close}`;
  if (line.length + depth * 2 <= WIDTH && !line.includes("\n")) return line;
  const indent = "  ".repeat(depth + 1);
  return `${language.open}\n${members.map((member) => `${indent}${member},\n`).join("")}${"  ".repeat(depth)}${language.close}`;
}
