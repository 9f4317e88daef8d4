import { tfjsEngine } from "../tfjsEngine.ts"

/** Plain JavaScript: slow, but it runs everywhere. The reference in tests. */
export const cpu = tfjsEngine({
  name: "cpu",
  load: () => import("@tensorflow/tfjs-backend-cpu"),
  remedy: "install it with: npm install @tensorflow/tfjs-backend-cpu",
  describe: () => "cpu (plain JavaScript)"
})
