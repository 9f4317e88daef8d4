import { fileURLToPath } from "node:url"
import { setBackend } from "@tensorflow/tfjs-core"
import "@tensorflow/tfjs-backend-cpu"
import "../../src/backend/gradients.ts"
import { afterAll, describe, it } from "vitest"
import { openPage, type Page } from "../support/browser.ts"
import { agrees } from "./agrees.ts"
import { cases, computeAll, type Outcome } from "./conformance.ts"

let page: Page | undefined
let reason = ""
try {
  page = await openPage(fileURLToPath(new URL("./browserPage.ts", import.meta.url)))
} catch (error) {
  reason = error instanceof Error ? error.message.split("\n")[0] : String(error)
}
afterAll(() => page?.close())

await setBackend("cpu")
const expected = await computeAll()

for (const engine of ["webgl", "webgpu"]) {
  describe(`the ${engine} engine, in a browser, computes what the cpu engine does`, async () => {
    if (page === undefined) {
      it.skip(`not run: no browser starts here (${reason})`)
      return
    }
    const found = await page
      .evaluate<ReadonlyArray<Outcome>>(`conform("${engine}")`)
      .catch((error: unknown) => String(error))
    if (typeof found === "string") {
      it.skip(`not run: ${found}`)
      return
    }
    it.each(cases.map((one, i) => [one.name, i] as const))("%s", (_, i) => agrees(found[i], expected[i]))
  })
}
