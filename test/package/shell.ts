import { spawnSync } from "node:child_process"

/** Runs a command and gives what it printed; a failure shows everything it said. */
export const shell = (cwd: string, command: string, args: ReadonlyArray<string>): string => {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: "utf8", maxBuffer: 1 << 28 })
  if (status !== 0) {
    throw new Error([`${command} ${args.join(" ")} ended with ${status ?? error?.message}`, stdout, stderr].join("\n"))
  }
  return stdout
}
