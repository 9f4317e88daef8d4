import { fileURLToPath } from "node:url"
import { afterAll, describe, expect, it } from "vitest"
import { openPage, type Page } from "../../support/browser.ts"

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))
const script = path("./webRuntimePage.ts")
const folder = new URL("../../../node_modules/onnxruntime-web/dist/", import.meta.url)
const worker = path("../../../src/compile/runtime/webWorker.ts")

let pages: { readonly worker: Page; readonly alone: Page } | undefined
let reason = ""
try {
  pages = {
    worker: await openPage(script, { folder, workers: { "/webWorker.js": worker } }),
    alone: await openPage(script, { folder })
  }
} catch (error) {
  reason = error instanceof Error ? error.message.split("\n")[0] : String(error)
}
afterAll(async () => {
  await pages?.worker.close()
  await pages?.alone.close()
})

interface Doubled {
  readonly description: string
  readonly notices: ReadonlyArray<string>
}

const doubled = {
  values: [2 ** 20, 2 ** 21, 3 * 2 ** 20],
  freed: expect.stringMatching(/was freed, or never filled/),
  closed: "ONNX Runtime: it was closed"
}

describe.skipIf(pages === undefined)(
  `onnxruntime-web in a browser (skipped where none starts: ${reason})`,
  { timeout: 120_000 },
  () => {
    const { worker, alone } = pages ?? ({} as NonNullable<typeof pages>)

    it("runs in a worker, on as many threads as asked for", async () => {
      // A browser in one process does not isolate pages, and without that nothing is shared between threads.
      const threads = (await worker.evaluate("crossOriginIsolated")) ? "2 threads" : "1 thread"
      expect(await worker.evaluate<Doubled>("double({ threads: 2 })")).toEqual({
        ...doubled,
        description: expect.stringMatching(new RegExp(`^ONNX Runtime 1\\.\\d+\\.\\d+ \\(wasm, ${threads}\\)$`)),
        notices: []
      })
    })

    it("leaves the page free while a long run goes on", async () => {
      const { ticks, milliseconds } = await worker.evaluate<{ ticks: number; milliseconds: number }>("ticks({})")
      expect(ticks).toBeGreaterThan(milliseconds / 50)
      expect(ticks).toBeGreaterThan(5)
    })

    it("runs in the page where a bundle has no file of the worker, and says so", async () => {
      expect(await alone.evaluate<Doubled>("double({ threads: 1 })")).toEqual({
        ...doubled,
        description: expect.stringMatching(/^ONNX Runtime 1\.\d+\.\d+ \(wasm, 1 thread\)$/),
        notices: [
          expect.stringMatching(/^ONNX Runtime: its worker did not start: .*; it runs in the page, which waits for it$/)
        ]
      })
    })

    it("a GPU that is not there is left out with a notice", async () => {
      const { description, notices } = await worker.evaluate<Doubled>('double({ providers: ["quantum"], threads: 1 })')
      expect(description).toMatch(/\(wasm, 1 thread\)$/)
      expect(notices).toEqual([expect.stringMatching(/^ONNX Runtime: quantum did not start: .*; wasm runs instead$/)])
    })

    it("a package whose files are not there is named", async () => {
      const found = worker.evaluate('double({ wasmPaths: location.origin + "/nowhere/" })')
      await expect(found).rejects.toThrow(/ONNX Runtime: onnxruntime-web did not start: /)
    })
  }
)
