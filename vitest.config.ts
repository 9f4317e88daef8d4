import { fileURLToPath } from "node:url"
import { defineConfig } from "vitest/config"

const src = (path: string) => fileURLToPath(new URL(`./src/${path}`, import.meta.url))

export default defineConfig({
  resolve: {
    alias: [
      { find: /^hepaflow$/, replacement: src("index.ts") },
      { find: /^hepaflow\/node$/, replacement: src("node.ts") },
      { find: /^hepaflow\/backend\/([a-z]+)$/, replacement: src("backend/engines/$1.ts") },
      { find: /^hepaflow\/([a-z]+)$/, replacement: src("$1/index.ts") }
    ]
  },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/package/**", "test/examples/**"],
          setupFiles: ["test/support/allclose.ts"],
          server: { deps: { inline: [/@tensorflow\/tfjs-core\/dist\/register_all_gradients/] } },
          testTimeout: 30_000
        }
      },
      {
        extends: true,
        test: {
          name: "package",
          include: ["test/package/**/*.test.ts", "test/examples/**/*.test.ts"],
          globalSetup: ["test/package/build.ts"],
          testTimeout: 120_000
        }
      }
    ]
  }
})
