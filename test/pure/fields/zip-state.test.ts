import { expect, test } from "vitest";
import { stateOfZip } from "../../../worker/auction/fields/index.ts";

/** A well-known ZIP of each: city halls, capitols, main post offices. */
const KNOWN =
  "AL35203 AL36602 AK99501 AK99801 AZ85004 AZ86001 AR72201 CA90012 CA94102 CA96001 CO80202 CO81501 CT06103 CT06604 DC20001 DC20500 " +
  "DE19801 FL32301 FL33130 FL34102 FL34950 GA30303 GA39815 HI96813 ID83702 IL60602 IL62701 IN46204 IA50309 IA52801 KS66603 KS67202 " +
  "KY40202 KY42101 LA70112 LA71101 ME04101 ME03901 MD21202 MD20850 MA02108 MA01103 MA05501 MI48226 MI49503 MN55401 MN56301 MS39201 " +
  "MO63103 MO64106 MT59601 NE68102 NE69101 NV89101 NV89501 NH03301 NJ07102 NJ08608 NM87102 NM88001 NY10007 NY12207 NY14202 NY00501 " +
  "NY06390 NC27601 NC28202 ND58501 OH43215 OH45202 OK73102 OK74103 OR97204 PA19107 PA15219 RI02903 SC29201 SD57501 TN37219 TN38103 " +
  "TX75201 TX77002 TX79901 TX88510 TX73301 UT84111 VT05602 VT05901 VA23219 VA20120 VA22201 WA98104 WA99201 WV25301 WI53202 WI54301 " +
  "WY82001 WY83001 WY83414 ID83422 PR00601 PR00901 VI00802 GU96910 AS96799 MP96950 AA34001 AE09012 AP96201 AR75502 TX75501 MS71233";

test.each(KNOWN.split(" ").map((entry) => [entry.slice(2), entry.slice(0, 2)]))("%s is in %s", (zip, state) => {
  expect(stateOfZip(zip)).toBe(state);
});

test.each(["00001", "00400", "21300", "34300", "51700", "71500", "98700", "96940"])("%s is in no state", (zip) => {
  expect(stateOfZip(zip)).toBeUndefined();
});

test("every state, DC and territory has a prefix of its own", () => {
  const states = new Set<string>();
  for (let prefix = 0; prefix < 1_000; prefix++) {
    const state = stateOfZip(`${String(prefix).padStart(3, "0")}00`);
    if (state !== undefined) states.add(state);
  }
  // 50 states, DC, PR, VI, GU, three military ones; AS and MP share their prefixes.
  expect(states.size).toBe(57);
});
