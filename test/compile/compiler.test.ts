import * as v8 from "node:v8"
import * as vm from "node:vm"
import "@tensorflow/tfjs-backend-cpu"
import "../../src/backend/gradients.ts"
import {
  add,
  cast,
  clone,
  conv2d,
  dropout,
  engine,
  fill,
  getBackend,
  getKernelsForBackend,
  grad,
  grads,
  keep,
  matMul,
  memory,
  mul,
  neg,
  ones,
  randomNormal,
  randomUniform,
  relu,
  reshape,
  type Scalar,
  scalar,
  setBackend,
  square,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor4D,
  tensor,
  tensor1d,
  tensor2d,
  train,
  transpose,
  variable,
  where,
  zeros
} from "@tensorflow/tfjs-core"
import { afterAll, beforeEach, describe, expect, it } from "vitest"
import { CompileError } from "../../src/compile/compileError.ts"
import { makeCompiler } from "../../src/compile/compiler.ts"
import { onBackend } from "../../src/compile/onBackend.ts"
import { key, normal } from "../../src/random/index.ts"
import { counted } from "../support/compiled/counted.ts"
import { testRuntime } from "../support/compiled/runtime.ts"

const { runtime, buffers, sessions, calls } = counted(testRuntime())
const compiler = makeCompiler(runtime)
const { compile, run } = compiler

beforeEach(async () => {
  await setBackend("cpu")
})

afterAll(async () => {
  compiler.dispose()
  await runtime.close()
})

const numbers = async (x: Tensor) => [...(await x.data())]

/** What a program throws. */
const thrownBy = (program: () => unknown): unknown => {
  try {
    program()
  } catch (error) {
    return error
  }
  return undefined
}

/** Expects that a program leaves as many tensors, data and buffers as it found. */
const leavesNothing = async (program: () => unknown) => {
  const inUse = () => [memory().numTensors, memory().numDataBuffers, buffers.size]
  const before = inUse()
  await program()
  expect(inUse()).toEqual(before)
}

const noise = (seed: number, ...shape: Array<number>) =>
  tensor(
    normal(
      key(seed),
      shape.reduce((a, b) => a * b, 1)
    ),
    shape
  )

