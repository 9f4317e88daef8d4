import { execFileSync } from "node:child_process"
import { rmSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { build } from "esbuild"

const root = fileURLToPath(new URL("..", import.meta.url))
const bin = (name: string) => `${root}node_modules/.bin/${name}`

rmSync(`${root}dist`, { recursive: true, force: true })
execFileSync(bin("tsc"), ["-p", `${root}tsconfig.build.json`], { stdio: "inherit" })

// tfjs-core's gradient registrations cannot be loaded by plain Node, so the one file that imports them is bundled.
await build({
  entryPoints: [`${root}src/backend/gradients.ts`],
  outfile: `${root}dist/backend/gradients.js`,
  bundle: true,
  format: "esm",
  sourcemap: true,
  legalComments: "eof"
})
