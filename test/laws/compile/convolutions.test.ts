import { agreesInOneGraph } from "./ops/agreement.ts"
import { convolutions } from "./ops/convolutions.ts"

agreesInOneGraph("convolutions", convolutions)
