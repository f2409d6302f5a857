import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import {
  ALERT_KINDS,
  ANSWER_CODES,
  DIFFERENCE_KINDS,
  EXCLUSION_REASONS,
  JOB_KINDS,
  LOSS_REASONS,
  NOTICE_EVENTS,
  RESERVE_REFUSALS,
  SEVERITIES,
} from "../../../schema/lists.ts";
import { ROOT } from "./source.ts";

const pages = ["README.md", ...markdown(join(ROOT, "docs"))];

function markdown(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return markdown(path);
    return entry.name.endsWith(".md") ? [relative(ROOT, path)] : [];
  });
}
const read = (page: string): string => readFileSync(join(ROOT, page), "utf8");

describe("documentation", () => {
  it.each(pages)("%s: every link leads somewhere", (page) => {
    const links = [...read(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target);
    const broken = links.filter((link) => !/^(https?:|mailto:)/.test(link) && !leadsTo(page, link));
    expect(broken).toEqual([]);
  });

  it.each([
    ["docs/publishers.md", ANSWER_CODES],
    ["docs/architecture.md", JOB_KINDS],
    ["docs/alerts.md", [...ALERT_KINDS, ...SEVERITIES, ...NOTICE_EVENTS]],
    // A stale epoch stops the worker that met it; no trace shows it.
    [
      "docs/operators.md",
      [...EXCLUSION_REASONS, ...LOSS_REASONS, ...RESERVE_REFUSALS, ...DIFFERENCE_KINDS].filter(
        (word) => word !== "stale_epoch",
      ),
    ],
  ] as const)("%s explains every word of its closed lists", (page, words) => {
    const text = read(page);
    expect(words.filter((word) => !text.includes(`\`${word}\``))).toEqual([]);
  });
});

function leadsTo(page: string, link: string): boolean {
  const [path = "", anchor] = link.split("#");
  const target = path === "" ? page : relative(ROOT, resolve(ROOT, dirname(page), path));
  if (!existsSync(join(ROOT, target))) return false;
  return anchor === undefined || !target.endsWith(".md") || anchorsOf(read(target)).has(anchor);
}

/** As GitHub makes them: lower case, spaces to dashes, other punctuation dropped. */
function anchorsOf(text: string): Set<string> {
  const titles = [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = ""]) => title);
  return new Set(
    titles.map((title) =>
      title
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, "")
        .replace(/\s/g, "-"),
    ),
  );
}
