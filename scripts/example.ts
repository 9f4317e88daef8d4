import { readdirSync } from "node:fs"
import { fileURLToPath, pathToFileURL } from "node:url"

// npm run example -- NAME [ARGUMENT ...]: an example by its name, or by the words that it begins with, such as its number.
const folder = fileURLToPath(new URL("../examples/", import.meta.url))
const names = readdirSync(folder).filter((file) => file.endsWith(".ts"))
const [, , wanted = ""] = process.argv
const found = names.find((file) => file === `${wanted}.ts`) ?? names.find((file) => file.startsWith(`${wanted}-`))
if (found === undefined) {
  console.error(`npm run example -- NAME [ARGUMENT ...]\n\n${names.map((file) => file.slice(0, -3)).join("\n")}`)
  process.exitCode = 2
} else {
  // In this process, so that whatever stops it stops the example, which saves what was reached.
  process.argv.splice(1, 2, folder + found)
  await import(pathToFileURL(folder + found).href)
}
