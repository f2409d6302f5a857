import { stateCode, stateName } from "../../../facts/states.ts";
import { stateOfZip } from "../../../facts/zip-state.ts";
import { onText, type PipeTable } from "./pipe.ts";

export const PEOPLE: PipeTable = {
  first_name: onText((text) => nameOf(text).first),
  last_name: onText((text) => nameOf(text).last),
  middle_name: onText((text) => nameOf(text).middle),
  initial: onText((text) => /[\p{L}\p{N}]/u.exec(text)?.[0].toUpperCase()),
  state_name: onText((text) => stateName(stateCode(text.slice(0, 60).trim()) ?? "")),
  state_code: onText((text) => stateCode(text.slice(0, 60).trim())),
  zip_state: onText((text) => stateOfZip(zip(text)?.[1] ?? "")),
  zip5: onText((text) => zip(text)?.[1]),
  zip4: onText((text) => zip(text)?.[2]),
  street_number: onText((text) => addressOf(text).number),
  street_name: onText((text) => addressOf(text).street),
  unit: onText((text) => addressOf(text).unit),
};

const zip = (text: string): RegExpExecArray | null => /^\s*(\d{5})(?:[- ]?(\d{4}))?\s*$/.exec(text.slice(0, 40));

interface Name {
  first?: string;
  middle?: string;
  last?: string;
}

const TITLES = /^(?:mr|mrs|ms|miss|mx|dr|prof)\.?$/i;
const SUFFIXES = /^(?:jr|sr|ii|iii|iv|md|phd|esq)\.?$/i;
/** Words that belong to the name that follows: `Maria de la Cruz`. */
const PARTICLES = /^(?:da|de|del|della|der|di|dos|du|la|le|los|mac|san|st|st\.|ten|ter|van|von)$/i;

/** `Ada Lovelace`, `Lovelace, Ada King`, `Dr. Ludwig van Beethoven Jr.`: titles are dropped, suffixes stay with the last name's end. */
function nameOf(text: string): Name {
  const [before = "", after] = text
    .slice(0, 200)
    .trim()
    .split(/\s*,\s*/, 2);
  const turned = after !== undefined && after !== "" && !SUFFIXES.test(after);
  const given = words(turned ? after : before).filter((word, at) => at > 0 || !TITLES.test(word));
  if (turned) return { first: given[0], middle: joined(given.slice(1)), last: before || undefined };
  const end = given.findLastIndex((word) => !SUFFIXES.test(word));
  if (end <= 0) return { first: given[0] };
  let start = end;
  while (start > 1 && PARTICLES.test(given[start - 1] ?? "")) start--;
  return { first: given[0], middle: joined(given.slice(1, start)), last: joined(given.slice(start, end + 1)) };
}

const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== "");
const joined = (parts: string[]): string | undefined => (parts.length > 0 ? parts.join(" ") : undefined);

interface Address {
  number?: string;
  street?: string;
  unit?: string;
}

const UNIT = /[\s,]+((?:apt|apartment|unit|ste|suite|fl|floor|rm|room|lot|bldg|#)\.?\s*#?\s*[\w-]{1,20})\s*$/i;

/** `123B N Main St Apt 4`: number `123B`, street `N Main St`, unit `Apt 4`. */
function addressOf(text: string): Address {
  const whole = text.slice(0, 200).trim();
  const unit = UNIT.exec(whole);
  const street = unit ? whole.slice(0, unit.index) : whole;
  const match = /^(\d{1,8}[\w/-]{0,8}(?:\s+\d\/\d)?)\s+(.+)$/s.exec(street);
  return { number: match?.[1], street: (match ? match[2] : street) || undefined, unit: unit?.[1] };
}
