import { hmac, sameText } from "./hash.ts";

/** 132 bits of base64url. */
const MAC = 22;

/**
 * What lets whoever was posted one lead speak for that one delivery, without any key: the reservation's id and a MAC over it. Each
 * request of a round carries the same.
 */
export const callbackToken = (secret: string, reservation_id: string): string =>
  `${reservation_id}.${mac(secret, reservation_id)}`;

/** The reservation that a token speaks for; null = not one of ours. */
export function readCallbackToken(secret: string, token: string): string | null {
  const dot = token.lastIndexOf(".");
  if (dot < 1 || token.length > 120) return null;
  const reservation_id = token.slice(0, dot);
  return sameText(token.slice(dot + 1), mac(secret, reservation_id)) ? reservation_id : null;
}

const mac = (secret: string, reservation_id: string): string => hmac(secret, "callback", reservation_id).slice(0, MAC);
