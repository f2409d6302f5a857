/** npm runs a script in its own folder: paths are meant from where `npm run` was typed, also with `--prefix`. */
export function goWhereTyped(script: string, env: NodeJS.ProcessEnv = process.env): void {
  const { npm_lifecycle_event, INIT_CWD } = env;
  if (npm_lifecycle_event === script && INIT_CWD) process.chdir(INIT_CWD);
}
