import util from "node:util"
import { tfjsEngine } from "../backend/tfjsEngine.ts"
import { firstPackage } from "./firstPackage.ts"

const PACKAGES = ["@tensorflow/tfjs-node-gpu", "@tensorflow/tfjs-node"]

let loaded = "libtensorflow"

/**
 * libtensorflow in Node: on a CUDA GPU where `@tensorflow/tfjs-node-gpu` is installed and works, else on the CPU with
 * `@tensorflow/tfjs-node`. Both are optional: neither is looked for before this layer starts.
 */
export const tensorflow = tfjsEngine({
  name: "tensorflow",
  load: async () => {
    restoreRemovedUtilities()
    await firstPackage(PACKAGES, async (name) => {
      await import(name)
      loaded = name
    })
  },
  remedy: `install one with: npm install ${PACKAGES[1]} (or ${PACKAGES[0]} with CUDA), letting it run its install script`,
  describe: () => `tensorflow (${loaded})`
})

/** tfjs-node 4.22 calls functions that Node 23 removed from `node:util`. */
const restoreRemovedUtilities = (): void => {
  const removed: Record<string, (value: unknown) => boolean> = {
    isArray: Array.isArray,
    isNull: (value) => value === null,
    isNullOrUndefined: (value) => value === null || value === undefined,
    isUndefined: (value) => value === undefined,
    isString: (value) => typeof value === "string",
    isNumber: (value) => typeof value === "number",
    isBoolean: (value) => typeof value === "boolean",
    isFunction: (value) => typeof value === "function",
    isObject: (value) => typeof value === "object" && value !== null
  }
  for (const [name, is] of Object.entries(removed)) {
    if (!(name in util)) Object.defineProperty(util, name, { value: is, configurable: true, writable: true })
  }
}
