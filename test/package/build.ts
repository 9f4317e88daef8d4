import { execFileSync } from "node:child_process"
import { root } from "./root.ts"

/** Examples and the package are tested as they are published: built. */
export const setup = () => {
  execFileSync(process.execPath, [`${root}scripts/build.ts`], { cwd: root, stdio: "inherit" })
}
