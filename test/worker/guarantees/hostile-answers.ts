import type { BuyerAnswer } from "../../support/world.ts";

/** Answers that no buyer should give. */
export const text = (body: BodyInit | null, init: ResponseInit = {}): BuyerAnswer => {
  return () => new Response(body, { headers: { "content-type": "application/json" }, ...init });
};
export const bytes = (...values: number[]) => new Uint8Array(values);
/** Megabytes of a valid answer, made as they are read. */
export const huge =
  (result: string, megabytes: number): BuyerAnswer =>
  () => {
    let left = megabytes * 16;
    const piece = new TextEncoder().encode("x".repeat(65_536));
    const body = new ReadableStream<Uint8Array>({
      start: (to) => to.enqueue(new TextEncoder().encode(`{"result":"${result}","price":50,"ref":"r","more":"`)),
      pull: (to) => {
        to.enqueue(left-- > 0 ? piece : new TextEncoder().encode('"}'));
        if (left < 0) to.close();
      },
    });
    return new Response(body);
  };
export const endless: BuyerAnswer = () =>
  new Response(
    new ReadableStream<Uint8Array>({
      start: (to) => to.enqueue(new TextEncoder().encode('{"result":"bid","price":50')),
      pull: () => new Promise(() => {}),
    }),
  );
export const redirect: BuyerAnswer = () =>
  new Response(null, { status: 302, headers: { location: "http://127.0.0.1/elsewhere/ping" } });
export const html: BuyerAnswer = () =>
  new Response("<html><body>bid 50</body></html>", { headers: { "content-type": "text/html" } });
export const broken: BuyerAnswer = () =>
  new Response(
    new ReadableStream<Uint8Array>({
      start: (to) => to.enqueue(new TextEncoder().encode('{"result":"bid","price":50}')),
      pull: (to) => to.error(new Error("connection reset")),
    }),
  );
export const deep = (depth: number) => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