describe("a compiled function", () => {
  it("computes what the function does, and leaves the engine in use as it was", async () => {
    const norm = compile((x: Tensor1D) => sum(square(x)))
    expect(await numbers(norm(tensor1d([3, 4])))).toEqual([25])
    expect(getBackend()).toBe("cpu")
  })

  it("takes and gives tensors in lists and records, beside what is no tensor", async () => {
    const both = compile(({ pair: [a, b], times }: { pair: [Scalar, Scalar]; times: number }) => ({
      sum: add(a, b),
      scaled: [mul(a, times)],
      label: "made"
    }))
    const found = both({ pair: [scalar(2), scalar(5)], times: 3 })
    expect([await numbers(found.sum), await numbers(found.scaled[0]), found.label]).toEqual([[7], [6], "made"])
  })

  it("is traced once for each set of shapes, types and plain values", () => {
    let traces = 0
    const f = compile(({ x, times }: { x: Tensor; times: number | string }) => {
      traces++
      return mul(x, Number(times))
    })
    for (const x of [ones([2]), ones([2]), zeros([2])]) f({ x, times: 2 })
    expect(traces).toBe(1)
    f({ x: ones([3]), times: 2 })
    f({ x: ones([2], "int32"), times: 2 })
    f({ x: ones([2]), times: 3 })
    f({ x: ones([2]), times: "3" })
    expect(traces).toBe(5)
  })

  it("tells containers apart whose words look alike", async () => {
    const last = compile((words: Array<string>) => scalar(words.length))
    expect(await numbers(last(["a", "b"]))).toEqual([2])
    expect(await numbers(last(["a,string b"]))).toEqual([1])
    expect(await numbers(last(['a","b']))).toEqual([1])
  })

  it("keeps no more shapes ready than the cache holds, the last used ones", async () => {
    const own = counted(testRuntime())
    const small = makeCompiler(own.runtime, { cacheSize: 2 })
    const f = small.compile((x: Tensor) => neg(x))
    const call = (length: number) => f(ones([length])).dispose()
    for (const length of [1, 2, 1, 3, 1]) call(length)
    expect([own.calls.loads, own.sessions.size]).toEqual([3, 2])
    call(2)
    expect([own.calls.loads, own.sessions.size]).toEqual([4, 2])
    small.dispose()
    expect([own.sessions.size, own.buffers.size]).toEqual([0, 0])
    await own.runtime.close()
  })

  it("takes what another gave without a detour, and again what it gave itself", async () => {
    const [double, next] = [compile((x: Tensor) => mul(x, 2)), compile((x: Tensor) => add(x, 1))]
    const start = tensor1d([1, 2])
    const [a, b, c] = [double(start), next(double(start)), next(next(next(start)))]
    expect([await numbers(a), await numbers(b), await numbers(c)]).toEqual([
      [2, 4],
      [3, 5],
      [4, 5]
    ])
  })

  it("gives an input back, and one tensor twice, as tensors of their own", async () => {
    const x = tensor1d([1, 2])
    const [same, once, twice] = compile((x: Tensor1D) => {
      const y = neg(x)
      return [x, y, y]
    })(x)
    expect(new Set([x.dataId, same.dataId, once.dataId, twice.dataId]).size).toBe(4)
    once.dispose()
    x.dispose()
    expect([await numbers(same), await numbers(twice)]).toEqual([
      [1, 2],
      [-1, -2]
    ])
  })

  it("gives constants that depend on no input", async () => {
    const [whole, parts] = compile((_: Tensor) => [fill([2, 2], 3), tensor1d([1, 2], "int32")])(scalar(0))
    expect([whole.shape, await numbers(whole), parts.dtype, await numbers(parts)]).toEqual([
      [2, 2],
      [3, 3, 3, 3],
      "int32",
      [1, 2]
    ])
  })

  it("takes one tensor as two inputs that lie otherwise", async () => {
    const square = run(() => noise(1, 3, 3, 3, 3)) as Tensor4D
    const f = ({ image, filter }: { image: Tensor4D; filter: Tensor4D }) => conv2d(image, filter, 1, "same")
    const plain = noise(1, 3, 3, 3, 3) as Tensor4D
    const expected = f({ image: plain, filter: plain }).dataSync()
    const found = compile(f)({ image: square, filter: square })
    expect(await found.data()).toBeAllclose(expected, { relative: 1e-5 })
    // The numbers are with the runtime by now, in one order.
    expect(await compile(f)({ image: square, filter: square }).data()).toBeAllclose(expected, { relative: 1e-5 })
  })

  it("takes tensors that lie otherwise than those that it was traced with", async () => {
    const f = compile(({ x, w }: { x: Tensor4D; w: Tensor4D }) => conv2d(x, w, 1, "same"))
    const turn = compile((x: Tensor4D) => transpose(x, [0, 2, 1, 3]))
    const [x, w] = [noise(2, 2, 5, 5, 3) as Tensor4D, noise(3, 3, 3, 3, 4) as Tensor4D]
    const expected = [x, transpose(x, [0, 2, 1, 3])].map((each) => conv2d(each as Tensor4D, w, 1, "same").dataSync())
    const given = [x, turn(x)]
    for (const i of [0, 1, 0, 1]) {
      expect(await f({ x: given[i], w }).data()).toBeAllclose(expected[i], { relative: 1e-5 })
    }
  })

  it("lays its results out so that they fit when they come back: a loop loads no third model", () => {
    const step = compile(({ w, velocity, x }: { w: Tensor4D; velocity: Tensor4D; x: Tensor4D }) => {
      const slope = grad((v: Tensor) => sum(square(conv2d(x, v as Tensor4D, 1, "same"))))(w)
      const next = add<Tensor4D>(mul(velocity, 0.9), slope)
      return { w: sub<Tensor4D>(w, mul(next, 0.01)), velocity: next }
    })
    const x = noise(4, 2, 6, 6, 3) as Tensor4D
    let state = { w: noise(5, 3, 3, 3, 4) as Tensor4D, velocity: zeros([3, 3, 3, 4]) as Tensor4D }
    const before = calls.loads
    for (let i = 0; i < 5; i++) state = step({ ...state, x })
    expect(calls.loads - before).toBeLessThanOrEqual(2)
  })

  it("is a part of another that is being compiled, whatever it is given", async () => {
    const double = compile((x: Tensor) => mul(x, 2))
    const outer = compile((x: Tensor) => add(double(x), double(tensor1d([10, 20]))))
    expect(await numbers(outer(tensor1d([1, 2])))).toEqual([22, 44])
    const slope = compile((x: Tensor) => grad((y: Tensor) => sum(square(double(y))))(x))
    expect(await numbers(slope(tensor1d([1, 2])))).toEqual([8, 16])
  })

  it("takes tensors of another engine, and leaves them there", async () => {
    const x = tensor1d([1, 2])
    await leavesNothing(async () => {
      const y = compile((x: Tensor1D) => neg(x))(x)
      expect(await numbers(y)).toEqual([-1, -2])
      y.dispose()
    })
    expect([...x.dataSync()]).toEqual([1, 2])
  })

  it("leaves nothing behind, however often it is called", async () => {
    const f = compile(({ x, w }: { x: Tensor2D; w: Tensor2D }) => {
      const loss = (v: Tensor) => sum(square(relu(matMul(x, v as Tensor2D))))
      return { w: sub(w, mul(grad(loss)(w), 0.1)), loss: loss(w), x }
    })
    const w = tensor2d([1, 2, 3, 4], [2, 2])
    const once = () => {
      const x = tensor2d([1, -1], [1, 2])
      const made = f({ x, w })
      for (const y of [made.w, made.loss, made.x, x]) y.dispose()
    }
    once()
    await leavesNothing(() => {
      for (let i = 0; i < 20; i++) once()
    })
  })

  it("leaves nothing behind when it throws", async () => {
    const x = tensor1d([1, 2])
    const failing = compile((x: Tensor1D) => {
      neg(x)
      ones([3])
      throw new Error("no")
    })
    await leavesNothing(() => {
      for (let i = 0; i < 5; i++) expect(() => failing(x)).toThrow("no")
    })
    expect(getBackend()).toBe("cpu")
  })

  it("refuses an input that was freed", () => {
    const f = compile((x: Tensor1D) => neg(x))
    for (const x of [tensor1d([1]), f(tensor1d([1]))]) {
      x.dispose()
      expect(thrownBy(() => f(x))).toMatchObject({ _tag: "CompileError", op: "an input", reason: "it was freed" })
    }
  })

  it("is not differentiated from outside, and says how it is", () => {
    const f = compile((x: Tensor) => sum(square(x)))
    expect(thrownBy(() => grad((x: Tensor) => f(x))(tensor1d([1, 2])))).toMatchObject({
      _tag: "CompileError",
      remedy: "compile the function that differentiates it"
    })
    expect(engine().state.gradientDepth).toBe(0)
  })

  it("passes an error of the runtime to whoever reads the result", async () => {
    const broken = makeCompiler({ ...runtime, load: () => runtime.load(new Uint8Array([1, 2, 3])) })
    const y = broken.compile((x: Tensor) => neg(x))(tensor1d([1]))
    await expect(y.data()).rejects.toThrow("ONNX Runtime")
    broken.dispose()
  })
})

