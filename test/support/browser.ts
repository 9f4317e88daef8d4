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

/** Bundles a script and opens it in a page of its own, served from localhost because WebGPU asks for a secure context. */
export const openPage = async (script: string): Promise<Page> => {
  const bundle = await build({ entryPoints: [script], bundle: true, format: "iife", platform: "browser", write: false })
  const server = createServer((request, response) => {
    const isScript = request.url === "/script.js"
    response.setHeader("content-type", isScript ? "text/javascript" : "text/html")
    response.end(isScript ? bundle.outputFiles[0].contents : `<!doctype html><script src="/script.js"></script>`)
  })
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve))
  const stop = () => new Promise<void>((resolve) => server.close(() => resolve()))
  try {
    const browser = await playwright.launch({
      executablePath: await chromium.executablePath(),
      args: [...chromium.args, "--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader", "--enable-features=Vulkan"]
    })
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
