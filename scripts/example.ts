import { spawnSync } from "node:child_process"
import { readdirSync } from "node:fs"
import { fileURLToPath } from "node:url"

// npm run example -- NAME [ARGUMENT ...]: an example by its name, or by the words that it begins with, such as its number.
const folder = fileURLToPath(new URL("../examples/", import.meta.url))
const names = readdirSync(folder).filter((file) => file.endsWith(".ts"))
const [wanted = "", ...rest] = process.argv.slice(2)
const found = names.find((file) => file === `${wanted}.ts`) ?? names.find((file) => file.startsWith(`${wanted}-`))
if (found === undefined) {
  console.error(`npm run example -- NAME [ARGUMENT ...]\n\n${names.map((file) => file.slice(0, -3)).join("\n")}`)
  process.exitCode = 2
} else {
  process.exitCode = spawnSync(process.execPath, [folder + found, ...rest], { stdio: "inherit" }).status ?? 1
}
