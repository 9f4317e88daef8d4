/** How long the report of a study of 131 test patients takes to be drawn, and how large it is. */
import { paperTables, studyReport, viewedPatients } from "../src/pipelines/index.ts"
import { fold, key, normal } from "../src/random/index.ts"
import { figurePanel, sliceStack } from "../src/report/index.ts"
import { against, median, printMachine } from "./support/harness.ts"
import { madeUpFacts, madeUpOutcomes } from "./support/madeUpOutcomes.ts"

const PATIENTS = 131
const SIDE = 512
const MOST_SECONDS = 20
const MOST_MEGABYTES = 10

/** Noise as in a CT, and a disc in it for a mask. */
const pixels = normal(fold(key(1), "ct"), SIDE * SIDE).map((value) => 0.5 + 0.08 * value)
const disc = (radius: number, shift: number) =>
  Uint8Array.from({ length: SIDE * SIDE }, (_, i) =>
    Math.hypot((i % SIDE) - 200 - shift, Math.floor(i / SIDE) - 240) < radius ? 1 : 0
  )
const slice = { height: SIDE, width: SIDE, pixels, spacing: [0.75, 0.75] as const }

const facts = madeUpFacts(PATIENTS)
const outcomes = madeUpOutcomes(facts)
const provenance = { name: "made up", cases: PATIENTS, phantoms: 0, scale: "paper" } as const
const [truth, marked] = [disc(40, 0), disc(38, 6)]

const drawn = () => {
  const began = performance.now()
  const used = process.cpuUsage()
  const viewed = viewedPatients(outcomes, "studies")
  const stacks = viewed.flatMap(({ shown, slices }) =>
    shown.map(({ name }) =>
      sliceStack(
        name,
        slices.map((index) => ({ ...slice, index, truth, prediction: marked }))
      )
    )
  )
  const row = { ...slice, truth, predictions: [0, 2, 4, 6, 8].map((shift) => disc(38, shift)) }
  const variants = outcomes.flatMap(({ cell: { variant, seed } }) => (seed === 1 ? [variant] : []))
  const picture = figurePanel(
    ["small", "large", "scattered"].map((name) => ({ name, ...row })),
    { variants }
  )
  const html = studyReport({
    title: "Table 4",
    outcomes,
    facts,
    provenance,
    table: paperTables[3],
    reference: "AGCAF-Net",
    viewer: { stacks, patients: viewed.length },
    figure: { picture, caption: "Panels.", cases: [], variants }
  })
  const seconds = (performance.now() - began) / 1000
  const { user, system } = process.cpuUsage(used)
  return {
    seconds,
    processor: (user + system) / 1e6,
    html,
    slices: stacks.reduce((sum, { slices: { length } }) => sum + length, 0),
    stacks
  }
}

printMachine()
const runs = [drawn(), drawn(), drawn()]
const [{ html, slices, stacks }] = runs
if (runs.some((run) => run.html !== html)) throw new Error("the same study gave other bytes")
const say = (what: string, figure: string) => console.log(`${what.padEnd(28)}${figure}`)
console.log(`report of ${PATIENTS} test patients of ${SIDE} x ${SIDE} pixels, 5 networks, 3 seeds`)
say(
  "drawn in",
  against(median(runs.map(({ seconds }) => seconds)), MOST_SECONDS, (value) => `${value.toFixed(1)} s`)
)
say("of it processor time", `${median(runs.map(({ processor }) => processor)).toFixed(1)} s`)
say(
  "size",
  against(html.length / 1e6, MOST_MEGABYTES, (value) => `${value.toFixed(1)} MB`)
)
say("slices to scroll through", `${slices} of ${stacks.length} patients`)