describe("what a function captures", () => {
  it("is constant where its numbers are here", async () => {
    const bias = tensor1d([1, 2])
    const f = compile((x: Tensor1D) => add(x, bias))
    expect(await numbers(f(tensor1d([10, 20])))).toEqual([11, 22])
    const { runs } = calls
    expect(await numbers(run(() => clone(bias)))).toEqual([1, 2])
    expect(calls.runs).toBe(runs)
  })

  it("is of its own type where another tensor has the same numbers of another", async () => {
    const [whole, truth] = [tensor1d([1, 2, 3], "int32"), tensor1d([1, 0, 1], "bool")]
    const [numbersOfWhole, numbersOfTruth] = [whole, truth].map((x) => cast(x, "float32"))
    const f = compile((x: Tensor1D) => [
      mul(x, numbersOfWhole),
      mul(x, numbersOfTruth),
      where(truth, x, numbersOfWhole),
      add(cast(x, "int32"), whole)
    ])
    const found = await Promise.all(f(tensor1d([2, 5, 7])).map(numbers))
    expect(found).toEqual([
      [2, 10, 21],
      [2, 0, 7],
      [2, 2, 7],
      [3, 7, 10]
    ])
  })

  it("leaves memory with the graph", async () => {
    v8.setFlagsFromString("--expose-gc")
    const collect: () => void = vm.runInNewContext("gc")
    const captured = () => {
      const values = new Float32Array(1 << 16).map((_, i) => i)
      const x = tensor1d(values)
      return { x, values: new WeakRef(values) }
    }
    const { x, values } = captured()
    const f = compile((y: Tensor1D) => add(x, y))
    expect((await f(tensor1d([1])).data())[7]).toBe(8)
    x.dispose()
    await new Promise((resolve) => setTimeout(resolve))
    collect()
    expect(values.deref()).toBeUndefined()
  })

  it("is an input where it is with the runtime", async () => {
    const weight = compile((x: Tensor1D) => mul(x, 2))(tensor1d([1, 2]))
    const f = compile((x: Tensor1D) => mul(x, weight))
    const x = tensor1d([3, 4])
    const before = calls.loads
    expect([await numbers(f(x)), await numbers(f(x))]).toEqual([
      [6, 16],
      [6, 16]
    ])
    expect(calls.loads - before).toBe(1)
  })

  const made: ReadonlyArray<readonly [where: string, make: (...values: Array<number>) => Tensor]> = [
    ["here", (...values) => onBackend(compiler.name, () => tensor1d(values))],
    ["on another engine", (...values) => tensor1d(values)],
    ["with the runtime", (...values) => compile((x: Tensor) => neg(x))(tensor1d(values.map((value) => -value)))]
  ]

  it.each(made)("must live as long as the function is called, %s", async (_, make) => {
    let captured = make(1, 2)
    const f = compile((x: Tensor1D) => add(x, captured))
    const x = tensor1d([10, 20])
    expect(await numbers(f(x))).toEqual([11, 22])
    captured.dispose()
    const refused = { _tag: "CompileError", reason: "it was freed", remedy: "keep it, or make it an input" }
    for (const call of [() => f(x), () => compile((x: Tensor1D) => add(x, captured))(x)]) {
      expect(thrownBy(call)).toMatchObject(refused)
    }
    captured = make(3, 4)
    expect(await numbers(f(x))).toEqual([13, 24])
  })

  it.each(made)("is seen as it is at each call where it is a variable, %s", async (where, make) => {
    const [initial, next] = [make(1, 2), make(10, 20)]
    const home = where === "on another engine" ? "cpu" : compiler.name
    const w = onBackend(home, () => variable(initial))
    const f = compile((x: Tensor1D) => ({
      product: mul(x, w),
      copy: clone(w),
      initial: neg(initial),
      slope: grad((y: Tensor) => sum(mul(square(y), w)))(x)
    }))
    const seen = async () => {
      const { product, copy, initial, slope } = f(tensor1d([1, 3]))
      return [await numbers(product), await numbers(copy), await numbers(initial), await numbers(slope)]
    }
    const before = calls.loads
    expect(await seen()).toEqual([
      [1, 6],
      [1, 2],
      [-1, -2],
      [2, 12]
    ])
    onBackend(home, () => w.assign(next))
    const { loads } = calls
    expect(await seen()).toEqual([
      [10, 60],
      [10, 20],
      [-1, -2],
      [20, 120]
    ])
    expect([loads - before > 0, calls.loads]).toEqual([true, loads])
    expect(await numbers(run(() => mul(w, 2)))).toEqual([20, 40])
    w.dispose()
    expect(thrownBy(() => f(tensor1d([1, 3])))).toMatchObject({ reason: "it was freed" })
  })

  it("may lie otherwise by now where it is a variable", async () => {
    const turn = compile((x: Tensor) => transpose(x, [0, 2, 1, 3]))
    const [x, w] = [noise(2, 1, 5, 5, 3) as Tensor4D, noise(3, 3, 3, 3, 3) as Tensor4D]
    const held = onBackend(compiler.name, () => variable(w))
    const f = compile((image: Tensor4D) => conv2d(image, held, 1, "same"))
    const expected = [w, transpose(w, [0, 2, 1, 3])].map((each) => conv2d(x, each as Tensor4D, 1, "same").dataSync())
    expect(await f(x).data()).toBeAllclose(expected[0], { relative: 1e-5 })
    onBackend(compiler.name, () => held.assign(turn(w) as Tensor4D))
    expect(await f(x).data()).toBeAllclose(expected[1], { relative: 1e-5 })
    held.dispose()
  })
})

