import type { WireRequest } from "../../schema/rpc/dialer.ts";
import type { BuildResult } from "../../worker/buyers/dialect.ts";
import { compileDialect } from "../../worker/buyers/dialects/index.ts";
import { type Fixture, type Kind, readyDialects } from "../support/dialects/files.ts";
import { buildAt, sampleFor, stagesOf } from "../support/dialects/sample.ts";
import { VALUES } from "./hostile.ts";
import { documentOf, isElement } from "./oracle/documents.ts";
import { type Chance, chance } from "./random.ts";

interface Built {
  name: string;
  fixture: Fixture;
  build(fixture: Fixture): BuildResult | null;
  /** The whole address is the lead's (a certificate's): only its host is the dialect's. */
  leadsAddress: boolean;
  shape: Shape;
}

export interface BuildingResult {
  requests: number;
  refused: number;
  findings: string[];
}

const KINDS: Kind[] = ["reference", "connectors"];

/** Builds every request of every ready dialect of leads whose values try to break out: nothing may be in a request that its dialect does not say. */
export function fuzzBuilding(leads: number, seed: number): BuildingResult {
  const result: BuildingResult = { requests: 0, refused: 0, findings: [] };
  const all = requests();
  const luck = chance(seed);
  for (let lead = 0; lead < leads && result.findings.length < 20; lead++) {
    const one = all[lead % all.length];
    if (!one) break;
    const fixture = { ...one.fixture, sample: hostileSample(one.fixture, luck) };
    result.requests++;
    try {
      const built = one.build(fixture);
      if (built === null || !built.ok) result.refused++;
      else result.findings.push(...differences(one, shapeOf(built.request, fixture), JSON.stringify(fixture.sample)));
    } catch (error) {
      result.findings.push(
        `${one.name} throws: ${error instanceof Error ? error.message : String(error)}: ${JSON.stringify(fixture.sample).slice(0, 300)}`,
      );
    }
  }
  return result;
}

function requests(): Built[] {
  return KINDS.flatMap((kind) => readyDialects(kind)).flatMap(({ id, kind, config, fixture }) => {
    const dialect = compileDialect(config);
    const leadsAddress = config.post.request.url.startsWith("{{trusted_form_cert_url");
    return stagesOf(config).flatMap((stage) => {
      const build = (of: Fixture) => buildAt(dialect, stage, of, false);
      const plain = build(fixture);
      return plain?.ok
        ? [{ name: `${kind}/${id} ${stage}`, fixture, build, leadsAddress, shape: shapeOf(plain.request, fixture) }]
        : [];
    });
  });
}

/** Some of the lead's values, its consent and what the buyer's ping answered, made hostile. */
function hostileSample(fixture: Fixture, luck: Chance): Record<string, unknown> {
  const { fields, consent, bid, steps, gateway, ...rest } = sampleFor(fixture);
  const spoil = <T>(values: Record<string, T>): Record<string, T | string> =>
    Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, luck.once(3) ? hostile(luck, String(value)) : value]),
    );
  const sub_ids = spoil(gateway.sub_ids);
  return {
    ...rest,
    fields: spoil(fields),
    consent: spoil(consent),
    bid: spoil(bid),
    gateway: { ...gateway, sub_ids },
    steps: Object.fromEntries(Object.entries(steps).map(([name, of]) => [name, spoil(of)])),
  };
}

function hostile(luck: Chance, value: string): string {
  const evil = luck.one(VALUES);
  return luck.one([evil, `${value}${evil}`, `${evil}${value}`, evil + luck.one(VALUES)]);
}

/** What a request is apart from the values in it. */
interface Shape {
  host: string;
  path: number;
  query: Set<string>;
  headers: Set<string>;
  body: Set<string>;
  /** How often credentials (those named S-…) stand in it. */
  secrets: number;
}

function shapeOf({ url, headers, body }: WireRequest, fixture: Fixture): Shape {
  const { protocol, host, username, pathname, searchParams, hash } = new URL(url);
  const whole = [url, ...headers.flat(), body ?? ""].join("\n");
  const broken = headers.find(([name, value]) => /[\r\n\0]/.test(name + value));
  return {
    host: `${protocol}//${username}${host}${hash === "" ? "" : "#"}`,
    path: pathname.split("/").length,
    query: new Set(searchParams.keys()),
    headers: new Set([...headers.map(([name]) => name.toLowerCase()), ...(broken ? ["a header of two lines"] : [])]),
    body: bodyShape(body ?? "", headers.find(([name]) => name.toLowerCase() === "content-type")?.[1] ?? ""),
    secrets: Object.values(fixture.secrets)
      .filter((secret) => secret.startsWith("S-"))
      .reduce((sum, secret) => sum + whole.split(secret).length - 1, 0),
  };
}

function bodyShape(body: string, type: string): Set<string> {
  if (body === "") return new Set();
  if (type.includes("json")) return new Set(places(JSON.parse(body)));
  if (type.includes("xml")) return new Set(places(documentOf("xml", body) ?? "no XML"));
  return new Set(type.includes("form") ? new URLSearchParams(body).keys() : ["text"]);
}

function places(value: unknown, at = ""): string[] {
  if (Array.isArray(value)) return value.flatMap((one) => places(one, `${at}[]`));
  // The text of an element is a value.
  if (isElement(value))
    return Object.entries(value).flatMap(([name, one]) => (name === "#text" ? [at] : places(one, `${at}.${name}`)));
  return [at];
}

function differences({ name, shape, leadsAddress }: Built, now: Shape, sample: string): string[] {
  const more = (what: string, before: Set<string>, after: Set<string>): string[] => {
    const extra = [...after].filter(
      (one) => !before.has(one) && !before.has(`${one}[]`) && ![...before].some((place) => place.startsWith(one)),
    );
    return extra.length === 0 ? [] : [`${what} ${extra.slice(0, 5).join(", ")}`];
  };
  const found = [
    ...(now.host === shape.host ? [] : [`host ${now.host}`]),
    ...(leadsAddress || now.path === shape.path ? [] : [`path of ${now.path} parts`]),
    ...(now.secrets <= shape.secrets ? [] : ["a credential more"]),
    ...(leadsAddress ? [] : more("query", shape.query, now.query)),
    ...more("headers", shape.headers, now.headers),
    ...more("body", shape.body, now.body),
  ];
  return found.length === 0 ? [] : [`${name}: ${found.join("; ")}: ${sample.slice(0, 1_500)}`];
}
