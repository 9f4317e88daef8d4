import { agreesInOneGraph } from "./ops/agreement.ts"
import { filterGradients } from "./ops/convolutions.ts"

agreesInOneGraph("convolutions of stride 1", filterGradients)
