const DATE = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;
const TIME = /^([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/i;
const EMAIL = /^[^\s@]{1,64}@[^\s@.]{1,63}(\.[^\s@.]{1,63}){0,8}$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const IPV4 = /^((25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(25[0-5]|2[0-4]\d|1?\d?\d)$/;
const HOST = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?){0,10}$/i;

/** A day that the calendar has: no 30 February. */
export function isDate(text: string): boolean {
  if (!DATE.test(text)) return false;
  const at = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
}
export const isDateTime = (text: string): boolean =>
  isDate(text.slice(0, 10)) && /^[Tt ]$/.test(text.charAt(10)) && TIME.test(text.slice(11));

const TESTS: Readonly<Record<string, (text: string) => boolean>> = {
  date: isDate,
  time: (text) => TIME.test(text),
  "date-time": isDateTime,
  email: (text) => EMAIL.test(text),
  uuid: (text) => UUID.test(text),
  ipv4: (text) => IPV4.test(text),
  ipv6: (text) => text.includes(":") && URL.canParse(`http://[${text}]/`),
  hostname: (text) => HOST.test(text),
  uri: (text) => URL.canParse(text),
};

/** null: it is one; undefined: nobody here knows this format. */
export function formatProblem(format: string, text: string): string | null | undefined {
  const test = Object.hasOwn(TESTS, format) ? TESTS[format] : undefined;
  if (!test) return undefined;
  return test(text) ? null : `must be a ${format}`;
}
