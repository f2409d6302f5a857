import { say } from "../shared/output.ts";
import { keyOf, pathOf, writeRecord, writeVersions } from "./folder.ts";
import { exportAll, type Send } from "./gateway.ts";

/** Writes the gateway's records into the folder, one file a record. Files of records that the gateway does not have stay. */
export async function pull(folder: string, send: Send): Promise<number> {
  const all = await exportAll(send);
  let changed = 0;
  for (const one of all) {
    if (!(await writeRecord(folder, one))) continue;
    changed++;
    say(pathOf(one));
  }
  await writeVersions(folder, Object.fromEntries(all.map((one) => [keyOf(one), one.version])));
  say(`${all.length} records, ${changed} files changed`);
  return 0;
}
