import { Tensor, type TensorContainer } from "@tensorflow/tfjs-core"

/** Every tensor of a container, in the order of its names. */
export const tensorsIn = (container: TensorContainer): ReadonlyArray<Tensor> => {
  const found: Array<Tensor> = []
  replaceTensors(container, (tensor) => {
    found.push(tensor)
    return tensor
  })
  return found
}

/** The same container with another tensor in the place of each. */
export const replaceTensors = <C extends TensorContainer>(
  container: C,
  replace: (tensor: Tensor, i: number) => Tensor
): C => {
  let i = 0
  const visit = (part: unknown): unknown => {
    if (part instanceof Tensor) return replace(part, i++)
    if (Array.isArray(part)) return part.map(visit)
    if (isPlain(part)) return Object.fromEntries(Object.entries(part).map(([name, value]) => [name, visit(value)]))
    return part
  }
  return visit(container) as C
}

/** What tells two containers apart to a compiler: names, shapes, types, and everything that is no tensor. */
export const signatureOf = (container: TensorContainer): string => {
  const visit = (part: unknown): string => {
    if (part instanceof Tensor) return `${part.dtype}[${part.shape}]`
    if (Array.isArray(part)) return `[${part.map(visit)}]`
    if (isPlain(part))
      return `{${Object.entries(part).map(([name, value]) => `${JSON.stringify(name)}:${visit(value)}`)}}`
    return typeof part === "string" ? JSON.stringify(part) : `${typeof part} ${String(part)}`
  }
  return visit(container)
}

const isPlain = (part: unknown): part is object =>
  typeof part === "object" && part !== null && !ArrayBuffer.isView(part)
