import { tfjsEngine } from "../tfjsEngine.ts"

/** A GPU through WebGPU, in browsers that have it (secure contexts only). */
export const webgpu = tfjsEngine({
  name: "webgpu",
  load: () => import("@tensorflow/tfjs-backend-webgpu"),
  remedy:
    "install it with: npm install @tensorflow/tfjs-backend-webgpu, and open the page over https or from localhost in a browser with WebGPU",
  describe: () => "webgpu (GPU)"
})
