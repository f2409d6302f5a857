// Copies the API document's viewer from its package to public/vendor/, so that it is served by us and from nowhere else.
// Runs before every build (wrangler.toml, [build]). Without the package the docs page falls back to its plain list.
import { copyFile, mkdir, stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const from = new URL("../node_modules/swagger-ui-dist/", import.meta.url);
const to = new URL("../public/vendor/", import.meta.url);
const files = ["swagger-ui-bundle.js", "swagger-ui.css", "LICENSE", "NOTICE"];

await mkdir(to, { recursive: true });
const installed = await stat(from).catch(() => null);
if (installed) {
  for (const file of files) {
    const name = file.includes(".") ? file : `swagger-ui.${file}.txt`;
    await copyFile(fileURLToPath(new URL(file, from)), fileURLToPath(new URL(name, to)));
  }
} else {
  console.warn("assets: swagger-ui-dist is not installed; /docs shows its plain list of calls");
}
