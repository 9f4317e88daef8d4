import { agreesInOneGraph } from "./ops/agreement.ts"
import { normalization } from "./ops/normalization.ts"

agreesInOneGraph("normalisations", normalization)
