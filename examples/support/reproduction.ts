// What the examples of the paper's tables and figures have in common: options, a cohort, and news of a study as it runs.
import "./goesOn.ts"
import "./plainErrors.ts"
import { basename } from "node:path"
import { parseArgs } from "node:util"
import { compiled, iterate, run } from "hepaflow/node"
import {
  cellInWords,
  metricOf,
  type Outcome,
  provenanceOf,
  runStudy,
  SCALES,
  type Scale,
  type Study,
  surveyCohort
} from "hepaflow/pipelines"
import { writePhantomCohort } from "hepaflow/stages"

const helpOn = (title: string) => `${commandOf(basename(process.argv[1], ".ts"))} [options]

${title}: trains and tests every variant, and writes what was found.

  --data FOLDER         a cohort in LiTS or Decathlon layout (default: phantoms are made)
  --scale NAME          smoke, small or paper (default small)
  --seeds N,N,..        of initial parameters, order and augmentation (default: those of the scale)
  --output FOLDER       where everything goes (default runs/reproduce)

Stopped by Ctrl-C, the same command goes on where it was. Ends with status 1 where a cell failed.`

/** As npm starts it, which has a Node that runs TypeScript whatever is installed. */
const commandOf = (name: string) => (name === "10-all" ? "npm run reproduce --" : `npm run example -- ${name}`)

const optionsOf = (refuse: (reason: string) => never) => {
  try {
    const { values } = parseArgs({
      options: {
        data: { type: "string" },
        scale: { type: "string", default: "small" },
        seeds: { type: "string" },
        output: { type: "string", default: "runs/reproduce" },
        help: { type: "boolean", default: false }
      }
    })
    return values
  } catch (error) {
    return refuse((error as Error).message)
  }
}

/** Reads the command line, makes phantoms where no cohort is given, and looks at every case once. */
export const reproduction = async (title: string) => {
  const refuse = (reason: string): never => {
    console.error(`${reason}\n\n${helpOn(title)}`)
    return process.exit(2)
  }
  const { data, help, output, ...options } = optionsOf(refuse)
  if (help) {
    console.log(helpOn(title))
    process.exit()
  }
  const scale =
    (Object.keys(SCALES) as Array<Scale>).find((name) => name === options.scale) ??
    refuse(`there is no scale ${options.scale}`)
  const seeds = options.seeds === undefined ? SCALES[scale].seeds : seedsOf(options.seeds)
  if (seeds === undefined) return refuse(`--seeds ${options.seeds}: give whole numbers, each once, such as 1,2,3`)
  const phantoms = `${output}/phantoms-${scale}`
  const source = data ?? (await run(writePhantomCohort(phantoms, SCALES[scale].phantoms), { progress: true })).directory
  const directory = `${output}/studies`
  const facts = await run(surveyCohort(source, { directory: `${directory}/cache` }), { progress: true })
  const provenance = await run(provenanceOf(source, facts, scale))
  // Two folders may have one name, but not one content.
  const site = `${output}/${scale}-${data === undefined ? "phantoms" : `${provenance.name}-${facts.hash.slice(0, 8)}`}`
  return { scale, seeds, source, facts, provenance, directory, site } as const
}

const seedsOf = (text: string): ReadonlyArray<number> | undefined => {
  const seeds = text.split(",")
  const each = new Set(seeds.map(Number)).size === seeds.length
  return each && seeds.every((seed) => /^\d{1,15}$/.test(seed)) ? seeds.map(Number) : undefined
}

/** Runs a study to its end and tells of every cell; what is there already is not computed again. Masks are kept for figures. */
export const carryOut = async (study: Study, directory: string): Promise<ReadonlyArray<Outcome>> => {
  const outcomes: Array<Outcome> = []
  const events = runStudy(study, { directory, keep: { masks: true } })
  for await (const event of iterate(events, { layer: compiled, progress: true })) {
    if (event.kind === "started") continue
    outcomes.push(event)
    // What was found is written all the same.
    if (event.kind === "failed") process.exitCode = 1
    console.log(`${process.stdout.isTTY ? "\r\x1b[2K" : ""}${newsOf(study, event)}`)
  }
  return outcomes
}

const newsOf = ({ name }: Study, outcome: Outcome): string => {
  const { cell, done, total } = outcome
  const where = `${name} ${done} of ${total}: ${cellInWords(cell)}`
  if (outcome.kind === "failed") return `${where} failed: ${outcome.error.message}`
  const dice = metricOf(outcome.result.metrics, { of: "images", metric: "Dice", aggregation: "pooled" })?.value
  return `${where}: Dice ${dice?.toFixed(3)}${outcome.kind === "reused" ? ", as it was" : ""}`
}
