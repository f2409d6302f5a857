import type { Files } from "./files.ts";
import type { Asked } from "./witness.ts";

/** Any consumer's name, phone, e-mail or address: every lead has canaries of its own. */
const PERSONAL = /Canary|canary\.|Person\d|Other\d|15122\d{6}|198\.51\.1/;

/** Personal data goes to nobody but a buyer whose own reservation of this very lead is held when the request leaves. */
export function checkPrivacy(files: Files, { kind, n, buyer, text, sent_at, deed }: Asked): void {
  if (kind !== "post") {
    if (PERSONAL.test(text)) files.broken(n < 0 ? null : n, `a ${kind} to ${buyer} carries personal data`);
    return;
  }
  const file = files.of(n);
  const hold = file.holds.get(deed?.key ?? "");
  if (!hold) {
    files.broken(n, `a post to ${buyer} under ${deed?.key}, of which no reservation was ever made`);
    return;
  }
  if (hold.buyer !== buyer) files.broken(n, `a post to ${buyer} under a reservation of ${hold.buyer}`);
  const given_back = hold.state === "released" && (hold.released_at ?? 0) < sent_at;
  if (given_back) files.broken(n, `a post to ${buyer} although its reservation had been given back`);
  const others = [...text.matchAll(/(?:Canary|Person|Other|canary\.)(\d+)/g)].map((match) => Number(match[1]));
  if (others.some((other) => other !== n)) files.broken(n, `a post to ${buyer} carries another consumer's data`);
}
