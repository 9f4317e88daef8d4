// What an example was called with. `--help`, or options that it has not, show how it is called: the comment that it begins with.
import "./plainErrors.ts"
import { readFileSync } from "node:fs"
import { type ParseArgsConfig, parseArgs } from "node:util"

/** Options and up to `most` paths without a name. */
export const commandLine = <Options extends NonNullable<ParseArgsConfig["options"]>>(options: Options, most = 0) => {
  const all = { ...options, help: { type: "boolean", default: false } as const }
  const config = { allowPositionals: true, options: all } as const
  try {
    const { positionals, values } = parseArgs<typeof config>(config)
    if ((values as { readonly help?: boolean }).help === true) {
      console.log(usage())
      return process.exit()
    }
    if (positionals.length > most) throw new Error(`${positionals[most]} is one argument too many`)
    return { positionals, values }
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage()}`)
    return process.exit(2)
  }
}

/** As npm starts it, which has a Node that runs TypeScript whatever is installed. */
const usage = (): string => {
  const lines = readFileSync(process.argv[1], "utf8").split("\n")
  const end = lines.findIndex((line) => !line.startsWith("//"))
  return lines
    .slice(0, end)
    .map((line) => line.slice(3))
    .join("\n")
    .replace(/node examples\/(\S+)\.ts/g, "npm run example -- $1")
}