describe("what would happen once is refused", () => {
  it("assigning a variable, which keeps its numbers", async () => {
    const w = variable(tensor1d([1, 2]), true, "w")
    const [x, sgd, adam] = [ones([2]), train.sgd(0.1), train.adam(0.1)]
    const loss = () => sum(mul(w, x)) as Scalar
    const steps = [
      () => void w.assign(mul(w, 2)),
      () => void sgd.minimize(loss, false, [w]),
      () => void adam.minimize(loss, false, [w])
    ]
    for (const step of steps) {
      const names = Object.keys(engine().registeredVariables)
      await leavesNothing(() => {
        expect(thrownBy(() => compile(step)(undefined))).toMatchObject({
          op: expect.stringMatching(/^(the variable w|a variable)$/)
        })
      })
      expect(Object.keys(engine().registeredVariables)).toEqual(names)
    }
    const assigning = () => {
      w.assign(mul(w, 2))
      return []
    }
    expect(thrownBy(() => run(assigning))).toMatchObject({ remedy: "return the new value, and assign it outside" })
    expect(await numbers(w)).toEqual([1, 2])
    w.dispose()
  })

  it("drawing random numbers, but not where a function is run once", async () => {
    const draws = [
      () => randomNormal([2]),
      () => dropout(ones([2]), 0.5),
      () => mul(Math.random(), ones([2])),
      () => compile(() => randomUniform([2]))([])
    ]
    for (const draw of draws) {
      expect(thrownBy(() => compile((x: Tensor) => add(x, draw()))(ones([2])))).toMatchObject({ _tag: "CompileError" })
    }
    expect(await numbers(run(() => randomUniform([50])))).toHaveLength(50)
  })
})

