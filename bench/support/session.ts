import { scalar, sigmoid, type Tensor, type Tensor4D, tensor4d } from "@tensorflow/tfjs-core"
import * as Effect from "effect/Effect"
import { Backend } from "hepaflow/backend"
import { dice } from "hepaflow/losses"
import { disposeParams, dropoutKey, inference, initialize, weightsOf } from "hepaflow/modules"
import { sgd } from "hepaflow/optim"
import { fold, key, normal } from "hepaflow/random"
import { disposeTensors, flatParams, type TrainTensors, trainStep } from "hepaflow/training"
import type { Benchmark } from "./benchmarks.ts"

type Float = Tensor & { readonly dtype: "float32" }

/** Training as the train stage does it, step by step on one batch of noise; each gives its loss. */
export const trainingOf = Effect.fnUntraced(function* ({ network, batch, size }: Omit<Benchmark, "title" | "peer">) {
  const backend = yield* Backend
  const optimizer = sgd({ momentum: 0.9, weightDecay: 4e-4 })
  const prepared = backend.prepare(trainStep({ network, loss: dice(), optimizer }))
  const [pixels, marks] = noise(batch, size)
  const shape: [number, number, number, number] = [batch, size, size, 1]
  let state: TrainTensors<ReturnType<typeof optimizer.init>> = yield* backend.run(() => {
    const params = flatParams(network.spec, initialize(key(1), network.spec))
    return { params, optimizer: optimizer.init(weightsOf(network.spec, params)) }
  })
  let at = 0
  return Effect.gen(function* () {
    const { loss, ...next } = yield* backend.run(() =>
      prepared({
        ...state,
        images: tensor4d(pixels, shape),
        masks: tensor4d(marks, shape),
        learningRate: scalar(0.05),
        dropoutKey: dropoutKey(fold(key(1), "dropout", at++)),
        auxiliaryWeight: scalar(0.4)
      })
    )
    disposeTensors(state)
    state = next
    const [value] = yield* backend.read(loss as Float)
    loss.dispose()
    return value
  })
})

/** Prediction of one batch of noise as the predict stage does it; gives the sum of its probabilities. */
export const predictionOf = Effect.fnUntraced(function* ({ network, batch, size }: Omit<Benchmark, "title" | "peer">) {
  const backend = yield* Backend
  const params = yield* Effect.acquireRelease(
    backend.run(() => initialize(key(1), network.spec) as never),
    (tensors) => Effect.sync(() => disposeParams(tensors))
  )
  const prepared = backend.prepare((images: Tensor4D) => sigmoid(network.forward(params, images, inference).logits))
  const [pixels] = noise(batch, size)
  return Effect.gen(function* () {
    const found = yield* backend.run(() => prepared(tensor4d(pixels, [batch, size, size, 1])))
    const values = yield* backend.read(found as Tensor4D & { readonly dtype: "float32" })
    found.dispose()
    return values.reduce((sum, value) => sum + value, 0)
  })
})

const noise = (batch: number, size: number) => {
  const [pixels, marks] = ["images", "masks"].map((name) => normal(fold(key(1), name), batch * size * size))
  return [pixels, marks.map((value) => Number(value > 0.5))] as const
}
