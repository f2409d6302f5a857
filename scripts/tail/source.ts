import { spawn } from "node:child_process";
import { once } from "node:events";
import { open } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { UsageError } from "../shared/output.ts";

const WRANGLER = fileURLToPath(new URL("../../node_modules/wrangler/bin/wrangler.js", import.meta.url));
const LOOK_MS = 300;

/** A file's text; `follow`: and whatever is written to it from then on, until the program is ended. */
export async function* fileText(path: string, follow: boolean): AsyncGenerator<string> {
  const file = await open(path).catch(() => {
    throw new UsageError(`${path} cannot be read`);
  });
  const decoder = new TextDecoder();
  const buffer = Buffer.alloc(65_536);
  let at = 0;
  try {
    while (true) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length, at);
      if (bytesRead > 0) {
        at += bytesRead;
        yield decoder.decode(buffer.subarray(0, bytesRead), { stream: true });
        continue;
      }
      if (!follow) return;
      // A shorter file is a new one under the old name.
      if ((await file.stat()).size < at) at = 0;
      await sleep(LOOK_MS);
    }
  } finally {
    await file.close();
  }
}

export async function* pipedText(): AsyncGenerator<string> {
  process.stdin.setEncoding("utf8");
  for await (const chunk of process.stdin) yield String(chunk);
}

/** Starts `wrangler tail`; what it says of itself goes to our standard error. */
export async function* workerText(args: string[]): AsyncGenerator<string> {
  const child = spawn(process.execPath, [WRANGLER, "tail", "--format", "json", ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  child.stdout.setEncoding("utf8");
  for await (const chunk of child.stdout) yield String(chunk);
  const [code] = (await ended) as [number | null];
  if (code !== 0) throw new UsageError("wrangler tail ended; is somebody signed in? (npx wrangler login)");
}
