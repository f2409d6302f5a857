/** Said to the one at the keyboard, without a stack. */
export class UsageError extends Error {}

/** https://no-color.org: any value that is not empty; FORCE_COLOR is for pipes into pagers. */
const colours = !process.env.NO_COLOR && (process.stdout.isTTY === true || !!Number(process.env.FORCE_COLOR));
const painted = (code: number) => (text: string) => (colours ? `\u001b[${code}m${text}\u001b[0m` : text);
export const paint = {
  bold: painted(1),
  dim: painted(2),
  red: painted(31),
  green: painted(32),
  yellow: painted(33),
  cyan: painted(36),
};

export const say = (text = ""): void => void process.stdout.write(`${text}\n`);

/** Runs a command line: prints what went wrong, and ends with the code that it answers (2: it was used wrongly). */
export async function run(main: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await main();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  }
}
