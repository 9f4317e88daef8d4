import {
  type Attribute,
  engine,
  getGradient,
  getKernel,
  type NamedAttrMap,
  type NamedTensorMap,
  registerGradient,
  type Tensor
} from "@tensorflow/tfjs-core"

type Named<Inputs> = { readonly [Name in keyof Inputs]: Tensor }

/** An op of this library's own: one kernel on engines that have it, composed of tfjs's ops on all others. */
export interface OwnOp<Inputs extends Named<Inputs>, Attributes extends object, Result extends Tensor | Array<Tensor>> {
  /** The kernel's name. */
  readonly name: string
  /** The op in tfjs's ops, which are differentiated as any are. */
  readonly compute: (inputs: Inputs, attributes: Attributes) => Result
  /** How the kernel is differentiated; nothing for one that nothing is learned through. */
  readonly gradient?: {
    /** Inputs, then outputs by position, that the gradient needs. */
    readonly saves: readonly [inputs: ReadonlyArray<keyof Inputs & string>, outputs: ReadonlyArray<boolean>]
    readonly by: (
      dy: Result,
      saved: ReadonlyArray<Tensor>,
      attributes: Attributes
    ) => { readonly [Name in keyof Inputs]?: () => Tensor }
  }
}

/**
 * Makes an op that an engine may have a kernel of its own for. A whole graph has one node for it, where its composition has
 * ten, and twenty backwards.
 */
export const ownOp = <Inputs extends Named<Inputs>, Attributes extends object, Result extends Tensor | Array<Tensor>>({
  name,
  compute,
  gradient
}: OwnOp<Inputs, Attributes, Result>) => {
  const register = ({ saves: [inputs, outputs], by }: NonNullable<typeof gradient>) =>
    registerGradient({
      kernelName: name,
      inputsToSave: [...inputs],
      outputsToSave: [...outputs],
      gradFunc: (dy, saved, attributes) => by(dy as Result, saved, attributes as unknown as Attributes) as never
    })
  return (inputs: Inputs, attributes: Attributes): Result => {
    if (getKernel(name, engine().backendName) === undefined) return compute(inputs, attributes)
    if (gradient !== undefined && getGradient(name) === undefined) register(gradient)
    return engine().runKernel(
      name,
      inputs as unknown as NamedTensorMap,
      attributes as { [name: string]: Attribute } as NamedAttrMap
    ) as Result
  }
}
