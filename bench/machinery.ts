/** What the machinery of a pipeline costs by itself: stages that do nothing, beside those that do the work, on one CT. */
import * as Stream from "effect/Stream"
import { run } from "../src/node.ts"
import { expand, labelSplit, load, pure, slice, window } from "../src/stages/index.ts"
import { litsFolder, SHAPE } from "./support/ct.ts"

const CASES = 200

const same = <A>(element: A): A => element
const empty = Stream.fromIterable(
  Array.from({ length: CASES }, (_, n) => ({ id: `volume-${n}` })),
  { chunkSize: 1 }
).pipe(
  pure("load", same<{ readonly id: string }>),
  pure("window", same),
  expand("slice", ({ id }: { readonly id: string }) =>
    Array.from({ length: SHAPE[2] }, (_, index) => ({ caseId: id, index }))
  ),
  pure("labelSplit", same),
  Stream.runDrain
)

const folder = litsFolder(1)
const full = load(folder).pipe(window(), slice({ size: [256, 256] }), labelSplit("tumor"), Stream.runDrain)

const best = { empty: Number.POSITIVE_INFINITY, full: Number.POSITIVE_INFINITY }
for (let round = 0; round < 5; round++) {
  const began = performance.now()
  await run(empty)
  const halfway = performance.now()
  await run(full)
  best.empty = Math.min(best.empty, (halfway - began) / CASES)
  best.full = Math.min(best.full, performance.now() - halfway)
}
console.log(`load, window, slice, labelSplit of ${SHAPE[2]} slices: the work ${best.full.toFixed(0)} ms a case`)
console.log(
  `stages that do nothing: ${best.empty.toFixed(2)} ms a case, ${((100 * best.empty) / best.full).toFixed(2)} % (at most 1)`
)
