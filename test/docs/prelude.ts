// What the examples of doc comments take as given: names that a reader knows from the text around them. Whatever else they use
// comes from the file that they stand in, or is exported by this package.
export { createReadStream, writeFileSync } from "node:fs"
export { readFile, writeFile } from "node:fs/promises"
// The engine's language, Effect's, and Node's.
export {
  matMul,
  ones,
  relu,
  scalar,
  softmax,
  sqrt,
  square,
  sum,
  type Tensor2D,
  type Tensor4D,
  tensor2d,
  tensor4d,
  zeros
} from "@tensorflow/tfjs-core"
export * as Effect from "effect/Effect"
export * as Stream from "effect/Stream"
export {
  cases,
  cohort,
  dataset,
  facts,
  labelMaps,
  livers,
  patients,
  predictions,
  slices,
  split
} from "./given/cohort.ts"
export * from "./given/engine.ts"
export * from "./given/network.ts"
export * from "./given/patient.ts"
export * from "./given/study.ts"
