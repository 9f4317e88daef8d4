import { readFile } from "node:fs/promises"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import chromium from "@sparticuz/chromium"
import { build } from "esbuild"
import { chromium as playwright } from "playwright-core"

/** A page in the Chromium that comes with the development dependencies, with software rendering for WebGL and WebGPU. */
export interface Page {
  readonly evaluate: <A>(expression: string) => Promise<A>
  readonly close: () => Promise<void>
}

export interface PageOptions {
  /** Scripts of workers by the path that each is served at. With any, the page's script is a module and knows its address. */
  readonly workers?: Readonly<Record<string, string>>
  /** A folder whose files are served by their names. */
  readonly folder?: URL
}

/** Bundles a script and opens it in a page of its own, served from localhost because WebGPU asks for a secure context. */
export const openPage = async (script: string, { workers, folder }: PageOptions = {}): Promise<Page> => {
  const format = workers === undefined ? "iife" : "esm"
  const bundle = async (entry: string) => {
    const built = await build({
      entryPoints: [entry],
      bundle: true,
      format,
      platform: "browser",
      write: false,
      logOverride: { "empty-import-meta": "silent" }
    })
    return built.outputFiles[0].contents
  }
  const scripts = new Map<string | undefined, Uint8Array>()
  for (const [path, entry] of Object.entries({ "/script.js": script, ...workers }))
    scripts.set(path, await bundle(entry))
  const file = async (path: string) => (folder === undefined ? undefined : readFile(new URL(`.${path}`, folder)))
  const html = `<!doctype html><script ${format === "esm" ? 'type="module" ' : ""}src="/script.js"></script>`
  const server = createServer(async (request, response) => {
    const [path] = (request.url ?? "/").split("?")
    const content = scripts.get(path) ?? (await file(path).catch(() => undefined))
    const type = path.endsWith(".wasm") ? "application/wasm" : content === undefined ? "text/html" : "text/javascript"
    // Isolated, so that workers may share memory.
    response.setHeader("cross-origin-opener-policy", "same-origin")
    response.setHeader("cross-origin-embedder-policy", "require-corp")
    response.setHeader("content-type", type)
    response.end(content ?? html)
  })
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve))
  const stop = () => new Promise<void>((resolve) => server.close(() => resolve()))
  try {
    const browser = await launch()
    const page = await browser.newPage()
    await page.goto(`http://localhost:${(server.address() as AddressInfo).port}/`)
    return {
      evaluate: (expression) => page.evaluate(expression) as Promise<never>,
      close: async () => {
        await browser.close()
        await stop()
      }
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Opens a page of HTML that stands alone, on a screen or on paper of so many pixels across. */
export const openHtml = async (
  html: string,
  { media, width }: { readonly media: "screen" | "print"; readonly width: number }
): Promise<Page> => {
  const browser = await launch()
  const page = await browser.newPage({ viewport: { width, height: 1000 } })
  await page.emulateMedia({ media })
  await page.setContent(html)
  return { evaluate: (expression) => page.evaluate(expression) as Promise<never>, close: () => browser.close() }
}

const launch = async () =>
  playwright.launch({
    executablePath: await chromium.executablePath(),
    args: [...chromium.args, "--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader", "--enable-features=Vulkan"]
  })
