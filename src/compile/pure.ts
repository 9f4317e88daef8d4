import { engine, type Tensor, Variable } from "@tensorflow/tfjs-core"
import { CompileError } from "./compileError.ts"

/**
 * Runs a function that is traced, while everything is refused that would happen with the trace alone and in no call after it:
 * changing variables, making them, drawing random numbers.
 */
export const purely = <A>(f: () => A): A =>
  overriding(engine(), "makeVariable", noVariable, () =>
    overriding(Math, "random", noRandomNumbers, () => withoutAssignments(f))
  )

/** Runs a function that assigns no variable: that would free its numbers, and give it some that are not computed yet. */
export const withoutAssignments = <A>(f: () => A): A => overriding(Variable.prototype, "assign", noAssignment, f)

function noAssignment(this: Variable): never {
  throw new CompileError({
    op: `the variable ${this.name}`,
    reason: "a function that is compiled cannot assign it",
    remedy: "return the new value, and assign it outside"
  })
}

const noVariable = (_: Tensor, __?: boolean, name?: string): never => {
  throw new CompileError({
    op: name === undefined ? "a variable" : `the variable ${name}`,
    reason: "a function that is compiled cannot make it: it would outlive the function, without numbers",
    remedy: "return a tensor, as hepaflow's optimisers do, or make it outside"
  })
}

const noRandomNumbers = (): never => {
  throw new CompileError({
    op: opUnderWay() ?? "Math.random",
    reason: "its numbers would be drawn while the function is traced, and be the same in every call",
    remedy: "use hepaflow's dropout, or give the numbers, or a key to draw them by, as an input"
  })
}

/** The op of tfjs that was called, not those that it is made of. */
const opUnderWay = (): string | undefined => {
  const names = engine().state.scopeStack.map(({ name }) => /^(.*)__op$/.exec(name)?.[1])
  return names.find((name) => name !== undefined)
}

/** Runs `f` while a method is another one. */
const overriding = <Name extends string, Method, A>(
  owner: { [Key in Name]: Method },
  name: Name,
  method: Method,
  f: () => A
): A => {
  const before = Object.getOwnPropertyDescriptor(owner, name)
  Object.defineProperty(owner, name, { value: method, configurable: true, writable: true })
  try {
    return f()
  } finally {
    if (before === undefined) Reflect.deleteProperty(owner, name)
    else Object.defineProperty(owner, name, before)
  }
}
