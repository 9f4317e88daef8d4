import { agreesInOneGraph } from "./ops/agreement.ts"
import { programs } from "./ops/programs.ts"

agreesInOneGraph("steps of a dozen random programs", programs)
