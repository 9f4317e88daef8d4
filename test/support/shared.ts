import { existsSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { test } from "vitest"

/** Where something of ../shared is: public data that is not committed. Whether it is there is another question. */
export const sharedPath = (path: string): string => fileURLToPath(new URL(`../../../shared/${path}`, import.meta.url))

/** A test against a file or folder of ../shared; skipped, with the reason in its name, where that is not at hand. */
export const sharedTest = (path: string, fact: string, check: (path: string) => void | Promise<void>): void => {
  const found = sharedPath(path)
  if (existsSync(found)) test(fact, () => check(found))
  else test.skip(`${fact} (needs ../shared/${path})`)
}
