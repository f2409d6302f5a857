import type { Source } from "../../schema/config/dialect.ts";
import type { InboundDialect, InboundMode } from "../../schema/config/inbound.ts";
import { INBOUND_MODES } from "../../schema/config/inbound.ts";
import { compileSource } from "../buyers/dialects/answer/reading.ts";
import { compileWhen } from "../buyers/dialects/expression/condition.ts";
import { parseTemplate } from "../buyers/dialects/expression/parse.ts";
import { namesIn } from "../buyers/dialects/expression/syntax.ts";
import { asText, at, type Getter, isPresent } from "../buyers/dialects/expression/value.ts";
import { documentReader } from "./document.ts";
import { requestLanguage } from "./languages.ts";
import type { InboundCall, RawRequest, Reading } from "./reading.ts";

type Language = ReturnType<typeof requestLanguage>;

/** A source, and what the publisher calls what it finds: the name in the alternative that has a value, or in the first one. */
interface Found {
  get: Getter<Reading>;
  label(reading: Reading): string | undefined;
}

function foundBy(source: Source, language: Language): Found {
  const alternatives = [source].flat().map((text) => ({ get: compileSource(text, language), name: firstName(text) }));
  return {
    get: compileSource(source, language),
    label: (reading) => (alternatives.find(({ get }) => isPresent(get(reading))) ?? alternatives[0])?.name,
  };
}

function firstName(text: string): string | undefined {
  if (!text.includes("{{")) return text.trim();
  return parseTemplate(text).flatMap((part) => (typeof part === "string" ? [] : namesIn(part)))[0];
}

export interface CompiledRequest {
  read(raw: RawRequest): { reading: Reading; readable: boolean };
  call(reading: Reading): InboundCall;
  /** The publisher's name of our field, or of our call's member; undefined: the dialect does not name it. */
  label(name: string, reading: Reading): string | undefined;
}

/** @param campaign_from where the request names its campaign */
export function compileRequest(dialect: InboundDialect, campaign_from: Source | undefined): CompiledRequest {
  const { request } = dialect;
  const language = requestLanguage(dialect);
  const found = new Map<string, Found>();
  const getter = (place: string, name: string, source: Source | undefined): Getter<Reading> | undefined => {
    if (source === undefined) return undefined;
    const one = at(place, () => foundBy(source, language));
    found.set(name, one);
    return one.get;
  };
  const document = at("request.flatten", () => documentReader(request));
  const lead = Object.entries(request.fields).map(
    ([name, source]) => [name, getter(`request.fields.${name}`, name, source) ?? (() => undefined)] as const,
  );
  const key = getter("request.key", "key", request.key);
  const campaign = getter("campaigns.from", "campaign", campaign_from);
  const ping_id = getter("request.ping_id", "ping_id", request.ping_id);
  const mode = modeReader(dialect, language);
  const envelope = envelopeReader(dialect, language, getter);
  return {
    label: (name, reading) => found.get(name)?.label(reading),
    read: (raw) => {
      const { readable, ...parts } = document(raw);
      const reading: Reading = { ...parts, raw, ping_id: undefined };
      reading.ping_id = ping_id?.(reading);
      return { reading, readable };
    },
    call: (reading) => ({
      mode: mode(reading),
      key: textOf(key?.(reading)),
      campaign: textOf(campaign?.(reading)),
      envelope: envelope(reading),
      lead: present(lead.map(([name, get]) => [name, get(reading)])),
      others: request.other_fields === "ignore" ? {} : plainOf(reading.document),
    }),
  };
}

function modeReader({ request }: InboundDialect, language: Language): (reading: Reading) => InboundMode | undefined {
  const rules = request.mode.map((rule, i) => {
    const mode = INBOUND_MODES.find((one) => rule[one] !== undefined) ?? "ping";
    return { mode, matches: at(`request.mode.${i}.${mode}`, () => compileWhen(rule[mode] ?? "otherwise", language)) };
  });
  return (reading) => rules.find(({ matches }) => matches(reading) === true)?.mode;
}

type MakeGetter = (place: string, name: string, source: Source | undefined) => Getter<Reading> | undefined;

/** Members of the calls, by the names of /v1/pings and /v1/posts. */
function envelopeReader(
  { request }: InboundDialect,
  language: Language,
  getter: MakeGetter,
): (reading: Reading) => Record<string, unknown> {
  const plain = (["min_price", "click_id"] as const).map((name) => [name, request[name]] as const);
  const members = [...plain, ...Object.entries(request.sub_ids)].map(
    ([name, source]) => [name, getter(`request.${name}`, name, source)] as const,
  );
  const consent = Object.entries(request.consent).map(
    ([name, source]) => [name, getter(`request.consent.${name}`, `consent.${name}`, source)] as const,
  );
  const bid_ids = getter("request.bid_ids", "bid_ids", request.bid_ids);
  const timeout_ms = getter("request.timeout_ms", "timeout_ms", request.timeout_ms);
  const { test } = request;
  const isTest = test === undefined ? () => false : at("request.test", () => compileWhen(test, language));
  return (reading) => {
    const given = present(consent.map(([name, get]) => [name, textOf(get?.(reading))]));
    return present([
      ...members.map(([name, get]): [string, unknown] => [name, get?.(reading)]),
      ["ping_id", textOf(reading.ping_id)],
      ["bid_ids", listOf(bid_ids?.(reading))],
      ["timeout_ms", numberOf(timeout_ms?.(reading))],
      ["test", isTest(reading) === true ? true : undefined],
      ["consent", Object.keys(given).length > 0 ? given : undefined],
    ]);
  };
}

const plainOf = (document: Record<string, unknown>): Record<string, unknown> =>
  present(Object.entries(document).filter(([, value]) => typeof value !== "object"));

function present(entries: [string, unknown][]): Record<string, unknown> {
  return Object.fromEntries(entries.filter(([, value]) => isPresent(value)));
}

const textOf = (value: unknown): string | undefined => (isPresent(value) ? asText(value).trim() : undefined);

function listOf(value: unknown): string[] | undefined {
  if (!isPresent(value)) return undefined;
  const list = Array.isArray(value) ? value.map(asText) : asText(value).split(",");
  return list.map((one) => one.trim()).filter((one) => one !== "");
}

/** Digits as the number that they are; anything else as it is, for the schema to refuse. */
function numberOf(value: unknown): unknown {
  return typeof value === "string" && /^\s*\d{1,9}\s*$/.test(value) ? Number(value) : value;
}
