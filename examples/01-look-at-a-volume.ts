// Any CT as one picture: slices in a soft-tissue window, with labels over them where there are any.
//
//   node examples/01-look-at-a-volume.ts [CT.nii.gz] [LABELS.nii.gz] [--plane axial|coronal|sagittal] [--tiles N] [--output FILE.png]
//
// Without a CT it makes a synthetic one.
import { writePng } from "hepaflow/formats"
import { Files, iterate, run } from "hepaflow/node"
import { montage, overlay, squarePixels } from "hepaflow/report"
import { load, slice, window, writePhantomCohort } from "hepaflow/stages"
import type { Slice } from "hepaflow/volume"
import { commandLine } from "./support/commandLine.ts"
import { checkOutput, oneOf, present, whole } from "./support/options.ts"

const { positionals, values } = commandLine(
  {
    plane: { type: "string", default: "axial" },
    tiles: { type: "string", default: "20" },
    output: { type: "string", default: "runs/look/montage.png" }
  },
  2
)
const plane = oneOf("plane", values.plane, ["axial", "coronal", "sagittal"])
const tiles = whole("tiles", values.tiles)
present(...positionals)
await checkOutput(values.output, ".png")

const [image, labels] =
  positionals.length > 0
    ? positionals
    : await run(writePhantomCohort("runs/phantom-small", { cases: 3, shape: [192, 192, 40] })).then(({ directory }) => [
        `${directory}/volume-0.nii.gz`,
        `${directory}/segmentation-0.nii.gz`
      ])

const slices: Array<Slice> = []
const ct = load([{ id: image, image, ...(labels !== undefined && { labels }) }])
for await (const each of iterate(ct.pipe(window("abdomen"), slice({ plane })))) slices.push(each)

// Evenly through the volume, from the top down as one would leaf through it.
const step = Math.max(1, slices.length / tiles)
const shown = Array.from({ length: Math.min(tiles, slices.length) }, (_, i) => slices[Math.floor((i + 0.5) * step)])
const picture = montage(shown.reverse().map((each) => overlay(squarePixels(each))))

await run(Files.use((files) => files.write(values.output, writePng(picture), { overwrite: true })))

const [{ height, width, spacing }] = slices
console.log(`${image}: ${slices.length} ${plane} slices of ${width} x ${height} pixels`)
const [tall, wide] = spacing.map((mm) => mm.toFixed(2))
console.log(`a pixel is ${wide} x ${tall} mm${wide === tall ? "" : ", which the picture makes square"}`)
console.log(`${shown.length} of them are in ${values.output}`)