it("a function that waits is refused at once", async () => {
  const waiting = async (x: Tensor) => add(x, (await sum(x).data())[0])
  const refused = { _tag: "CompileError", op: "a promise", remedy: "return tensors, and read them outside" }
  await leavesNothing(() => {
    const x = ones([2])
    expect(thrownBy(() => compile(waiting as never)(x))).toMatchObject(refused)
    expect(thrownBy(() => run(() => waiting(x) as never))).toMatchObject(refused)
    x.dispose()
  })
})

it("keeps so many graphs of all functions together", async () => {
  const own = counted(runtime)
  const small = makeCompiler(own.runtime, { cacheSize: 2 })
  const functions = [1, 2, 3].map((n) => small.compile((x: Tensor) => mul(x, n)))
  for (const f of functions) expect(await numbers(f(tensor1d([1])))).toHaveLength(1)
  expect([own.calls.loads, own.sessions.size]).toEqual([3, 2])
  const [first, second, third] = functions
  expect(await numbers(third(tensor1d([1])))).toEqual([3])
  expect(await numbers(second(tensor1d([1])))).toEqual([2])
  expect(own.calls.loads).toBe(3)
  expect(await numbers(first(tensor1d([1])))).toEqual([1])
  expect([own.calls.loads, own.sessions.size]).toEqual([4, 2])
  small.dispose()
  expect(own.sessions.size).toBe(0)
})

it.each([0, -1, 1.5, Number.NaN])("a cache of %s graphs is none", (cacheSize) => {
  expect(thrownBy(() => makeCompiler(runtime, { cacheSize }))).toMatchObject({
    _tag: "CompileError",
    reason: `its cacheSize is ${cacheSize}`
  })
})

it("has the runtime rewrite those graphs whose filters are constants", () => {
  const asked: Array<boolean | undefined> = []
  const load: typeof runtime.load = (model, options) => {
    asked.push(options?.optimize)
    return runtime.load(model, options)
  }
  const watched = makeCompiler({ ...runtime, load })
  const [x, filter] = [ones([1, 4, 4, 1]) as Tensor4D, ones([3, 3, 1, 2]) as Tensor4D]
  watched.compile((image: Tensor4D) => conv2d(image, filter, 1, "same"))(x)
  watched.compile((given: { x: Tensor4D; filter: Tensor4D }) => conv2d(given.x, given.filter, 1, "same"))({ x, filter })
  expect(asked).toEqual([true, false])
  watched.dispose()
})

