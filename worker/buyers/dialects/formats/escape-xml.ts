const MARKUP: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
  // In attributes parsers turn them into spaces; in text a lone carriage return would become a line feed.
  "\t": "&#9;",
  "\n": "&#10;",
  "\r": "&#13;",
};

/** Characters that no XML 1.0 document may hold, not even as references. */
const IMPOSSIBLE = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

/** A value as XML text or attribute value: nothing in it is markup, what XML cannot hold is left out. */
export function escapeXml(text: string): string {
  return text.replace(IMPOSSIBLE, "").replace(/[&<>"'\t\n\r]/g, (mark) => MARKUP[mark] ?? "");
}

/** For text content, where line breaks and quotes may stand as they are. */
export function escapeXmlText(text: string): string {
  return text.replace(IMPOSSIBLE, "").replace(/[&<>\r]/g, (mark) => MARKUP[mark] ?? "");
}

/** A CDATA section, or several where the text holds the mark that ends one. */
export function cdata(text: string): string {
  return `<![CDATA[${text.replace(IMPOSSIBLE, "").replaceAll("]]>", "]]]]><![CDATA[>")}]]>`;
}
