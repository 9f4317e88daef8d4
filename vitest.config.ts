import { fileURLToPath } from "node:url"
import { defineConfig } from "vitest/config"

const src = (path: string) => fileURLToPath(new URL(`./src/${path}`, import.meta.url))

export default defineConfig({
  resolve: {
    alias: [
      { find: /^hepaflow$/, replacement: src("index.ts") },
      { find: /^hepaflow\/node$/, replacement: src("node.ts") },
      { find: /^hepaflow\/([a-z]+)$/, replacement: src("$1/index.ts") }
    ]
  },
  test: {
    include: ["test/**/*.test.ts"],
    setupFiles: ["test/support/allclose.ts"],
    server: {
      deps: { inline: [/@tensorflow\/tfjs-core\/dist\/register_all_gradients/, /tfjs-core\/dist\/gradients/] }
    },
    testTimeout: 30_000
  }
})
