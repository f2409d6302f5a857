const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string, options: Intl.DateTimeFormatOptions, key: string): Intl.DateTimeFormat {
  const name = `${zone}/${key}`;
  const known = formats.get(name);
  if (known) return known;
  const made = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hourCycle: "h23", ...options });
  formats.set(name, made);
  return made;
}

const DAY = { year: "numeric", month: "short", day: "numeric" } as const;
const CLOCK = { hour: "2-digit", minute: "2-digit", second: "2-digit" } as const;

/** `28 Nov 2026, 14:03:07` */
export const dateTime = (at: number, zone: string): string => formatOf(zone, { ...DAY, ...CLOCK }, "full").format(at);
/** `14:03:07` */
export const clock = (at: number, zone: string): string => formatOf(zone, CLOCK, "clock").format(at);
/** `28 Nov 2026` */
export const day = (at: number, zone: string): string => formatOf(zone, DAY, "day").format(at);

/** IANA name that this runtime knows; else UTC. An offset, which the runtime takes too, is no zone that reports can be made by. */
export function zoneOf(text: string | undefined): string {
  if (text === undefined || !/^[A-Za-z][A-Za-z0-9_+\-/]{0,59}$/.test(text)) return "UTC";
  try {
    formatOf(text, CLOCK, "clock");
    return text;
  } catch {
    return "UTC";
  }
}

const STEPS: [ms: number, word: string][] = [
  [86_400_000, "d"],
  [3_600_000, "h"],
  [60_000, "min"],
  [1_000, "s"],
];

/** `3 d`, `12 min`, `4 s`, `850 ms` */
export function duration(ms: number): string {
  const size = Math.abs(ms);
  for (const [step, word] of STEPS) if (size >= step) return `${oneDecimal(size / step)} ${word}`;
  return `${Math.round(size)} ms`;
}
const oneDecimal = (value: number): string =>
  value < 10 && Math.round(value * 10) % 10 !== 0 ? value.toFixed(1) : String(Math.round(value));

const moneyFormats = new Map<string, Intl.NumberFormat>();
/** Of an amount in the currency's unit; two decimals at least, four where they are there: `$21.105`. */
export function money(amount: number, currency = "USD"): string {
  let format = moneyFormats.get(currency);
  if (!format) {
    format = new Intl.NumberFormat("en-US", { style: "currency", currency, maximumFractionDigits: 4 });
    moneyFormats.set(currency, format);
  }
  return format.format(amount);
}

const whole = new Intl.NumberFormat("en-US");
export const count = (value: number): string => whole.format(value);
/** Of a share of 1: `97.3 %`; a null share (nothing to divide by) is a dash. */
export const percent = (share: number | null | undefined): string =>
  share === null || share === undefined ? "–" : `${(share * 100).toFixed(share > 0.9995 || share === 0 ? 0 : 1)} %`;
