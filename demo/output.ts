/** Colours for a terminal; plain text for a pipe, a file, or where NO_COLOR is set. */
export interface Paint {
  bold(text: string): string;
  dim(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  red(text: string): string;
}

export function paintFor(colours: boolean): Paint {
  const code = (open: number, close: number) => (text: string) =>
    colours ? `\u001b[${open}m${text}\u001b[${close}m` : text;
  return { bold: code(1, 22), dim: code(2, 22), green: code(32, 39), yellow: code(33, 39), red: code(31, 39) };
}

export const paint = paintFor(process.stdout.isTTY === true && process.env.NO_COLOR === undefined);
export const say = (line = ""): void => void process.stdout.write(`${line}\n`);

const started = Date.now();
/** A progress line with the seconds since the start. */
export function step(text: string): void {
  say(`${paint.dim(`${((Date.now() - started) / 1_000).toFixed(1).padStart(5)} s`)}  ${text}`);
}

/** Units on the wire: `$21.105`, `$9.50`. */
export function dollars(amount: number): string {
  const exact = Math.round(Math.abs(amount) * 10_000) / 10_000;
  const places = Math.max(2, String(exact).split(".")[1]?.length ?? 0);
  return `${amount < 0 ? "-" : ""}$${exact.toFixed(places)}`;
}

/** Why the demo cannot go on, in words for the person at the terminal. No stack is printed for it. */
export class DemoError extends Error {}

/**
 * Asks `look` again and again until it gives something, at most `within_ms`.
 * @throws DemoError naming what was waited for.
 */
export async function until<T>(
  what: string,
  within_ms: number,
  look: () => Promise<T | null>,
  every_ms = 150,
): Promise<T> {
  const deadline = Date.now() + within_ms;
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    if (Date.now() >= deadline) throw new DemoError(`gave up after ${Math.round(within_ms / 1_000)} s: ${what}`);
    await pause(every_ms);
  }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
