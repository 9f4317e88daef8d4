import { tfjsEngine } from "../tfjsEngine.ts"

/** A GPU through WebGL 2, in browsers. */
export const webgl = tfjsEngine({
  name: "webgl",
  load: () => import("@tensorflow/tfjs-backend-webgl"),
  remedy: "install it with: npm install @tensorflow/tfjs-backend-webgl, and use a browser with WebGL 2",
  describe: () => "webgl (GPU)"
})
