import { describe, expect, it } from "vitest";
import type { SentSchema } from "../../../schema/config/sent-schema.ts";
import type { WireRequest } from "../../../schema/rpc/dialer.ts";
import { checkSent, schemaProblem } from "../../../worker/buyers/schemas/sent.ts";

const request = (type: string, body: string | null, url = "https://buyer.example/post"): WireRequest => ({
  method: "POST",
  url,
  headers: type === "" ? [] : [["Content-Type", type]],
  body,
});
const json: SentSchema = {
  type: "json_schema",
  schema: { required: ["zip"], properties: { zip: { pattern: "^\\d{5}$" } } },
};
const xsd: SentSchema = {
  type: "xsd",
  text: '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="Lead"><xs:complexType><xs:sequence><xs:element name="Zip" type="xs:int"/></xs:sequence></xs:complexType></xs:element></xs:schema>',
};
const soap = (inner: string) =>
  `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Header/><s:Body>${inner}</s:Body></s:Envelope>`;
const form = (fields: Record<string, string>) =>
  request("application/x-www-form-urlencoded", new URLSearchParams(fields).toString());

describe("a request against the buyer's schema", () => {
  it.each<[string, WireRequest, SentSchema, string[]]>([
    ["JSON", request("application/json; charset=utf-8", '{"zip":"10001"}'), json, []],
    ["JSON that lacks a member", request("application/json", "{}"), json, ["zip is required"]],
    ["no JSON at all", request("application/json", "<a/>"), json, [" is not JSON"]],
    ["a form's fields", form({ zip: "1" }), json, ["zip must match ^\\d{5}$"]],
    ["a query's fields", request("", null, "https://b.example/?zip=10001"), json, []],
    ["JSON in a form's field", form({ data: '{"zip":"1"}' }), { ...json, field: "data" }, ["zip must match ^\\d{5}$"]],
    ["a field that is not there", form({ zip: "1" }), { ...json, field: "data" }, [" the request has no field data"]],
    ["XML", request("text/xml", "<Lead><Zip>1</Zip></Lead>"), xsd, []],
    [
      "XML in a form's field",
      form({ xml: "<Lead><Zip>x</Zip></Lead>" }),
      { ...xsd, field: "xml" },
      ["Lead.Zip must be of type int"],
    ],
    [
      "XML in an envelope",
      request("text/xml", soap("<Lead><Zap/></Lead>")),
      xsd,
      ["Lead Zip is missing", "Lead.Zap is not expected here: unknown, too many, or out of order"],
    ],
    ["no body", request("text/xml", null), xsd, [" is not XML"]],
  ])("%s", (_, sent, schema, expected) => {
    expect(checkSent(sent, schema).violations.map(({ path, message }) => `${path} ${message}`)).toEqual(expected);
  });

  it("a schema that cannot be read is told, not thrown", () => {
    const broken: SentSchema = { type: "xsd", text: "<xs:schema><unclosed>" };
    expect(schemaProblem(broken)).toMatch(/cannot be read/);
    expect(checkSent(request("text/xml", "<Lead/>"), broken).violations).toHaveLength(1);
    expect(schemaProblem(xsd)).toBeNull();
  });
});
