import { printMutations } from "./mutations/run.ts";
import { optionsOf } from "./options.ts";
import { printSummary } from "./report.ts";
import { run } from "./run.ts";

const options = optionsOf(process.argv.slice(2));
if (options.mutations) process.exitCode = (await printMutations(options)) ? 0 : 1;
else {
  const summary = await run(options);
  process.exitCode = printSummary(options, summary) ? 0 : 1;
}
