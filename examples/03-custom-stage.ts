// A stage of one's own: cuts every slice to the liver with a margin around it. The types of the elements say where it fits:
// after `slice`, which makes slices, and before `labelSplit`, which takes them.
//
//   node examples/03-custom-stage.ts [FOLDER in LiTS or Decathlon layout] [--output FOLDER]
import { run } from "hepaflow/node"
import { checkWritable, labelSplit, load, pure, slice, window, write, writePhantomCohort } from "hepaflow/stages"
import type { Slice } from "hepaflow/volume"
import { commandLine } from "./support/commandLine.ts"
import { present } from "./support/options.ts"

/** Rows and columns that hold every pixel with a label, and `margin` more around them. */
const boxAround = ({ height, labels, width }: Slice, margin: number) => {
  const rows: Array<number> = []
  const columns: Array<number> = []
  labels?.forEach((label, i) => {
    if (label === 0) return
    rows.push(Math.floor(i / width))
    columns.push(i % width)
  })
  return {
    top: Math.max(0, Math.min(...rows) - margin),
    bottom: Math.min(height, Math.max(...rows) + margin + 1),
    left: Math.max(0, Math.min(...columns) - margin),
    right: Math.min(width, Math.max(...columns) + margin + 1)
  }
}

/** The stage: a name, for errors and progress, and a pure function of one element. */
const cropToLiver = (margin: number) =>
  pure("cropToLiver", (each: Slice): Slice => {
    const { bottom, left, right, top } = boxAround(each, margin)
    const cut = <A extends Float32Array | Uint8Array>(pixels: A, into: A): A => {
      for (let row = top; row < bottom; row++) {
        into.set(pixels.subarray(row * each.width + left, row * each.width + right), (row - top) * (right - left))
      }
      return into
    }
    const size = (bottom - top) * (right - left)
    return {
      ...each,
      height: bottom - top,
      width: right - left,
      pixels: cut(each.pixels, new Float32Array(size)),
      ...(each.labels && { labels: cut(each.labels, new Uint8Array(size)) })
    }
  })

const { positionals, values } = commandLine({ output: { type: "string", default: "runs/custom-stage" } }, 1)
present(...positionals)
await run(checkWritable(values.output))
const folder =
  positionals[0] ?? (await run(writePhantomCohort("runs/phantom-small", { cases: 3, shape: [192, 192, 40] }))).directory

const written = await run(
  load(folder, { limit: 3 }).pipe(
    window("liver"),
    slice({ keep: "tumor" }),
    cropToLiver(8),
    labelSplit("tumor"),
    write(values.output, { as: "overlay", overwrite: true })
  ),
  { progress: true }
)
console.log(`${written.length} slices, cut to the liver, are in ${values.output}`)
