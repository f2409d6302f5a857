/**
 * Which state a ZIP is in: runs of three-digit prefixes, `first[-last]`, as the US Postal Service assigns them (its labelling
 * list L002; gaps are prefixes that are not in use). Includes DC, the territories and the military AA, AE, AP.
 */
const RUNS =
  "AL350-352,354-369 AK995-999 AZ850-853,855-857,859-860,863-865 AR716-729 CA900-908,910-928,930-961 CO800-816 CT060-069 " +
  "DC200,202-205,569 DE197-199 FL320-339,341-342,344,346-347,349 GA300-319,398-399 HI967-968 IA500-516,520-528 ID832-838 " +
  "IL600-620,622-629 IN460-479 KS660-662,664-679 KY400-427 LA700-701,703-708,710-714 MA010-027,055 MD206-212,214-219 " +
  "ME039-049 MI480-499 MN550-551,553-567 MO630-631,633-641,644-658 MS386-397 MT590-599 NC270-289 ND580-588 NE680-681,683-693 " +
  "NH030-038 NJ070-089 NM870-871,873-875,877-884 NV889-891,893-895,897-898 NY005,100-149 OH430-459 OK730-731,734-741,743-749 " +
  "OR970-979 PA150-196 RI028-029 SC290-299 SD570-577 TN370-385 TX733,750-799,885 UT840-847 VA201,220-246 VT050-054,056-059 " +
  "WA980-986,988-994 WI530-532,534-535,537-549 WV247-268 WY820-831 " +
  "PR006-007,009 VI008 GU969 AA340 AE090-098 AP962-966";

/** ZIPs that are not in the state of their prefix: enclaves, agencies' own ZIPs, and the islands that share 967 and 969. */
const EXCEPTIONS = new Map<string, string | undefined>([
  ["06390", "NY"],
  ["20588", "MD"],
  ["20598", "VA"],
  ["71233", "MS"],
  ["75502", "AR"],
  ["83414", "WY"],
  ["96799", "AS"],
  ...["96950", "96951", "96952"].map((zip) => [zip, "MP"] as const),
  // Palau, Micronesia, Marshall Islands: served by the postal service, no states.
  ...["96939", "96940", "96941", "96942", "96943", "96944", "96960", "96970"].map((zip) => [zip, undefined] as const),
]);

const BY_PREFIX = readRuns(RUNS);

function readRuns(runs: string): (string | undefined)[] {
  const table: (string | undefined)[] = new Array(1_000).fill(undefined);
  for (const entry of runs.split(" ")) {
    const state = entry.slice(0, 2);
    for (const run of entry.slice(2).split(",")) {
      const [first = "", last = first] = run.split("-");
      table.fill(state, Number(first), Number(last) + 1);
    }
  }
  return table;
}

/**
 * The state of a five-digit ZIP, or undefined when its prefix is not in use. By prefix: a few ZIPs reach over a state's border,
 * so this fills in a missing state and never contradicts a given one.
 */
export function stateOfZip(zip: string): string | undefined {
  if (EXCEPTIONS.has(zip)) return EXCEPTIONS.get(zip);
  return BY_PREFIX[Number(zip.slice(0, 3))];
}
