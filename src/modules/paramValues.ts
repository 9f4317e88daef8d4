import { tensor } from "@tensorflow/tfjs-core"
import { TaggedError } from "../errors.ts"
import { leaves } from "./params.ts"
import { declared, mapSpec, type Params, type ParamsOf, type Spec } from "./spec.ts"

/** Parameters as plain numbers by path, running statistics included: what a file holds and a stage may be given. */
export type ParamValues = ReadonlyMap<string, { readonly shape: ReadonlyArray<number>; readonly data: Float32Array }>

/** Numbers that are not those of a network: each path that is missing, surplus or of another shape. */
export class ParamsError extends TaggedError("ParamsError")<{ readonly problems: ReadonlyArray<string> }> {
  override get message() {
    const [first, ...rest] = this.problems
    const more = rest.length === 0 ? "" : ` (and ${rest.length} more)`
    return `the parameters do not fit the network: ${first}${more}; is it the network that they were trained in?`
  }
}

/** Throws a `ParamsError` unless these are the parameters that a spec declares. */
export const checkValues = (spec: Spec, values: ParamValues): void => {
  const expected = new Map(declared(spec).map(([path, { shape }]) => [path, `[${shape.join(", ")}]`]))
  const problems = [...expected].flatMap(([path, shape]) => {
    const found = values.get(path)
    if (found === undefined) return [`there is no ${path}`]
    return `[${found.shape.join(", ")}]` === shape ? [] : [`${path} is [${found.shape.join(", ")}], not ${shape}`]
  })
  const surplus = [...values.keys()].filter((path) => !expected.has(path)).map((path) => `${path} has no place in it`)
  if (problems.length + surplus.length > 0) throw new ParamsError({ problems: [...problems, ...surplus] })
}

/**
 * The tensors of a network's parameters, on the engine that is current; they are the caller's.
 *
 * @throws ParamsError where they do not fit, before any tensor is made
 */
export const paramsFrom = <S extends Spec>(spec: S, values: ParamValues): ParamsOf<S> => {
  checkValues(spec, values)
  return mapSpec(spec, (leaf, path) =>
    // A tensor may keep the array that it is made of; the values stay the caller's.
    tensor((values.get(path) as { readonly data: Float32Array }).data.slice(), [...leaf.shape], "float32")
  ) as ParamsOf<S>
}

/**
 * The numbers of a tree of parameters, which stays as it is: the inverse of `paramsFrom`.
 *
 * @example
 * ```ts
 * const network = uNet({ width: 4 })
 * const values = await valuesOf(initialize(key(1), network.spec))
 * values.get("head.kernel")?.shape // => [1, 1, 4, 1]
 * ```
 */
export const valuesOf = async (params: Params): Promise<ParamValues> =>
  new Map(
    await Promise.all(
      leaves(params).map(
        async ([path, each]) => [path, { shape: each.shape, data: Float32Array.from(await each.data()) }] as const
      )
    )
  )
