import { Tensor, type TensorContainer } from "@tensorflow/tfjs-core"
import { CompileError } from "./compileError.ts"

/** Every tensor of a container, in the order of its names. */
export const tensorsIn = (container: TensorContainer): ReadonlyArray<Tensor> => {
  const tensors: Array<Tensor> = []
  replaceTensors(container, (tensor) => {
    tensors.push(tensor)
    return tensor
  })
  return tensors
}

/**
 * The same container with another tensor in the place of each.
 *
 * @throws CompileError for what is no container of tensors
 */
export const replaceTensors = <C extends TensorContainer>(
  container: C,
  replace: (tensor: Tensor, i: number) => Tensor
): C => {
  let i = 0
  const visit = (part: unknown): unknown => {
    if (part instanceof Tensor) return replace(part, i++)
    if (Array.isArray(part)) return part.map(visit)
    if (isRecord(part)) return Object.fromEntries(Object.entries(part).map(([name, value]) => [name, visit(value)]))
    if (part == null || ArrayBuffer.isView(part) || PLAIN.has(typeof part)) return part
    throw refusal(part)
  }
  return visit(container) as C
}

/** What tells two containers apart to a compiler: names, shapes, types, and everything that is no tensor. */
export const signatureOf = (container: TensorContainer): string => {
  const visit = (part: unknown): string => {
    if (part instanceof Tensor) return `${part.dtype}[${part.shape}]`
    if (Array.isArray(part)) return `[${part.map(visit)}]`
    if (ArrayBuffer.isView(part)) return `${part.constructor.name}[${Array.from(part as Float32Array, numeral)}]`
    if (isRecord(part)) {
      return `{${Object.entries(part).map(([name, value]) => `${JSON.stringify(name)}:${visit(value)}`)}}`
    }
    if (typeof part === "number") return numeral(part)
    return typeof part === "string" ? JSON.stringify(part) : String(part)
  }
  return visit(container)
}

const PLAIN: ReadonlySet<string> = new Set(["string", "number", "boolean"])

const numeral = (value: number): string => (Object.is(value, -0) ? "-0" : String(value))

/** Whether it is an object of its properties alone, and no instance of a class. */
const isRecord = (part: unknown): part is object => {
  if (typeof part !== "object" || part === null) return false
  const prototype = Object.getPrototypeOf(part)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

const refusal = (part: unknown): CompileError => {
  if (part instanceof Promise) {
    // The error says more than what it will fail with.
    part.catch(() => {})
    const reason = "a function that is compiled is traced at once, and waits for nothing"
    return new CompileError({ op: "a promise", reason, remedy: "return tensors, and read them outside" })
  }
  const kind = typeof part === "object" && part !== null ? part.constructor.name : typeof part
  return new CompileError({
    op: `a value of type ${kind}`,
    reason: "compiled functions take and give tensors, and what is plain data",
    remedy: "pass tensors, numbers, words, and lists or plain records of them; capture the rest"
  })
}