describe("a function that is run once", () => {
  it("leaves no model loaded", () => {
    const before = sessions.size
    run(() => neg(ones([2]))).dispose()
    expect(sessions.size).toBe(before)
  })

  it("computes what it returns, and frees the rest", async () => {
    await leavesNothing(async () => {
      const { a, b } = run(() => {
        const x = tensor1d([1, 2])
        return { a: add(x, 1), b: square(x) }
      })
      expect([await numbers(a), await numbers(b)]).toEqual([
        [2, 3],
        [1, 4]
      ])
      for (const y of [a, b]) y.dispose()
    })
  })

  it("runs no graph where all is constant", async () => {
    const before = calls.runs
    await leavesNothing(async () => {
      const made = run(() => [zeros([2]), fill([2], 3), tensor1d([5, 6]), ones([1, 2], "bool")])
      expect(await Promise.all(made.map(numbers))).toEqual([
        [0, 0],
        [3, 3],
        [5, 6],
        [1, 1]
      ])
      for (const y of made) y.dispose()
    })
    expect(calls.runs).toBe(before)
  })

  it("gives a tensor of another engine, its clone and a reshape of it", async () => {
    const x = tensor1d([1, 2])
    const [copy, wide] = run(() => [clone(x), reshape(x, [2, 1])])
    expect([await numbers(copy), await numbers(wide), wide.shape]).toEqual([
      [1, 2],
      [1, 2],
      [2, 1]
    ])
    for (const y of [copy, wide]) y.dispose()
    expect([...x.dataSync()]).toEqual([1, 2])
  })

  it("gives one tensor twice, and clones that outlive each other", async () => {
    const [a, b, c] = run(() => {
      const y = neg(tensor1d([1, 2]))
      return [y, clone(y), reshape(y, [2])]
    })
    a.dispose()
    expect([await numbers(b), await numbers(c)]).toEqual([
      [-1, -2],
      [-1, -2]
    ])
    for (const y of [b, c]) y.dispose()
  })

  it("uses what compiled functions give inside of it", async () => {
    const double = compile((x: Tensor) => mul(x, 2))
    const x = tensor1d([1, 2])
    double(x).dispose()
    await leavesNothing(async () => {
      const before = calls.loads
      const y = run(() => add(double(x), 1))
      expect(await numbers(y)).toEqual([3, 5])
      y.dispose()
      // That of the sum alone.
      expect(calls.loads - before).toBe(1)
    })
  })

  it("leaves nothing behind when it throws", async () => {
    await leavesNothing(() => {
      expect(() =>
        run(() => {
          neg(ones([3]))
          throw new Error("no")
        })
      ).toThrow("no")
    })
  })

  it("keeps what is kept, but not its numbers", async () => {
    let kept: Tensor | undefined
    run(() => {
      kept = keep(neg(ones([2])))
      return []
    })
    expect(thrownBy(() => run(() => neg(kept as Tensor)))).toMatchObject({
      op: "a tensor of another trace",
      remedy: "return it from that function"
    })
    expect(thrownBy(() => kept?.dataSync())).toMatchObject({
      op: "reading a tensor",
      reason: expect.stringContaining("kept beyond the function"),
      remedy: "return it from that function"
    })
    kept?.dispose()
  })
})

