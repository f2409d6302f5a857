// Copies what browsers load from packages to public/vendor/, so that it is served by us and from nowhere else: the API document's viewer,
// and the console's htmx and uPlot. Runs before every build (wrangler.toml, [build]). Without a package its pages fall back to what works
// without script.
import { copyFile, mkdir, stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const modules = new URL("../node_modules/", import.meta.url);
const to = new URL("../public/vendor/", import.meta.url);
/** Package -> file in it -> name in public/vendor. */
const files = {
  "swagger-ui-dist": {
    "swagger-ui-bundle.js": "swagger-ui-bundle.js",
    "swagger-ui.css": "swagger-ui.css",
    LICENSE: "swagger-ui.LICENSE.txt",
    NOTICE: "swagger-ui.NOTICE.txt",
  },
  "htmx.org": { "dist/htmx.min.js": "htmx.min.js", LICENSE: "htmx.LICENSE.txt" },
  uplot: {
    "dist/uPlot.iife.min.js": "uplot.min.js",
    "dist/uPlot.min.css": "uplot.min.css",
    LICENSE: "uplot.LICENSE.txt",
  },
};

await mkdir(to, { recursive: true });
for (const [name, copies] of Object.entries(files)) {
  const from = new URL(`${name}/`, modules);
  if (!(await stat(from).catch(() => null))) {
    console.warn(`assets: ${name} is not installed; its pages do without`);
    continue;
  }
  for (const [file, copy] of Object.entries(copies))
    await copyFile(fileURLToPath(new URL(file, from)), fileURLToPath(new URL(copy, to)));
}
