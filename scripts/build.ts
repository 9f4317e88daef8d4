import { execFileSync } from "node:child_process"
import { renameSync, rmSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { build } from "esbuild"

const root = fileURLToPath(new URL("..", import.meta.url))
const next = `${root}dist.next`

rmSync(next, { recursive: true, force: true })
execFileSync(
  process.execPath,
  [`${root}node_modules/typescript/bin/tsc`, "-p", `${root}tsconfig.build.json`, "--outDir", next],
  {
    stdio: "inherit"
  }
)

// tfjs-core's gradient registrations cannot be loaded by plain Node, so the one file that imports them is bundled.
await build({
  entryPoints: [`${root}src/backend/gradients.ts`],
  outfile: `${next}/backend/gradients.js`,
  bundle: true,
  format: "esm",
  sourcemap: true,
  legalComments: "eof"
})

rmSync(`${root}dist`, { recursive: true, force: true })
renameSync(next, `${root}dist`)
