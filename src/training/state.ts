import { clone, type Tensor } from "@tensorflow/tfjs-core"
import { leaves } from "../modules/params.ts"
import { declared, mapSpec, type Params, type ParamsOf, type Spec } from "../modules/spec.ts"
import type { OptimizerState, Tensors } from "../optim/optimizer.ts"

/** All that training changes in tensors. */
export interface TrainTensors<State extends OptimizerState = OptimizerState> {
  /** Every parameter by its path, running statistics included. */
  readonly params: Tensors
  readonly optimizer: State
}

/** Where a run stands, as plain data: with the tensors, all that a resumed run needs to give the same bits. */
export interface TrainPosition {
  readonly seed: number
  /** Optimiser steps taken. */
  readonly step: number
  /** Epochs finished. */
  readonly epoch: number
  /** Steps taken of the epoch under way. */
  readonly cursor: number
  /** The sum of their losses. */
  readonly lossSum: number
  /** Of the last validation, smoothed where that was asked for; nothing before the first. */
  readonly score?: number
  readonly best?: BestScore
}

export interface BestScore {
  readonly score: number
  /** After how many epochs. */
  readonly epoch: number
}

/** Where every run begins. */
export const startOf = (seed: number): TrainPosition => ({ seed, step: 0, epoch: 0, cursor: 0, lossSum: 0 })

/** A tree of parameters as a flat record by path, in the order of the spec, of tensors of its own. */
export const flatParams = (spec: Spec, params: Params): Tensors => {
  const found = new Map(leaves(params))
  return Object.fromEntries(declared(spec).map(([path]) => [path, clone(found.get(path) as Tensor)]))
}

/** The tree that a network takes, of the same tensors. */
export const treeOf = <S extends Spec>(spec: S, params: Tensors): ParamsOf<S> =>
  mapSpec(spec, (_, path) => params[path]) as ParamsOf<S>

/** Every tensor of a state. */
export const tensorsOf = ({ params, optimizer }: TrainTensors): ReadonlyArray<Tensor> =>
  [params, ...Object.values(optimizer)].flatMap((tensors) => Object.values(tensors))

/** Frees every tensor of a state. */
export const disposeTensors = (state: TrainTensors): void => {
  for (const tensor of tensorsOf(state)) tensor.dispose()
}
