/** States, DC, the territories with their own post code, and the military ones (AA, AE, AP). */
const STATES =
  "AL:Alabama AK:Alaska AZ:Arizona AR:Arkansas CA:California CO:Colorado CT:Connecticut DE:Delaware DC:District of Columbia " +
  "FL:Florida GA:Georgia HI:Hawaii ID:Idaho IL:Illinois IN:Indiana IA:Iowa KS:Kansas KY:Kentucky LA:Louisiana ME:Maine " +
  "MD:Maryland MA:Massachusetts MI:Michigan MN:Minnesota MS:Mississippi MO:Missouri MT:Montana NE:Nebraska NV:Nevada " +
  "NH:New Hampshire NJ:New Jersey NM:New Mexico NY:New York NC:North Carolina ND:North Dakota OH:Ohio OK:Oklahoma OR:Oregon " +
  "PA:Pennsylvania RI:Rhode Island SC:South Carolina SD:South Dakota TN:Tennessee TX:Texas UT:Utah VT:Vermont VA:Virginia " +
  "WA:Washington WV:West Virginia WI:Wisconsin WY:Wyoming PR:Puerto Rico VI:Virgin Islands GU:Guam AS:American Samoa " +
  "MP:Northern Mariana Islands AA:Armed Forces Americas AE:Armed Forces Europe AP:Armed Forces Pacific";

const NAMES = new Map<string, string>();
const CODES = new Map<string, string>([
  ["washingtondc", "DC"],
  ["usvirginislands", "VI"],
]);
for (const entry of STATES.split(/ (?=[A-Z]{2}:)/)) {
  const code = entry.slice(0, 2);
  NAMES.set(code, entry.slice(3));
  CODES.set(code, code);
  CODES.set(code.toLowerCase(), code);
  CODES.set(lettersOf(entry.slice(3)), code);
}

function lettersOf(text: string): string {
  return text.toLowerCase().replace(/[\s.,]/g, "");
}

/** The two capital letters of a code or full name in any case (`N.Y.`, `new york`). */
export const stateCode = (text: string): string | undefined => CODES.get(text) ?? CODES.get(lettersOf(text));

/** `CA` to `California`. */
export const stateName = (code: string): string | undefined => NAMES.get(code);
