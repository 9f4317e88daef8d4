import { type Key, normal } from "../random/index.ts"
import type { Box } from "./solid.ts"

/** A smooth random function of space with mean 0 and variance 1. */
export interface Field {
  readonly at: (x: number, y: number, z: number) => number
  /** Samples a plane z = const on the points (xs[i], ys[j]) into `out[i + j xs.length]`. */
  readonly plane: (xs: Float64Array, ys: Float64Array, z: number, out: Float32Array) => void
}

/** Mean over t of the sum of squares of the four cubic B-spline weights: what smoothing leaves of the variance, per axis. */
const KEPT = 151 / 315

const splineWeights = (t: number, out: Float64Array, offset: number): void => {
  const s = 1 - t
  out[offset] = (s * s * s) / 6
  out[offset + 1] = (3 * t * t * t - 6 * t * t + 4) / 6
  out[offset + 2] = (3 * s * s * s - 6 * s * s + 4) / 6
  out[offset + 3] = (t * t * t) / 6
}

/**
 * A field of normal numbers on a lattice of `spacing` mm over `box`, joined by cubic B-splines: twice continuously
 * differentiable, features of about two lattice steps. Outside the box the edge's values continue.
 */
export const smoothField = (key: Key, box: Box, spacing: number): Field => {
  const [x0, y0, z0] = box.low
  const size = (axis: number) => Math.ceil((box.high[axis] - box.low[axis]) / spacing) + 4
  const [nx, ny, nz] = [size(0), size(1), size(2)]
  const scale = KEPT ** -1.5
  const nodes = normal(key, nx * ny * nz).map((value) => value * scale)
  const weights = new Float64Array(12)

  /** Puts the four weights at `offset` and returns the first of the four nodes. */
  const locate = (position: number, origin: number, count: number, offset: number, into = weights): number => {
    const u = Math.min(Math.max((position - origin) / spacing, 0), count - 4)
    const cell = Math.min(Math.floor(u), count - 4)
    splineWeights(u - cell, into, offset)
    return cell
  }

  const layer = new Float64Array(nx * ny)
  const row = new Float64Array(nx)

  return {
    at: (x, y, z) => {
      const i = locate(x, x0, nx, 0)
      const j = locate(y, y0, ny, 4)
      const k = locate(z, z0, nz, 8)
      let sum = 0
      for (let c = 0; c < 4; c++) {
        for (let b = 0; b < 4; b++) {
          const at = i + nx * (j + b + ny * (k + c))
          sum +=
            weights[8 + c] *
            weights[4 + b] *
            (weights[0] * nodes[at] +
              weights[1] * nodes[at + 1] +
              weights[2] * nodes[at + 2] +
              weights[3] * nodes[at + 3])
        }
      }
      return sum
    },
    plane: (xs, ys, z, out) => {
      const k = locate(z, z0, nz, 8) * nx * ny
      const step = nx * ny
      for (let n = 0; n < step; n++) {
        layer[n] =
          weights[8] * nodes[k + n] +
          weights[9] * nodes[k + step + n] +
          weights[10] * nodes[k + 2 * step + n] +
          weights[11] * nodes[k + 3 * step + n]
      }
      const columns = new Float64Array(4 * xs.length)
      const cells = Int32Array.from(xs, (x, i) => locate(x, x0, nx, 4 * i, columns))
      for (let j = 0; j < ys.length; j++) {
        const first = locate(ys[j], y0, ny, 4) * nx
        for (let n = 0; n < nx; n++) {
          const at = first + n
          row[n] =
            weights[4] * layer[at] +
            weights[5] * layer[at + nx] +
            weights[6] * layer[at + 2 * nx] +
            weights[7] * layer[at + 3 * nx]
        }
        for (let i = 0, at = j * xs.length; i < xs.length; i++, at++) {
          const n = cells[i]
          const w = 4 * i
          out[at] =
            columns[w] * row[n] +
            columns[w + 1] * row[n + 1] +
            columns[w + 2] * row[n + 2] +
            columns[w + 3] * row[n + 3]
        }
      }
    }
  }
}
