import { run, say } from "../../shared/output.ts";
import { HELP, readOrder } from "./options.ts";
import { printed } from "./print.ts";
import { check } from "./run.ts";

await run(async () => {
  const order = readOrder(process.argv.slice(2), process.env);
  if (!order) {
    say(HELP);
    return 0;
  }
  const report = await check(order);
  say(order.json ? JSON.stringify(report, null, 2) : printed(report));
  return report.ok ? 0 : 1;
});
