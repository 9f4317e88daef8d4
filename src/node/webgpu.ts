import { tfjsEngine } from "../backend/tfjsEngine.ts"

/** What this engine uses of the `webgpu` package, which brings Dawn to Node. */
interface Dawn {
  readonly create: (options: ReadonlyArray<string>) => { readonly requestAdapter: () => Promise<unknown> }
  readonly globals: Readonly<Record<string, unknown>>
}

const dawn = "webgpu"

/** A GPU of any vendor in Node, through the `webgpu` package. */
export const webgpu = tfjsEngine({
  name: "webgpu",
  load: async () => {
    const { create, globals } = (await import(dawn)) as Dawn
    Object.assign(globalThis, globals)
    const gpu = create([])
    if ((await gpu.requestAdapter()) === null) throw new Error("no GPU adapter was found")
    Object.defineProperty(globalThis.navigator, "gpu", { value: gpu, configurable: true })
    await import("@tensorflow/tfjs-backend-webgpu")
  },
  remedy:
    "install it with: npm install webgpu @tensorflow/tfjs-backend-webgpu, on a machine with a GPU and its Vulkan, Metal or D3D12 driver",
  describe: () => "webgpu (GPU, Dawn)"
})
