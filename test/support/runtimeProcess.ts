// A program that leaves a runtime open, in one of several ways: what the test of it starts.
import { workerRuntime } from "../../src/node/workerRuntime.ts"
import { buffer, HEAVY_DIMS, heavy } from "./onnxModels.ts"

const [name, ending] = process.argv.slice(2)
const { runtime } = await workerRuntime({ package: name as "onnxruntime-node" })
const session = runtime.load(heavy(2))
const [x, y, z] = [buffer(...HEAVY_DIMS), buffer(...HEAVY_DIMS), buffer(...HEAVY_DIMS)]
runtime.write(x, new Float32Array(HEAVY_DIMS.reduce((a, b) => a * b)))
runtime.run(session, [{ name: "x", buffer: x }], [{ name: "y", buffer: y }])
console.log((await runtime.read(y)).length)
if (ending !== "idle") runtime.run(session, [{ name: "x", buffer: x }], [{ name: "y", buffer: z }])
if (ending === "exit") setTimeout(() => process.exit(0), 5)
if (ending === "close") await runtime.close()
