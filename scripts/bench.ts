import { spawnSync } from "node:child_process"
import { readdirSync } from "node:fs"
import { fileURLToPath } from "node:url"

// Every file of bench/ is a program that prints its own figures: npm run bench -- [NAME ...]
const folder = fileURLToPath(new URL("../bench/", import.meta.url))
const wanted = process.argv.slice(2)
const names = readdirSync(folder)
  .filter((file) => file.endsWith(".ts"))
  .map((file) => file.slice(0, -3))
  .filter((name) => wanted.length === 0 || wanted.includes(name))

for (const name of names) {
  console.log(`\n${name}`)
  const { status } = spawnSync(process.execPath, [`${folder}${name}.ts`], { stdio: "inherit" })
  if (status !== 0) process.exitCode = 1
}
