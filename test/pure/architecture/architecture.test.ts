import { describe, expect, it } from "vitest";
import { functions, type Source, sources } from "./source.ts";

const all = sources();
const inside = (path: string, folder: string): boolean => path.startsWith(`${folder}/`);

/** Imports (types too) from `folder` of anything in `banned`. */
function leaks(folder: string, banned: (target: string) => boolean, options: { types?: boolean } = {}): string[] {
  return all
    .filter((source) => inside(source.path, folder))
    .flatMap((source) =>
      source.imports
        .filter((i) => banned(i.target) && (options.types !== false || !i.type))
        .map((i) => `${source.path} -> ${i.target}`),
    );
}

describe("which room may know which", () => {
  const platform = (target: string) => target.startsWith("cloudflare:") || target.startsWith("@cloudflare/");

  it("the auction's rules are pure: nothing of the platform, of I/O or of the other rooms", () => {
    expect(
      leaks(
        "worker/auction",
        (t) =>
          platform(t) ||
          /^worker\/(flows|routes|gateway|ledger|snapshot|queue|telemetry|crypto)\//.test(t) ||
          t === "worker/deps.ts" ||
          inside(t, "durable-objects"),
      ),
    ).toEqual([]);
    // Only shapes: what a bid's reading looks like.
    expect(leaks("worker/auction", (t) => inside(t, "worker/buyers"), { types: false })).toEqual([]);
  });

  it("dialects are pure", () => {
    expect(
      leaks(
        "worker/buyers/dialects",
        (t) => platform(t) || t === "worker/deps.ts" || /^worker\/(flows|routes|gateway|ledger|auction)\//.test(t),
      ),
    ).toEqual([]);
  });

  it("publishers' dialects are pure", () => {
    expect(
      leaks(
        "worker/inbound",
        (t) => platform(t) || t === "worker/deps.ts" || /^worker\/(flows|routes|gateway|ledger|auction)\//.test(t),
      ),
    ).toEqual([]);
  });

  it("buyers and ledger do not know each other, nor whoever is above them", () => {
    expect(leaks("worker/buyers", (t) => /^worker\/(ledger|flows|routes|gateway|snapshot)\//.test(t))).toEqual([]);
    expect(leaks("worker/ledger", (t) => /^worker\/(buyers|flows|routes|gateway|snapshot|auction)\//.test(t))).toEqual(
      [],
    );
  });

  it("flows do not know routes, but for the shape of their contexts", () => {
    expect(leaks("worker/flows", (t) => inside(t, "worker/routes"), { types: false })).toEqual([]);
  });

  it("the console reads and changes nothing but through the operators' calls", () => {
    const behind = (t: string) =>
      platform(t) || inside(t, "durable-objects") || /^worker\/(ledger|gateway|snapshot|buyers\/http|queue)\b/.test(t);
    expect(leaks("worker/console", behind, { types: false })).toEqual([]);
  });

  it("schema stands on nothing of ours", () => {
    expect(leaks("schema", (t) => inside(t, "worker") || inside(t, "durable-objects"))).toEqual([]);
  });

  it("objects know no flow and no route", () => {
    expect(
      leaks("durable-objects", (t) => /^worker\/(flows|routes|gateway|snapshot|buyers\/dialects)\//.test(t)),
    ).toEqual([]);
  });

  it("rules of objects are pure functions", () => {
    const rules = all.filter((source) => /-rules\.ts$/.test(source.path));
    expect(rules.length).toBeGreaterThan(4);
    expect(
      rules.flatMap((source) =>
        source.imports
          .filter((i) => platform(i.target) || i.target === "worker/deps.ts")
          .map((i) => `${source.path} -> ${i.target}`),
      ),
    ).toEqual([]);
  });
});

describe("what a file may be", () => {
  /** Tables of facts, and the ledger's tables: long by nature. */
  const DATA =
    /^(schema\/verticals\/|schema\/tables\.ts|schema\/lists\.ts|schema\/figures\.ts|worker\/facts\/|worker\/auction\/fields\/(phone-metadata|places)\.ts|worker\/auction\/test-mode\.ts|worker\/alerts\/catalogue\.ts|worker\/routes\/admin\/operations\.ts|schema\/api\/problems\.ts)/;

  it("files stay readable: at most 220 lines, half of them at most 100", () => {
    const code = all.filter((source) => !DATA.test(source.path));
    expect(
      code.filter((source) => source.lines.length > 220).map((source) => `${source.path}: ${source.lines.length}`),
    ).toEqual([]);
    const lengths = code.map((source) => source.lines.length).sort((a, b) => a - b);
    expect(lengths[Math.floor(lengths.length / 2)]).toBeLessThanOrEqual(100);
  });

  it("functions are under 70 lines", () => {
    const found = all.flatMap((source) => functions(source).map((f) => ({ ...f, path: source.path })));
    expect(found.length).toBeGreaterThan(500);
    expect(found.filter((f) => f.length >= 70).map((f) => `${f.path}:${f.line} ${f.name}: ${f.length}`)).toEqual([]);
  });

  it("time, chance and the network come from deps.ts alone", () => {
    const banned =
      /\bDate\.now\(|\bMath\.random\(|\bsetTimeout\(|\bsetInterval\(|\bnew Date\(\)|(?<![.\w])fetch\(|getRandomValues\(|randomUUID\(|AbortSignal\.timeout\(/;
    // Programs for publishers are texts of ours: they run elsewhere.
    const samples = (path: string) => inside(path, "worker/routes/specs/samples");
    expect(hits(banned, ({ path }) => path !== "worker/deps.ts" && !samples(path))).toEqual([]);
  });

  it("nothing is silenced, and domain code knows no any", () => {
    expect(
      hits(/\bas any\b|: any\b|<any>|@ts-ignore|@ts-expect-error|@ts-nocheck|biome-ignore|eslint-disable/),
    ).toEqual([]);
  });

  it("zod is imported as a namespace: the named import costs 70 KiB more", () => {
    expect(hits(/import \{[^}]*\} from "zod"/)).toEqual([]);
  });

  it("nothing is left to do in the code", () => {
    expect(hits(/\b(TODO|FIXME|XXX|HACK)\b/)).toEqual([]);
  });
});

function hits(pattern: RegExp, where: (source: Source) => boolean = () => true): string[] {
  return all
    .filter(where)
    .flatMap((source) =>
      source.lines.flatMap((line, i) =>
        isComment(line) || !pattern.test(line) ? [] : [`${source.path}:${i + 1} ${line.trim()}`],
      ),
    );
}

const isComment = (line: string): boolean => /^\s*(\/\/|\*|\/\*)/.test(line);
