import {
  concat1d,
  dispose,
  reshape,
  type Scalar,
  scalar,
  type Tensor,
  type Tensor1D,
  tensor4d,
  tidy
} from "@tensorflow/tfjs-core"
import * as Effect from "effect/Effect"
import type { Backend, EngineError } from "../../backend/backend.ts"
import { LossError } from "../../losses/loss.ts"
import { dropoutKey } from "../../modules/dropout.ts"
import { InputShapeError } from "../../modules/errors.ts"
import { weightsOf } from "../../modules/params.ts"
import { initialize } from "../../modules/spec.ts"
import type { OptimizerState } from "../../optim/optimizer.ts"
import { fold, key } from "../../random/index.ts"
import { restore, type Snapshot, type Values } from "../../training/checkpoint.ts"
import { confusionsOf, evaluate } from "../../training/evaluate.ts"
import { disposeTensors, flatParams, type TrainPosition, type TrainTensors } from "../../training/state.ts"
import {
  accumulate,
  differentiate,
  type Mean,
  type StepInputs,
  trainStep,
  type UpdateInputs,
  update,
  zeroIfFinite
} from "../../training/step.ts"
import type { Batch } from "../batch.ts"
import type { TrainPlan } from "./trainOptions.ts"

/** What training asks of an engine. Tensors that an effect gives belong to the caller. */
export type Trainer = ReturnType<typeof makeTrainer>

type Owned = ReadonlyArray<Tensor>

