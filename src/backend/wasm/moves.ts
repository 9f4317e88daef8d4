import { backend_util, slice_util, util } from "@tensorflow/tfjs-core"
import { sizeOf, type TensorInfo, type WasmBackend } from "./compose.ts"
import type { Kernel } from "./kernel.ts"

/** A tensor on the same data, counted once more, where tfjs copies it. */
export const identity: Kernel = {
  name: "Identity",
  make:
    () =>
    ({ inputs: { x }, backend }) => {
      backend.incRef(x.dataId)
      return { dataId: x.dataId, shape: x.shape, dtype: x.dtype }
    }
}

/** Concatenation by straight copies: tfjs's own makes a view for every row, which is slow on the last axis. */
export const concat: Kernel = {
  name: "Concat",
  make:
    (original) =>
    ({ inputs, attrs, backend }) => {
      const parts = Object.values(inputs).filter((part) => sizeOf(part.shape) > 0)
      if (original !== undefined && (parts.length < 2 || parts[0].dtype === "string")) {
        return original({ inputs: Object.values(inputs) as never, attrs, backend })
      }
      const axis = util.parseAxisParam(attrs.axis as number, parts[0].shape)[0]
      const shapes = parts.map((part) => part.shape)
      backend_util.assertParamsConsistent(shapes, axis)
      const out = backend.makeOutput(backend_util.computeOutShape(shapes, axis), parts[0].dtype)
      let offset = 0
      for (const part of parts) {
        const width = sizeOf(part.shape.slice(axis))
        copyColumns(backend, part, { offset: 0, width }, out, { offset, width: sizeOf(out.shape.slice(axis)) }, width)
        offset += width
      }
      return out
    }
}

/** Splitting by straight copies, for the same reason. */
export const splitV: Kernel = {
  name: "SplitV",
  make:
    () =>
    ({ inputs: { x }, attrs, backend }) => {
      const { numOrSizeSplits, axis } = attrs as { numOrSizeSplits: Array<number> | number; axis: number }
      const at = util.parseAxisParam(axis, x.shape)[0]
      const inner = sizeOf(x.shape.slice(at + 1))
      const row = { offset: 0, width: x.shape[at] * inner }
      return backend_util.prepareSplitSize(x as never, numOrSizeSplits, at).map((size) => {
        const part = backend.makeOutput(x.shape.toSpliced(at, 1, size), x.dtype)
        copyColumns(backend, x, row, part, { offset: 0, width: size * inner }, size * inner)
        row.offset += size * inner
        return part
      })
    }
}

/** Slicing by straight copies: tfjs's own copies all of its input first. */
export const slice: Kernel = {
  name: "Slice",
  make:
    (original) =>
    ({ inputs, attrs, backend }) => {
      const { x } = inputs
      if (original !== undefined && x.dtype === "string") return original({ inputs: { ...inputs }, attrs, backend })
      const given = attrs as { begin: Array<number>; size: Array<number> }
      const [begin, size] = slice_util.parseSliceParams(x as never, given.begin, given.size)
      const out = backend.makeOutput(size, x.dtype)
      const from = backend.typedArrayFromHeap(x)
      const to = backend.typedArrayFromHeap(out)
      const strides = [...util.computeStrides(x.shape), 1]
      // Trailing axes that are taken whole are one run of numbers.
      let last = x.shape.length - 1
      while (last > 0 && size[last] === x.shape[last]) last--
      const run = size[last] * strides[last]
      let next = 0
      const copy = (axis: number, start: number): void => {
        const first = start + begin[axis] * strides[axis]
        if (axis === last) {
          to.set(from.subarray(first, first + run), next)
          next += run
        } else {
          for (let i = 0; i < size[axis]; i++) copy(axis + 1, first + i * strides[axis])
        }
      }
      copy(0, 0)
      return out
    }
}

interface Columns {
  readonly offset: number
  /** Elements in a row. */
  readonly width: number
}

const copyColumns = (
  backend: WasmBackend,
  from: TensorInfo,
  source: Columns,
  to: TensorInfo,
  target: Columns,
  count: number
): void => {
  const read = backend.typedArrayFromHeap(from)
  const write = backend.typedArrayFromHeap(to)
  for (let i = source.offset, o = target.offset; i < read.length; i += source.width, o += target.width) {
    if (count > 64) write.set(read.subarray(i, i + count), o)
    else for (let k = 0; k < count; k++) write[o + k] = read[i + k]
  }
}
