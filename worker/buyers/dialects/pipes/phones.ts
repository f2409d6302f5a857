import { DialectProblem } from "../expression/problem.ts";
import { constantAt, each, onText, type PipeTable, textOf } from "./pipe.ts";

export const PHONES: PipeTable = {
  "phone FORMAT": (args) => {
    const format = phoneFormat(constantAt(args, 0, "FORMAT") ?? "");
    return each((value) => format(textOf(value)));
  },
  area_code: onText((text) => national(text)?.slice(0, 3)),
  exchange: onText((text) => national(text)?.slice(3, 6)),
  line_number: onText((text) => national(text)?.slice(6)),
};

/** The ten digits of a North American number, however it is written; undefined for others. */
function national(text: string): string | undefined {
  const digits = text.slice(0, 100).replace(/[^0-9]/g, "");
  if (digits.length === 11 && digits.startsWith("1")) return digits.slice(1);
  return digits.length === 10 && !text.trim().startsWith("+") ? digits : undefined;
}

/** Numbers of other countries keep all their digits; a pattern has no place for them. */
function phoneFormat(format: string): (text: string) => string | undefined {
  const all = (text: string) => text.slice(0, 100).replace(/[^0-9]/g, "");
  switch (format) {
    case "e164":
      return (text) => {
        const ours = national(text);
        if (ours) return `+1${ours}`;
        return text.trim().startsWith("+") && all(text) !== "" ? `+${all(text)}` : undefined;
      };
    case "digits":
      return (text) => national(text) ?? (all(text) || undefined);
    case "digits11":
      return (text) => {
        const ours = national(text);
        return ours ? `1${ours}` : all(text) || undefined;
      };
    default:
      return pattern(format);
  }
}

function pattern(format: string): (text: string) => string | undefined {
  const places = format.match(/x/gi)?.length ?? 0;
  if (places !== 10 && places !== 11)
    throw new DialectProblem(
      `FORMAT ${JSON.stringify(format)}: e164, digits, digits11, or a pattern with ten x like "xxx-xxx-xxxx"`,
    );
  return (text) => {
    const ours = national(text);
    if (!ours) return undefined;
    const digits = places === 11 ? `1${ours}` : ours;
    let at = 0;
    return format.replace(/x/gi, () => digits[at++] ?? "");
  };
}