export const makeTrainer = (backend: Backend["Service"], plan: TrainPlan) => {
  const { network, optimizer, targets } = plan
  const prepared = {
    step: backend.prepare((inputs: StepInputs<OptimizerState>) =>
      tidy(() => {
        const { loss, ...next } = trainStep(plan)(inputs)
        return { ...next, told: told(loss, next) }
      })
    ),
    differentiate: backend.prepare(differentiate(plan)),
    accumulate: backend.prepare(accumulate),
    update: backend.prepare(({ loss, ...inputs }: UpdateInputs<OptimizerState> & { readonly loss: Scalar }) =>
      tidy(() => {
        const next = update(plan)(inputs)
        return { ...next, told: told(loss, next) }
      })
    ),
    evaluate: backend.prepare(evaluate(plan))
  }

  const compute: Backend["Service"]["run"] = (f) => Effect.mapError(backend.run(f), unwrapped)

  const read = (tensor: Tensor) => backend.read(tensor as Tensor & { readonly dtype: "float32" })

  const begin: Effect.Effect<TrainTensors, EngineError> = compute(() => {
    const from = fold(key(plan.seed), "initialize")
    const params = flatParams(network.spec, plan.initial ?? initialize(from, network.spec))
    return { params, optimizer: optimizer.init(weightsOf(network.spec, params)) }
  })

  /** The tensors of a checkpoint; nothing where they are of another optimiser. */
  const resume = (snapshot: Snapshot): Effect.Effect<TrainTensors | undefined, EngineError> =>
    Effect.map(
      compute(() => {
        const tensors = restore(snapshot)
        const fresh = optimizer.init(weightsOf(network.spec, tensors.params))
        return { ...tensors, same: namesOf(fresh) === namesOf(tensors.optimizer) }
      }),
      ({ same, ...tensors }) => {
        if (!same) disposeTensors(tensors)
        return same ? tensors : undefined
      }
    )

  const inputsOf = ({ size, height, width, images, masks }: Batch) => {
    const classes = targets.length > 1 ? targets.length + 1 : 1
    const shape: [number, number, number, number] = [size, height, width, classes]
    const marks = classes === 1 ? Float32Array.from(masks) : oneHot(masks, classes)
    return { images: tensor4d(images, [size, height, width, 1]), masks: tensor4d(marks, shape) }
  }

  const keyOf = (step: number, part: number) => dropoutKey(fold(key(plan.seed), "dropout", step, part))

  const whole = (state: TrainTensors, batch: Batch, step: number, learningRate: number) =>
    compute(() =>
      prepared.step({
        ...state,
        ...inputsOf(batch),
        learningRate: scalar(learningRate),
        dropoutKey: keyOf(step, 0),
        auxiliaryWeight: scalar(plan.auxiliaryWeight)
      })
    )

  const inParts = (state: TrainTensors, parts: ReadonlyArray<Batch>, step: number, learningRate: number) =>
    Effect.suspend(() => {
      const total = parts.reduce((sum, { size }) => sum + size, 0)
      let mean: Mean | undefined
      let statistics: TrainTensors["params"] = {}
      const own = (): Owned => [
        ...Object.values(statistics),
        ...(mean === undefined ? [] : [mean.loss, ...Object.values(mean.gradients)])
      ]
      const pass = (part: Batch, i: number) =>
        Effect.map(
          compute(() => {
            const params = { ...state.params, ...statistics }
            const one = prepared.differentiate({
              params,
              ...inputsOf(part),
              dropoutKey: keyOf(step, i),
              auxiliaryWeight: scalar(plan.auxiliaryWeight)
            })
            const share = scalar(part.size / total)
            return { mean: prepared.accumulate({ ...(mean && { sum: mean }), pass: one, share }), ...one }
          }),
          (next) => {
            dispose([...own(), next.loss, ...Object.values(next.gradients)])
            mean = next.mean
            statistics = next.statistics
          }
        )
      const finish = Effect.suspend(() => {
        const { gradients, loss } = mean as Mean
        return compute(() =>
          prepared.update({ ...state, loss, gradients, statistics, learningRate: scalar(learningRate) })
        )
      })
      const passes = Effect.forEach(parts, (part, i) => Effect.andThen(pass(part, i), Effect.yieldNow), {
        discard: true
      })
      return Effect.ensuring(
        Effect.andThen(passes, finish),
        Effect.sync(() => dispose([...own()]))
      )
    })

  /** The state after a step on a batch in one or more parts, whether it is finite, and the loss before it. */
  const step = (state: TrainTensors, parts: ReadonlyArray<Batch>, at: number, learningRate: number) =>
    Effect.gen(function* () {
      yield* checkShapes(parts)
      const { told, ...next } =
        parts.length === 1
          ? yield* whole(state, parts[0], at, learningRate)
          : yield* inParts(state, parts, at, learningRate)
      const reading = Effect.ensuring(
        read(told),
        Effect.sync(() => told.dispose())
      )
      const [loss, zero] = yield* Effect.tapCause(reading, () => Effect.sync(() => disposeTensors(next)))
      return { next, loss, finite: zero === 0 }
    })

  const checkShapes = (parts: ReadonlyArray<Batch>) =>
    Effect.try({
      try: () => {
        for (const { size, height, width } of parts) network.check([size, height, width, 1])
      },
      catch: (error) => error as InputShapeError
    })

  /** Loss and counts of one batch of a validation. */
  const validate = ({ params }: TrainTensors, batch: Batch) =>
    Effect.gen(function* () {
      const { loss, counts } = yield* compute(() => prepared.evaluate({ params, ...inputsOf(batch) }))
      const [[value], areas] = yield* Effect.ensuring(
        Effect.all([read(loss), read(counts)]),
        Effect.sync(() => dispose([loss, counts]))
      )
      const confusions = confusionsOf(areas, batch.height * batch.width)
      const units = targets.map((target, k) => ({
        target,
        units: batch.ids.map(({ caseId, index }, i) => ({
          caseId,
          slice: index,
          measured: confusions[i * targets.length + k]
        }))
      }))
      return { loss: value, size: batch.size, units }
    })

  /** A state's numbers, away from the engine. */
  const snapshot = (state: TrainTensors, position: TrainPosition): Effect.Effect<Snapshot, EngineError> =>
    Effect.gen(function* () {
      const valuesOf = (tensors: TrainTensors["params"]) =>
        Effect.map(
          Effect.forEach(Object.entries(tensors), ([path, tensor]) =>
            Effect.map(read(tensor), (data): readonly [string, Values] => [path, { shape: tensor.shape, data }])
          ),
          (entries) => new Map(entries)
        )
      const params = yield* valuesOf(state.params)
      const slots = yield* Effect.forEach(Object.entries(state.optimizer), ([slot, tensors]) =>
        Effect.map(valuesOf(tensors), (values) => [slot, values] as const)
      )
      const { name, config } = network
      return { network: { name, config }, position, settings: plan.settings, params, optimizer: new Map(slots) }
    })

  return { begin, resume, step, validate, snapshot }
}

/** What is read of a step, at once: the loss, and 0 if what came of it is finite. */
const told = (loss: Scalar, { params }: Pick<TrainTensors, "params">): Tensor1D =>
  concat1d([loss, zeroIfFinite(params)].map((each): Tensor1D => reshape(each, [1])))

/** A number for each class at each pixel: 1 for the one that the mask names, else 0. */
const oneHot = (masks: Uint8Array, classes: number): Float32Array => {
  const marks = new Float32Array(masks.length * classes)
  for (let i = 0; i < masks.length; i++) marks[i * classes + masks[i]] = 1
  return marks
}

const namesOf = (optimizer: TrainTensors["optimizer"]): string =>
  Object.entries(optimizer)
    .map(([slot, tensors]) => `${slot}: ${Object.keys(tensors).sort().join()}`)
    .sort()
    .join("; ")

/** What the loss or the network refused is not the engine's failure. */
const unwrapped = (error: EngineError): EngineError =>
  error.cause instanceof LossError || error.cause instanceof InputShapeError ? (error.cause as never) : error
