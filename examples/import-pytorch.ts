// Takes the weights of a PyTorch network, runs it here, and gives the weights back.
//
//   node examples/import-pytorch.ts [STATE.safetensors] [--network agpcNet|uNet|attentionUNet] [--config JSON] [--output FILE]
//
// PyTorch writes such a file by `safetensors.torch.save_file(network.state_dict(), "state.safetensors")`. Without one, a
// small AGPCNet is taken whose file also holds an image and what PyTorch computed from it.
import { readFileSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import "@tensorflow/tfjs-backend-wasm"
import { setBackend, type Tensor4D, tensor4d, transpose } from "@tensorflow/tfjs-core"
import { readSafetensors, toFloat32, writeSafetensors } from "hepaflow/formats"
import {
  agcafNet,
  attentionUNet,
  countParams,
  declared,
  exportPyTorch,
  importPyTorch,
  inference,
  type PortedNetwork,
  type UNetConfig,
  uNet
} from "hepaflow/modules"
import { key, uniform } from "hepaflow/random"
import { commandLine } from "./support/commandLine.ts"
import { checkOutput, oneOf, present } from "./support/options.ts"
import { refuse } from "./support/plainErrors.ts"

const EXAMPLE = fileURLToPath(new URL("../test/fixtures/golden/B_agpcnet_w3_48_element.safetensors", import.meta.url))
const EXAMPLE_CONFIG = { width: 3, scales: [6, 5, 3, 2], reduceRatios: [4, 3], fusion: "element" }

const { positionals, values } = commandLine(
  {
    network: { type: "string", default: "agpcNet" },
    config: { type: "string" },
    output: { type: "string", default: "runs/import-pytorch/state.safetensors" }
  },
  1
)
const [path = EXAMPLE] = positionals

const configOf = (text: string): UNetConfig => {
  try {
    const config: unknown = JSON.parse(text)
    if (typeof config === "object" && config !== null) return config
  } catch {}
  return refuse(`--config is ${text}; it must be an object in JSON, such as '{"width":16}'`)
}
const config = configOf(values.config ?? (path === EXAMPLE ? JSON.stringify(EXAMPLE_CONFIG) : "{}"))
const MODELS = {
  agpcNet: () => agcafNet(config),
  uNet: () => uNet(config),
  attentionUNet: () => attentionUNet(config)
}
const model: PortedNetwork = MODELS[oneOf("network", values.network, ["agpcNet", "uNet", "attentionUNet"])]()
present(path)
await checkOutput(values.output)

await setBackend("wasm")
const { tensors } = readSafetensors(readFileSync(path), path)
const prefixed = [...tensors].filter(([name]) => name.startsWith("param."))
const state = prefixed.length === 0 ? tensors : new Map(prefixed.map(([name, value]) => [name.slice(6), value]))

const params = importPyTorch(model, state)
console.log(`${state.size} tensors, ${countParams(model.spec)} trained numbers of ${model.name}, for example`)
for (const [ours, { shape }] of declared(model.spec).slice(0, 6)) {
  const theirs = model.names(ours)
  const shapes = [shape, state.get(theirs)?.shape ?? []].map((each) => `[${each.join(", ")}]`)
  console.log(`  ${theirs.padEnd(36)} ${shapes[1].padEnd(16)} -> ${ours.padEnd(38)} ${shapes[0]}`)
}

/** PyTorch's maps are [batch, channels, height, width], ours [batch, height, width, channels]. */
const map = (name: string): Tensor4D | undefined => {
  const tensor = tensors.get(name)
  const values = tensor && toFloat32(tensor)
  return values && transpose(tensor4d(values, tensor.shape as [number, number, number, number]), [0, 2, 3, 1])
}
const { inChannels = 1 } = config
const image = map("input") ?? tensor4d(uniform(key(1), 64 * 64 * inChannels), [1, 64, 64, inChannels])
const { logits } = model.forward(params, image, inference)
const found = await logits.data()
console.log(`logits [${logits.shape.join(", ")}] from ${Math.min(...found)} to ${Math.max(...found)}`)
const expected = await map("output.eval")?.data()
if (expected !== undefined) {
  const furthest = Math.max(...Array.from(expected, (value, i) => Math.abs(value - found[i])))
  console.log(`PyTorch's differ from them by ${furthest.toExponential(1)} at most`)
}

const exported = await exportPyTorch(model, params)
writeFileSync(values.output, writeSafetensors(exported, { metadata: new Map([["format", "pt"]]) }))
const same = [...exported].every(([name, { data }]) => data.every((value, i) => value === state.get(name)?.data[i]))
console.log(
  `given back to PyTorch in ${values.output}, ${same ? "every number as it came" : "with rounding to float32"}`
)
