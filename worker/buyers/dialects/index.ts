import { type DialectConfig, outcomeAnswerSchema } from "../../../schema/config/dialect.ts";
import type { BuildResult, Dialect, WireAnswer } from "../dialect.ts";
import { compileBid, compileOutcome, compileReading, compileStatus } from "./answer/index.ts";
import { Compiler } from "./compiler.ts";
import { statusRules, valueProblems } from "./problems.ts";
import { lossBuild, pingBuild, postBuild, statusBuild, tokenBuild, winBuild } from "./request/build.ts";
import { type CompiledSteps, compileSteps } from "./steps.ts";

/**
 * Compiles a dialect from its configuration; never throws for one that its schema let pass. With a configuration that cannot be (names
 * that do not exist, an answer that cannot be read) no request is built: what cannot be read must not be sent.
 */
export function compileDialect(config: DialectConfig): Dialect {
  return compileWith(new Compiler(config), config);
}

export { requestsOf } from "./problems.ts";

/** What an operator should mend before an endpoint is saved, each with its place in the configuration. */
export function dialectProblems(config: DialectConfig): { path: string; message: string }[] {
  const compiler = new Compiler(config);
  compileWith(compiler, config);
  const found = [...compiler.sink.problems, ...statusRules(config.status), ...valueProblems(config)];
  const seen = new Set<string>();
  return found.filter(({ path, message }) => {
    const key = `${path} ${message}`;
    return seen.has(key) ? false : seen.add(key);
  });
}

/** Every name that a request's texts use, where (`post.request.body.x`), those within computed values where these are used. */
export function dialectNames(config: DialectConfig): { path: string; name: string }[] {
  const compiler = new Compiler(config);
  compileWith(compiler, config);
  return compiler.sink.names;
}

function compileWith(compiler: Compiler, config: DialectConfig): Dialect {
  const compiled = compileSteps(config, compiler);
  const { sink } = compiler;
  const checked = (build: () => BuildResult): BuildResult => {
    const [problem] = sink.problems;
    return problem ? { ok: false, message: `${problem.path}: ${problem.message}` } : build();
  };
  return {
    ...pingPart(compiler, config, compiled, checked),
    ...postPart(compiler, config, compiled, checked),
    ...tokenPart(compiler, config, checked),
    steps: compiled.steps,
  };
}

type Checked = (build: () => BuildResult) => BuildResult;

function pingPart(compiler: Compiler, { ping }: DialectConfig, { ofPing }: CompiledSteps, checked: Checked) {
  if (!ping) {
    const none = { outcome: "error", error: "set_up", reason: "the dialect has no ping" } as const;
    return { buildPing: () => null, readBid: () => none, requirePing: () => true };
  }
  const build = compiler.request(ping.request, {
    kind: "ping",
    path: "ping.request",
    steps: ofPing,
    reads: ping.answer,
  });
  const require = ping.require.map((when, at) =>
    compiler.condition(when, { kind: "ping", path: `ping.require.${at}` }),
  );
  return {
    buildPing: (facts) => checked(() => build(pingBuild(facts))),
    readBid: compileBid(ping.answer, compiler.env("ping.answer")),
    requirePing: (facts) => {
      const about = pingBuild(facts);
      return require.every((holds) => holds(about));
    },
  } satisfies Partial<Dialect>;
}

function postPart(
  compiler: Compiler,
  { post, status, win, loss }: DialectConfig,
  { ofPost }: CompiledSteps,
  checked: Checked,
) {
  const build = compiler.request(post.request, {
    kind: "post",
    path: "post.request",
    steps: ofPost,
    reads: post.answer,
  });
  const ask =
    status && compiler.request(status.request, { kind: "status", path: "status.request", reads: status.answer });
  const won = win && compiler.request(win.request, { kind: "win", path: "win.request" });
  const tell = loss && compiler.request(loss.request, { kind: "loss", path: "loss.request" });
  const readOutcome = compileOutcome(post.answer, compiler.env("post.answer"));
  const readStatus = compileStatus(status?.answer ?? outcomeAnswerSchema.parse({}), compiler.env("status.answer"));
  return {
    buildPost: (facts) => checked(() => build(postBuild(facts))),
    readOutcome,
    buildStatus: (facts) => (ask ? checked(() => ask(statusBuild(facts))) : null),
    readStatus: (answer, bid) => readStatus(answer, { bid }),
    buildWin: (facts) => (won ? checked(() => won(winBuild(facts))) : null),
    buildLoss: (facts) => (tell ? checked(() => tell(lossBuild(facts))) : null),
  } satisfies Partial<Dialect>;
}

function tokenPart(compiler: Compiler, { auth }: DialectConfig, checked: Checked) {
  if (auth?.type !== "oauth2" && auth?.type !== "exchange")
    return { tokenAuth: null, buildExchange: () => null, tokenRefused: () => false };
  const reading = compileReading({ format: ["json", "xml", "text"] }, compiler.env("auth"), { bid: false });
  const refused = reading.condition("refresh_when", auth.refresh_when);
  const build =
    auth.type === "exchange" ? compiler.request(auth.request, { kind: "token", path: "auth.request" }) : null;
  return {
    tokenAuth: auth,
    buildExchange: (facts) => (build ? checked(() => build(tokenBuild(facts))) : null),
    tokenRefused: (answer: WireAnswer) => refused(reading.parse(answer)) === true,
  } satisfies Partial<Dialect>;
}