describe("two compilers side by side", () => {
  it("have names and tensors of their own", async () => {
    const other = makeCompiler(testRuntime())
    expect(other.name).not.toBe(compiler.name)
    const [a, b] = [compile((x: Tensor) => mul(x, 2)), other.compile((x: Tensor) => mul(x, 3))]
    const x = tensor1d([1, 2])
    expect([await numbers(a(x)), await numbers(b(x))]).toEqual([
      [2, 4],
      [3, 6]
    ])
    const [own, foreign] = [a(x), b(x)]
    const refused = { _tag: "CompileError", op: "a tensor of another engine" }
    const wrong = [
      () => b(own),
      () => compile((x: Tensor) => mul(x, foreign))(x),
      () => compile((x: Tensor) => b(x))(x),
      () => run(() => neg(foreign))
    ]
    for (const call of wrong) expect(thrownBy(call)).toMatchObject(refused)
    expect(thrownBy(() => b(own))).toMatchObject({ reason: `its numbers are with ${compiler.name}` })
    const here = onBackend(other.name, () => tensor1d([5, 6]))
    expect(await numbers(a(here))).toEqual([10, 12])
    other.dispose()
    expect(thrownBy(() => a(foreign))).toMatchObject({
      ...refused,
      reason: "that was closed, and the numbers are gone"
    })
    await expect(foreign.data()).rejects.toMatchObject({ op: "reading a tensor", reason: "its engine was closed" })
  })

  it("leave nothing behind where one refuses a tensor of the other", async () => {
    const other = makeCompiler(testRuntime())
    const foreign = other.compile((x: Tensor) => neg(x))(ones([2]))
    const plus = compile(({ x, y }: { x: Tensor; y: Tensor }) => add(x, y))
    const x = tensor1d([1, 2])
    const held = onBackend(other.name, () => variable(foreign))
    const failing = [() => plus({ x, y: foreign }), () => run(() => add(x, foreign)), () => run(() => add(x, held))]
    for (const call of failing) expect(thrownBy(call)).toBeInstanceOf(CompileError)
    const { size } = sessions
    await leavesNothing(() => {
      for (const call of failing) expect(thrownBy(call)).toBeInstanceOf(CompileError)
    })
    expect(sessions.size).toBe(size)
    held.dispose()
    other.dispose()
  })

  it("leave no kernels behind when they are disposed", () => {
    const other = makeCompiler(runtime)
    expect(getKernelsForBackend(other.name).length).toBeGreaterThan(100)
    other.dispose()
    expect(getKernelsForBackend(other.name)).toEqual([])
  })

  it("refuse, once disposed, to be used again", () => {
    const other = makeCompiler(runtime)
    const f = other.compile((x: Tensor) => neg(x))
    f(ones([2])).dispose()
    other.dispose()
    other.dispose()
    for (const late of [() => f(ones([2])), () => f(ones([3])), () => other.run(() => ones([2]))]) {
      expect(late).toThrow("compile: a compiled function: its engine was closed; use it while its engine is open")
    }
    expect(getBackend()).toBe("cpu")
  })
})

describe("numbers", () => {
  it("are read where they are, and only with await from the runtime", async () => {
    const y = compile((x: Tensor1D) => neg(x))(tensor1d([1, 2]))
    expect(thrownBy(() => y.dataSync())).toMatchObject({ _tag: "CompileError", op: "dataSync" })
    expect(await numbers(y)).toEqual([-1, -2])
    expect(onBackend(compiler.name, () => [...tensor1d([1, 2]).dataSync()])).toEqual([1, 2])
  })

  it("come back in plain order, wherever they lie", async () => {
    const x = noise(7, 2, 3, 4, 5)
    const turned = compile((x: Tensor) => transpose(x, [3, 0, 2, 1]))(x)
    expect(await turned.data()).toBeAllclose(transpose(x, [3, 0, 2, 1]).dataSync())
  })

  it("cannot be read while a function is compiled", () => {
    const read = thrownBy(() => compile((x: Tensor) => mul(x, x.dataSync()[0]))(tensor1d([1])))
    expect(read).toBeInstanceOf(CompileError)
    expect(String((read as CompileError).message)).toBe(
      "compile: reading a tensor: its function is being compiled, so it has a shape but no numbers; return it and read it " +
        "outside, or give what depends on numbers as an input"
    )
  })
})

describe("gradients", () => {
  it("by several inputs, within a compiled function", async () => {
    const f = compile(({ a, b }: { a: Tensor; b: Tensor }) =>
      grads((x: Tensor, y: Tensor) => sum(mul(square(x), y)))([a, b])
    )
    const [byA, byB] = f({ a: tensor1d([1, 2]), b: tensor1d([3, 4]) })
    expect([await numbers(byA), await numbers(byB)]).toEqual([
      [6, 16],
      [1, 4]
    ])
  })
})
