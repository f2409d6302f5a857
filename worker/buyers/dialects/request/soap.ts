import { XML_DECLARATION, xmlElements } from "./xml-writer.ts";

export type SoapVersion = "1.1" | "1.2";

const NAMESPACES: Readonly<Record<SoapVersion, string>> = {
  "1.1": "http://schemas.xmlsoap.org/soap/envelope/",
  "1.2": "http://www.w3.org/2003/05/soap-envelope",
};
const XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema"';

/** An envelope around the given contents of Header and Body. */
export function soapEnvelope(version: SoapVersion, header: unknown, body: unknown): string {
  const head = header === undefined ? "" : `<soap:Header>${xmlElements(header)}</soap:Header>`;
  const open = `<soap:Envelope xmlns:soap="${NAMESPACES[version]}" ${XSI}>`;
  return `${XML_DECLARATION}${open}${head}<soap:Body>${xmlElements(body)}</soap:Body></soap:Envelope>`;
}

/** Media type and headers; 1.1 has the action in a header of its own, 1.2 in the media type. */
export function soapHeaders(version: SoapVersion, action: string | undefined): [string, string][] {
  const quoted = `"${(action ?? "").replace(/["\\]/g, "")}"`;
  if (version === "1.1")
    return [
      ["content-type", "text/xml; charset=utf-8"],
      ["SOAPAction", quoted],
    ];
  return [["content-type", `application/soap+xml; charset=utf-8${action === undefined ? "" : `; action=${quoted}`}`]];
}
